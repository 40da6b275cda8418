/** packages/workflow/manifest.json: what the built-in actions need and give, as the tool of `action` reads it. */

import { join } from 'node:path';
import { readManifest } from '@signalwright/action/manifest';
import type { Generator } from './generator.ts';

const PACKAGE = 'packages/workflow';
const MANIFEST = `${PACKAGE}/manifest.json`;

export const actionManifest: Generator = {
  name: 'action-manifest',
  outputs: () => [MANIFEST],
  render: async (root) => {
    const folder = join(root, PACKAGE);
    const result = readManifest(folder, [join(folder, 'src/actions/*/index.ts')]);
    if (!result.ok) throw new Error(`The actions cannot be described:\n${result.problems.join('\n')}`);
    return new Map([[MANIFEST, JSON.stringify(result.manifest)]]);
  },
};
