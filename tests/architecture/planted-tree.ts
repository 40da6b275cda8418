/** A small clean repository in a temporary folder, into which a test plants one violation. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Path from the root → text of the file. */
export type Files = Readonly<Record<string, string>>;

const DEPENDENCIES: Readonly<Record<string, readonly string[]>> = {
  model: [],
  query: ['ipaddr.js'],
  wire: ['@signalwright/model'],
  store: ['@signalwright/model', 'libsql'],
  detect: ['@signalwright/model', '@signalwright/query'],
  cli: ['@signalwright/detect', '@signalwright/model'],
};

/** Five rooms on five floors, each with a door and one file, and no finding. */
const CLEAN: Files = {
  'package.json': JSON.stringify({ name: 'planted', devDependencies: { vitest: '1', yaml: '1' } }),
  'tsconfig.json': JSON.stringify({
    references: Object.keys(DEPENDENCIES).map((room) => ({ path: `packages/${room}` })),
  }),
  ...Object.fromEntries(Object.keys(DEPENDENCIES).flatMap(roomFiles)),
  'packages/wire/src/encode.test.ts':
    "import { expect } from 'vitest';\nimport { wire } from './wire.ts';\nexpect(wire);\n",
  'packages/cli/src/cli.ts':
    "import { readFileSync } from 'node:fs';\nexport const cli = () => readFileSync(process.cwd());\n",
  'scripts/tool.ts': "import { parse } from 'yaml';\nexport const tool = parse;\n",
};

/** The text of one package.json in house form. */
export function manifestOf(room: string, dependencies: readonly string[], extra: object = {}): string {
  return JSON.stringify({
    name: `@signalwright/${room}`,
    license: 'Apache-2.0',
    type: 'module',
    exports: {
      '.': {
        'signalwright-source': './src/index.ts',
        types: './dist/index.d.ts',
        default: './dist/index.js',
      },
    },
    dependencies: Object.fromEntries(dependencies.map((name) => [name, '1'])),
    engines: { node: '>=20.19' },
    ...extra,
  });
}

/** Writes `files` over the clean tree, hands its root to `check`, and removes it. */
export function withTree<T>(files: Files, check: (root: string) => T): T {
  const root = mkdtempSync(join(tmpdir(), 'signalwright-tree-'));
  try {
    for (const [path, text] of Object.entries({ ...CLEAN, ...files })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return check(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function roomFiles(room: string): [string, string][] {
  const dependencies = DEPENDENCIES[room] ?? [];
  const references = dependencies
    .filter((name) => name.startsWith('@signalwright/'))
    .map((name) => ({ path: `../${name.slice('@signalwright/'.length)}` }));
  return [
    [`packages/${room}/package.json`, manifestOf(room, dependencies)],
    [`packages/${room}/tsconfig.json`, JSON.stringify({ references })],
    [`packages/${room}/src/index.ts`, `export { ${room} } from './${room}.ts';\n`],
    [`packages/${room}/src/${room}.ts`, `export const ${room} = 1;\n`],
  ];
}
