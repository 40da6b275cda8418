/** Each rule on imports, doors and manifests is planted against once, and the repository itself is clean. */

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkArchitecture } from '../../scripts/architecture/check-architecture.ts';
import { checkManifests } from '../../scripts/architecture/check-manifests.ts';
import { renderFinding } from '../../scripts/architecture/finding.ts';
import { manifestOf, withTree, type Files } from './planted-tree.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

type Row = [law: string, planted: Files, found: string];

const DETECT = 'packages/detect/src/detect.ts';
const WIRE = 'packages/wire/src/wire.ts';
const CLI = 'packages/cli/src/cli.ts';

const importRows: Row[] = [
  [
    'a room imports from a higher floor',
    { [WIRE]: "import { x } from '@signalwright/detect';\n" },
    `${WIRE}:1 imports/upward`,
  ],
  [
    'a room imports from its own floor',
    { [WIRE]: "import { x } from '@signalwright/store';\n" },
    `${WIRE}:1 imports/sideways`,
  ],
  [
    'a type comes from a higher floor',
    { [WIRE]: "import type { X } from '@signalwright/detect';\n" },
    `${WIRE}:1 imports/upward`,
  ],
  [
    'a type is named inline from a higher floor',
    { [WIRE]: "export type X = import('@signalwright/detect').X;\n" },
    `${WIRE}:1 imports/upward`,
  ],
  [
    'a room re-exports from a higher floor',
    { [WIRE]: "export { x } from '@signalwright/detect';\n" },
    `${WIRE}:1 imports/upward`,
  ],
  [
    'a room loads a higher floor late',
    { [WIRE]: "export const x = () => import('@signalwright/detect');\n" },
    `${WIRE}:1 imports/upward`,
  ],
  [
    'a room requires a higher floor',
    { [WIRE]: "export const x = require('@signalwright/detect');\n" },
    `${WIRE}:1 imports/upward`,
  ],
  [
    'a room makes its own require for a higher floor',
    { [WIRE]: "export const x = createRequire(import.meta.url)('@signalwright/detect');\n" },
    `${WIRE}:1 imports/upward`,
  ],
  [
    'a test imports from a higher floor',
    { 'packages/wire/src/x.test.ts': "import { x } from '@signalwright/detect';\n" },
    'packages/wire/src/x.test.ts:1 imports/upward',
  ],
  [
    'a room imports itself by name',
    { [WIRE]: "import { x } from '@signalwright/wire';\n" },
    `${WIRE}:1 imports/own-door`,
  ],
  [
    'an import goes past a door by name',
    { [DETECT]: "import { x } from '@signalwright/model/src/x.ts';\n" },
    `${DETECT}:1 imports/past-the-door`,
  ],
  [
    'a room uses a side door, which is for tools',
    {
      [CLI]: "import { x } from '@signalwright/action/manifest';\n",
      'packages/action/package.json': manifestOf('action', []),
      'packages/cli/package.json': manifestOf('cli', ['@signalwright/action']),
    },
    `${CLI}:1 imports/past-the-door`,
  ],
  [
    'an import goes past a door by path',
    { [DETECT]: "import { x } from '../../model/src/model.ts';\n" },
    `${DETECT}:1 imports/leaves-package`,
  ],
  [
    'a script goes past a door by path',
    { 'scripts/a.ts': "import { x } from '../packages/model/src/model.ts';\n" },
    'scripts/a.ts:1 imports/past-the-door',
  ],
  [
    'a system test goes past a door by name',
    { 'tests/a.test.ts': "import { x } from '@signalwright/model/dist/x.js';\n" },
    'tests/a.test.ts:1 imports/past-the-door',
  ],
  [
    'a room below is not declared',
    { 'packages/cli/src/cli.ts': "import { x } from '@signalwright/query';\n" },
    `${CLI}:1 imports/undeclared`,
  ],
  [
    'an outside package is not declared',
    { [CLI]: "import x from 'left-pad';\n" },
    `${CLI}:1 imports/undeclared`,
  ],
  [
    'an outside package of the tests is used by the product',
    { [CLI]: "import { expect } from 'vitest';\n" },
    `${CLI}:1 imports/undeclared`,
  ],
  [
    'a heavy package is used outside its room',
    {
      [DETECT]: "import x from 'libsql';\n",
      'packages/detect/package.json': manifestOf('detect', ['libsql']),
    },
    `${DETECT}:1 imports/owned`,
  ],
  [
    'a package of a heavy scope is used outside its room',
    {
      [CLI]: "import x from '@octokit/rest';\n",
      'packages/cli/package.json': manifestOf('cli', ['@octokit/rest']),
    },
    `${CLI}:1 imports/owned`,
  ],
  [
    'a product file imports a test',
    { [WIRE]: "import './other.test.ts';\n", 'packages/wire/src/other.test.ts': 'export {};\n' },
    `${WIRE}:1 imports/test-file`,
  ],
  [
    'a product file imports the tests of the whole',
    { 'scripts/a.ts': "import '../tests/b.ts';\n", 'tests/b.ts': 'export const b = 1;\n' },
    'scripts/a.ts:1 imports/test-file',
  ],
  [
    'a module name is computed',
    { [CLI]: 'export const load = (name: string) => import(name);\n' },
    `${CLI}:1 imports/computed`,
  ],
  [
    'a module of Node has no prefix',
    { [CLI]: "import { join } from 'path';\n" },
    `${CLI}:1 imports/node-prefix`,
  ],
  [
    'a path does not end in .ts',
    { [WIRE]: "import { x } from './other.js';\n" },
    `${WIRE}:1 imports/extension`,
  ],
  [
    'a file beside src/ is not published',
    { [WIRE]: "import data from '../data.json' with { type: 'json' };\n" },
    `${WIRE}:1 imports/unpublished`,
  ],
  [
    'two files import each other',
    {
      [WIRE]: "import { a } from './a.ts';\n",
      'packages/wire/src/a.ts': "\nimport { wire } from './wire.ts';\n",
    },
    'packages/wire/src/a.ts:2 imports/cycle',
  ],
  [
    'three files import each other by type alone',
    {
      [WIRE]: "import type { a } from './b.ts';\n",
      'packages/wire/src/b.ts': "import type { c } from './c.ts';\n",
      'packages/wire/src/c.ts': "export type { w } from './wire.ts';\n",
    },
    'packages/wire/src/b.ts:1 imports/cycle',
  ],
  ['a file imports itself', { [WIRE]: "import { x } from './wire.ts';\n" }, `${WIRE}:1 imports/cycle`],
  [
    'model has a dependency',
    { 'packages/model/package.json': manifestOf('model', ['left-pad']) },
    'packages/model/package.json:1 rooms/no-dependency',
  ],
  [
    'a manifest declares a higher floor',
    { 'packages/wire/package.json': manifestOf('wire', ['@signalwright/detect']) },
    'packages/wire/package.json:1 imports/upward',
  ],
  [
    'a room has no floor',
    { 'packages/attic/package.json': manifestOf('attic', []) },
    'packages/attic/package.json:1 rooms/unknown',
  ],
  [
    'a door re-exports everything',
    { 'packages/wire/src/index.ts': "export * from './wire.ts';\n" },
    'packages/wire/src/index.ts:1 doors/only-names',
  ],
  [
    'a door holds code',
    { 'packages/wire/src/index.ts': 'export {};\nexport const x = 1;\n' },
    'packages/wire/src/index.ts:2 doors/only-names',
  ],
];

