/** Which packages of others went into a bundle, and the licence texts that must go with them. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { readJson } from '../architecture/manifest.ts';

export interface ThirdParty {
  readonly name: string;
  readonly version: string;
  /** SPDX expression of its manifest; `check-lockfile.ts` judges it. */
  readonly licence: string;
  /** Its licence and notice files, word for word. */
  readonly texts: readonly string[];
}

const TEXT_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;
/** Up to and with the name of the package: `node_modules/a/node_modules/@b/c`. */
const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/**
 * @param inputs files of the bundle, from the root of the repository
 * @throws when a package has no licence text: then it may not be passed on
 */
export function thirdParties(root: string, { inputs }: Metafile): readonly ThirdParty[] {
  const folders = new Set(Object.keys(inputs).flatMap((path) => PACKAGE_FOLDER.exec(path)?.[0] ?? []));
  return [...folders].toSorted().map((folder) => readThirdParty(join(root, folder)));
}

function readThirdParty(folder: string): ThirdParty {
  const { name, version, license } = readJson(join(folder, 'package.json'));
  const texts = readdirSync(folder)
    .filter((file) => TEXT_FILE.test(file))
    .toSorted()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (texts.length === 0) throw new Error(`${String(name)} has no licence text and cannot be bundled.`);
  return { name: String(name), version: String(version), licence: String(license), texts };
}

/** One text file; packages whose texts are the same word for word share them. */
export function renderThirdParties(parties: readonly ThirdParty[]): string {
  const groups = new Map<string, string[]>();
  for (const { name, version, licence, texts } of parties) {
    const text = texts.join('\n\n');
    groups.set(text, [...(groups.get(text) ?? []), `${name} ${version} (${licence})`]);
  }
  const line = '-'.repeat(80);
  return [
    'The code in dist/ contains these packages, each under its own licence.\n',
    ...[...groups].map(([text, names]) => `${line}\n${names.join('\n')}\n${line}\n\n${text}\n`),
  ].join('\n');
}
