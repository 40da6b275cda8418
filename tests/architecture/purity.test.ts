/** Effects outside rims and banned constructs: each is planted once and found, and look-alikes are not. */

import { describe, expect, test } from 'vitest';
import { checkArchitecture } from '../../scripts/architecture/check-architecture.ts';
import { checkEffects } from '../../scripts/architecture/check-effects.ts';
import { FLOORS, PURE_ROOMS, RIMS } from '../../scripts/architecture/rooms.ts';
import { withTree, type Files } from './planted-tree.ts';

type Row = [law: string, planted: Files, found: string];

const WIRE = 'packages/wire/src/wire.ts';
const CLI = 'packages/cli/src/cli.ts';

const effectRows: Row[] = [
  ['node:fs', { [WIRE]: "import { readFileSync } from 'node:fs';\n" }, `${WIRE}:1 effects/disk`],
  [
    'node:fs loaded late',
    { [WIRE]: "export const x = () => import('node:fs/promises');\n" },
    `${WIRE}:1 effects/disk`,
  ],
  ['node:http', { [WIRE]: "import { createServer } from 'node:http';\n" }, `${WIRE}:1 effects/network`],
  [
    'node:child_process',
    { [WIRE]: "import { spawn } from 'node:child_process';\n" },
    `${WIRE}:1 effects/process`,
  ],
  ['process.env', { [WIRE]: '\nexport const x = process.env;\n' }, `${WIRE}:2 effects/environment`],
  ['console', { [WIRE]: "console.log('x');\n" }, `${WIRE}:1 effects/environment`],
  ['Date.now', { [WIRE]: 'export const x = Date.now();\n' }, `${WIRE}:1 effects/clock`],
  [
    'Date.now handed on as a default',
    { [WIRE]: 'export const x = (now = Date.now) => now();\n' },
    `${WIRE}:1 effects/clock`,
  ],
  ['new Date() without an argument', { [WIRE]: 'export const x = new Date();\n' }, `${WIRE}:1 effects/clock`],
  ['performance.now', { [WIRE]: 'export const x = performance.now();\n' }, `${WIRE}:1 effects/clock`],
  ['Math.random', { [WIRE]: 'export const x = Math.random();\n' }, `${WIRE}:1 effects/random`],
  [
    'randomUUID of node:crypto',
    { [WIRE]: "import { randomUUID } from 'node:crypto';\n" },
    `${WIRE}:1 effects/random`,
  ],
  [
    'the global fetch',
    { [WIRE]: "export const x = fetch('http://198.51.100.1');\n" },
    `${WIRE}:1 effects/network`,
  ],
  ['the global fetch as a value', { [WIRE]: 'export const x = { fetch };\n' }, `${WIRE}:1 effects/network`],
  ['globalThis.fetch', { [WIRE]: 'export const x = globalThis.fetch;\n' }, `${WIRE}:1 effects/network`],
];

const banRows: Row[] = [
  [
    'a RegExp from a value',
    { [WIRE]: 'export const x = (p: string) => new RegExp(p);\n' },
    `${WIRE}:1 bans/regexp-from-data`,
  ],
  [
    'a RegExp from a call without new',
    { [WIRE]: 'export const x = (p: string) => globalThis.RegExp(`^${p}`);\n' },
    `${WIRE}:1 bans/regexp-from-data`,
  ],
  [
    'a RegExp from an imported constant',
    {
      [WIRE]: "import { P } from './p.ts';\nexport const x = new RegExp(P);\n",
      'packages/wire/src/p.ts': "export const P = '';\n",
    },
    `${WIRE}:2 bans/regexp-from-data`,
  ],
  ['eval', { [WIRE]: "export const x = eval('1');\n" }, `${WIRE}:1 bans/eval`],
  ['new Function', { [WIRE]: "export const x = new Function('return 1');\n" }, `${WIRE}:1 bans/eval`],
  [
    'a shell',
    { [CLI]: 'export const x = (spawn: any) => spawn(1, [], { shell: true });\n' },
    `${CLI}:1 bans/shell`,
  ],
  ['innerHTML', { [WIRE]: "export const x = (e: any) => (e.innerHTML = '');\n" }, `${WIRE}:1 bans/html-sink`],
  [
    'innerHTML by its string',
    { [WIRE]: "export const x = (e: any) => e['innerHTML'];\n" },
    `${WIRE}:1 bans/html-sink`,
  ],
  ['document.write', { [WIRE]: "export const x = () => document.write('');\n" }, `${WIRE}:1 bans/html-sink`],
  ['a mocked module', { 'tests/a.test.ts': "vi.mock('x');\n" }, 'tests/a.test.ts:1 bans/mock'],
  ['a focused test', { 'tests/a.test.ts': "test.only('x', () => 1);\n" }, 'tests/a.test.ts:1 bans/only'],
  [
    'a file with a vague name',
    { 'packages/wire/src/utils.ts': 'export {};\n' },
    'packages/wire/src/utils.ts:1 names/vague',
  ],
  [
    'a file that is not in kebab-case',
    { 'packages/wire/src/fooBar.ts': 'export {};\n' },
    'packages/wire/src/fooBar.ts:1 names/kebab-case',
  ],
];

function places(root: string): string[] {
  return checkArchitecture(root).map((found) => `${found.file}:${found.line} ${found.code}`);
}

describe.each([
  ['effects', effectRows],
  ['bans', banRows],
])('%s', (_area, rows) => {
  test.each(rows)('%s: found', (_law, planted, found) => {
    expect(withTree(planted, places)).toEqual([found]);
  });
});

test.each([
  ['a parameter named fetch', 'export const x = (fetch: () => void) => fetch();\n'],
  ['a destructured clock', 'export const x = ({ fetch }: { fetch: () => void }) => fetch();\n'],
  ['a date from a number', 'export const x = new Date(0);\n'],
  ['a type of node:fs', "import type { Stats } from 'node:fs';\nexport type X = Stats;\n"],
  ['an address parser of node:net', "import { isIP } from 'node:net';\nexport const x = isIP;\n"],
  ['a property named process', 'export const x = (y: { process: 1 }) => y.process;\n'],
  [
    'a pattern from upper-case constants of the file',
    "const A = 'a';\nexport const x = new RegExp(`^${A}$`);\n",
  ],
])('%s is no finding', (_what, text) => {
  expect(withTree({ [WIRE]: text }, places)).toEqual([]);
});

test('a pure room in the table of rims is itself a finding', () => {
  const found = checkEffects([], [{ path: 'packages/query/src/x.ts', effects: ['clock'], why: 'planted' }]);
  expect(found.map((finding) => finding.code)).toEqual(['effects/pure-room']);
});

test('model, query, template and detect are pure', () => {
  expect([...PURE_ROOMS].toSorted()).toEqual(['detect', 'model', 'query', 'template']);
  expect(RIMS.every((rim) => rim.why.length > 0)).toBe(true);
  expect([...PURE_ROOMS].every((room) => room in FLOORS)).toBe(true);
});
