/**
 * The package `signalwright` as npm gets it: one bundle instead of some sixty packages, and beside it what the command
 * reads at run time. Why: docs/decisions/0300.
 */

import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isObject, readJson } from '../architecture/manifest.ts';
import { bundleCommand, NATIVE_PARTS } from './bundle.ts';
import { renderThirdParties, thirdParties } from './third-party.ts';

/** Where changesets publishes from; never in git. */
export const PACKAGE_FOLDER = 'packages/cli/package';

/** From the root of the repository to where it lies in the package. */
const COPIED: Readonly<Record<string, string>> = {
  LICENSE: 'LICENSE',
  'packages/cli/README.md': 'README.md',
  'packages/cli/bin': 'bin',
  'packages/simulate/recording': 'recording',
  'docs/lints': 'lints',
  'signalwright.yaml': 'content/signalwright.yaml',
  rules: 'content/rules',
  views: 'content/views',
  workflows: 'content/workflows',
};

/** Keys of packages/cli/package.json that hold for the package too. */
const KEPT = [
  'name',
  'version',
  'description',
  'license',
  'homepage',
  'repository',
  'bin',
  'type',
  'engines',
];

/** @param folder emptied first */
export async function buildPackage(root: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const metafile = await bundleCommand(root, join(folder, 'dist'));
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES'), renderThirdParties(thirdParties(root, metafile)));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifestOf(root), undefined, 2)}\n`);
  for (const [from, to] of Object.entries(COPIED)) {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    cpSync(join(root, from), join(folder, to), { recursive: true });
  }
}

/** No dependency: all code is in the bundle, and native parts are asked for when a command needs them. */
function manifestOf(root: string): object {
  const ours = readJson(join(root, 'packages/cli/package.json'));
  const parts = NATIVE_PARTS.toSorted();
  return {
    ...Object.fromEntries(KEPT.filter((key) => ours[key] !== undefined).map((key) => [key, ours[key]])),
    exports: { './package.json': './package.json' },
    peerDependencies: Object.fromEntries(parts.map((name) => [name, rangeOf(root, name)])),
    peerDependenciesMeta: Object.fromEntries(parts.map((name) => [name, { optional: true }])),
  };
}

/** The range that the room which uses it has been tested with. */
function rangeOf(root: string, name: string): string {
  for (const room of ['store', 'simulate']) {
    const manifest = readJson(join(root, 'packages', room, 'package.json'));
    for (const key of ['dependencies', 'optionalDependencies']) {
      const range = isObject(manifest[key]) ? manifest[key][name] : undefined;
      if (typeof range === 'string') return range;
    }
  }
  throw new Error(`No room needs ${name}.`);
}