const manifestRows: Row[] = [
  [
    'a reference is missing',
    { 'packages/wire/tsconfig.json': '{"references":[]}' },
    'packages/wire/tsconfig.json:1 manifests/references',
  ],
  [
    'a reference is too many',
    { 'packages/model/tsconfig.json': '{"references":[{"path":"../query"}]}' },
    'packages/model/tsconfig.json:1 manifests/references',
  ],
  [
    'a door stands elsewhere',
    { 'packages/model/package.json': manifestOf('model', [], { exports: './dist/index.js' }) },
    'packages/model/package.json:1 manifests/shape',
  ],
  [
    'another licence',
    { 'packages/model/package.json': manifestOf('model', [], { license: 'MIT' }) },
    'packages/model/package.json:1 manifests/shape',
  ],
  [
    'a bin that only a build writes',
    { 'packages/model/package.json': manifestOf('model', [], { bin: { x: './dist/x.js' } }) },
    'packages/model/package.json:1 manifests/bin',
  ],
];

function places(root: string): string[] {
  return checkArchitecture(root).map((found) => `${found.file}:${found.line} ${found.code}`);
}

function manifestPlaces(root: string): string[] {
  return checkManifests(root).map((found) => `${found.file}:${found.line} ${found.code}`);
}

test('the small tree is clean before anything is planted', () => {
  expect(withTree({}, places)).toEqual([]);
  expect(withTree({}, manifestPlaces)).toEqual([]);
});

describe.each([
  ['imports', importRows, places],
  ['manifests', manifestRows, manifestPlaces],
])('%s', (_area, rows, check) => {
  test.each(rows)('%s: found', (_law, planted, found) => {
    expect(withTree(planted, check)).toEqual([found]);
  });
});

test('a JSON file that is chosen by name is data, and a module so chosen is not', () => {
  const json = 'export const x = (name: string) => require(`../schemas/${name}.json`);\n';
  const published = { 'packages/wire/package.json': manifestOf('wire', [], { files: ['dist', 'schemas'] }) };
  expect(withTree({ [WIRE]: json, ...published }, places)).toEqual([]);
  expect(withTree({ [WIRE]: json }, places)).toEqual([`${WIRE}:1 imports/unpublished`]);
  expect(withTree({ [WIRE]: json.replace('.json', '.js') }, places)).toEqual([`${WIRE}:1 imports/computed`]);
});

test('a file moved one floor up or down is judged by its new room', () => {
  const text = "import { x } from '@signalwright/model';\nexport const y = x;\n";
  expect(withTree({ [DETECT]: text }, places)).toEqual([]);
  expect(withTree({ 'packages/query/src/query.ts': text }, places)).toEqual([
    'packages/query/src/query.ts:1 imports/sideways',
  ]);
});

/** 13 s of work for one processor, which a busy machine stretches. */
const WHOLE_REPOSITORY_MS = 240_000;

test('this repository has no finding', { timeout: WHOLE_REPOSITORY_MS }, () => {
  const findings = [...checkArchitecture(ROOT), ...checkManifests(ROOT)];
  expect(findings.map(renderFinding)).toEqual([]);
});
