/**
 * package.json and tsconfig.json of each room tell the same story: references equal dependencies, the
 * door is where all tools look for it, and `bin` points to files that are in git.
 */

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Finding } from './finding.ts';
import { isObject, readJson, readManifests, type Manifest, type Manifests } from './manifest.ts';
import { SIDE_DOORS } from './rooms.ts';

const REQUIRED: Readonly<Record<string, unknown>> = {
  type: 'module',
  license: 'Apache-2.0',
  engines: { node: '>=20.19' },
};

/** The one shape of a door, so that tests, types and checks see sources without a build. */
function doorsOf(room: string): Record<string, object> {
  const door = (folder: string): object => ({
    'signalwright-source': `./src/${folder}index.ts`,
    types: `./dist/${folder}index.d.ts`,
    default: `./dist/${folder}index.js`,
  });
  const sides = (SIDE_DOORS[room] ?? []).map((name): [string, object] => [`./${name}`, door(`${name}/`)]);
  return { '.': door(''), ...Object.fromEntries(sides) };
}

/** Compares the manifests of the repository at `root` with each other and with the tsconfig files. */
export function checkManifests(root: string, manifests: Manifests = readManifests(root)): Finding[] {
  return [
    ...manifests.rooms.flatMap((manifest) => checkShape(root, manifest)),
    ...manifests.rooms.flatMap((manifest) => checkReferences(root, manifest, manifests)),
    ...checkRootReferences(root, manifests),
  ];
}

function checkShape(root: string, manifest: Manifest): Finding[] {
  const required = { ...REQUIRED, exports: doorsOf(manifest.room) };
  const found: Readonly<Record<string, unknown>> = {
    ...manifest.json,
    exports: withoutData(manifest.json['exports']),
  };
  const findings = Object.entries(required)
    .filter(([key, value]) => !isDeepStrictEqual(found[key], value))
    .map(([key, value]) =>
      finding('manifests/shape', manifest.path, `"${key}" differs.`, `It must be ${JSON.stringify(value)}.`),
    );
  const bins = isObject(manifest.json['bin']) ? Object.values(manifest.json['bin']) : [];
  for (const bin of bins) {
    // npm makes no link to a file that only a build writes: npx then ends with 127.
    if (String(bin).includes('dist/') || !existsSync(join(root, 'packages', manifest.room, String(bin)))) {
      findings.push(
        finding('manifests/bin', manifest.path, `"${String(bin)}" is not in git.`, 'Point to bin/*.js.'),
      );
    }
  }
  return findings;
}

/** A JSON file handed out as data, `./x.json` for `./x.json`, is no door for code. */
function withoutData(exports: unknown): unknown {
  if (!isObject(exports)) return exports;
  return Object.fromEntries(
    Object.entries(exports).filter(([name, target]) => !(name.endsWith('.json') && name === target)),
  );
}

function checkReferences(root: string, manifest: Manifest, manifests: Manifests): Finding[] {
  const roomOf = new Map(manifests.rooms.map((room) => [room.name, room.room]));
  const wanted = [...manifest.dependencies].flatMap((name) => roomOf.get(name) ?? []);
  const file = `packages/${manifest.room}/tsconfig.json`;
  return compareReferences(file, wanted, readReferences(root, file), 'the dependencies of package.json');
}

function checkRootReferences(root: string, manifests: Manifests): Finding[] {
  const wanted = manifests.rooms.map((manifest) => manifest.room);
  return compareReferences('tsconfig.json', wanted, readReferences(root, 'tsconfig.json'), 'the rooms');
}

function readReferences(root: string, file: string): string[] {
  if (!existsSync(join(root, file))) return [];
  const { references } = readJson(join(root, file));
  return Array.isArray(references)
    ? references.filter(isObject).map((entry) => basename(String(entry['path'])))
    : [];
}

function compareReferences(file: string, wanted: string[], found: string[], source: string): Finding[] {
  const missing = wanted.filter((room) => !found.includes(room));
  const extra = found.filter((room) => !wanted.includes(room));
  return [
    ...missing.map((room) =>
      finding('manifests/references', file, `No reference to ${room}.`, `References must equal ${source}.`),
    ),
    ...extra.map((room) =>
      finding('manifests/references', file, `A reference to ${room}.`, `References must equal ${source}.`),
    ),
  ];
}

function finding(code: string, file: string, message: string, hint: string): Finding {
  return { code, file, line: 1, message, hint };
}
