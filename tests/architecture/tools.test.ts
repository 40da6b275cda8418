/**
 * The tools that `npm run check` calls are set up to see what they should: one planted violation each, with
 * the configuration of this repository.
 */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { manifestOf } from './planted-tree.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CONFIGS = ['.oxlintrc.json', '.oxfmtrc.json', 'knip.jsonc', 'tsconfig.base.json'];

/** Two rooms that every tool is content with. */
const CLEAN: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: 'planted',
    private: true,
    type: 'module',
    workspaces: ['packages/*'],
  }),
  'packages/model/package.json': manifestOf('model', []),
  'packages/model/tsconfig.json': '{ "extends": "../../tsconfig.base.json", "include": ["src"] }',
  'packages/model/src/index.ts': "export { one } from './one.ts';\n",
  'packages/model/src/one.ts': 'export const one = 1;\n',
};
const FILE = 'packages/model/src/one.ts';

/** Whole tools are started, on a machine that may be busy. */
vi.setConfig({ testTimeout: 60_000 });

let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'signalwright-tools-'));
  for (const config of CONFIGS) cpSync(join(ROOT, config), join(root, config));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Runs a tool over the clean rooms with `planted` laid over them. */
function run(tool: string, args: readonly string[], planted: Readonly<Record<string, string>>) {
  rmSync(join(root, 'packages'), { recursive: true, force: true });
  for (const [path, text] of Object.entries({ ...CLEAN, ...planted })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin', tool), args, {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

describe('oxlint', () => {
  const lint = (planted: Record<string, string>) => run('oxlint', ['--format=unix'], planted);

  test('is content with the clean rooms', () => expect(lint({}).status).toBe(0));

  test.each<[what: string, text: string, rule: string]>([
    ['any', 'export const one = (x: any): number => x;\n', 'no-explicit-any'],
    ['a default export', 'export default 1;\nexport const one = 1;\n', 'no-default-export'],
    ['eval', "export const one = eval('1');\n", 'no-eval'],
    ['new Function', "export const one = new Function('return 1');\n", 'no-new-func'],
    ['a timer that runs text', "export const one = setTimeout('x()', 1);\n", 'no-implied-eval'],
    [
      'node:vm',
      "import { runInNewContext } from 'node:vm';\nexport const one = runInNewContext;\n",
      'no-restricted-imports',
    ],
    [
      'exec of node:child_process',
      "import { exec } from 'node:child_process';\nexport const one = exec;\n",
      'no-restricted-imports',
    ],
    ['a deep merge', "import merge from 'deepmerge';\nexport const one = merge;\n", 'no-restricted-imports'],
    ['a javascript: address', "export const one = 'javascript:alert(1)';\n", 'no-script-url'],
    ['__proto__', 'export const one = (x: { __proto__: number }) => x.__proto__;\n', 'no-proto'],
    ['loose equality', 'export const one = (x: number) => x == 1;\n', 'eqeqeq'],
    ['a silenced type error', '// @ts-ignore\nexport const one = 1;\n', 'ban-ts-comment'],
    ['an unused name', 'const two = 2;\nexport const one = 1;\n', 'no-unused-vars'],
  ])('refuses %s', (_what, text, rule) => {
    const { status, output } = lint({ [FILE]: text });
    expect(output).toContain(rule);
    expect(status).toBe(1);
  });

  test('refuses a circle of files', () => {
    const { status, output } = lint({
      [FILE]: "import { two } from './two.ts';\nexport const one = (): number => two();\n",
      'packages/model/src/two.ts':
        "import { one } from './one.ts';\nexport const two = (): number => one();\n",
    });
    expect(output).toContain('no-cycle');
    expect(status).toBe(1);
  });
});

describe('oxfmt', () => {
  test('is content with the clean rooms, and refuses one wrong quote', () => {
    expect(run('oxfmt', ['--check', 'packages/model/src'], {}).status).toBe(0);
    const { status, output } = run('oxfmt', ['--check', 'packages/model/src'], {
      [FILE]: 'export const one = "1";\n',
    });
    expect(output).toContain(FILE);
    expect(status).toBe(1);
  });
});

describe('knip', () => {
  const knip = (planted: Record<string, string>) =>
    run('knip', ['--no-progress', '--no-config-hints'], planted);

  test('is content with the clean rooms', () => expect(knip({}).output.trim()).toBe(''));

  test.each<[what: string, planted: Record<string, string>, found: string]>([
    [
      'a file that nobody imports',
      { 'packages/model/src/lost.ts': 'export const lost = 1;\n' },
      'packages/model/src/lost.ts',
    ],
    ['an export that nobody uses', { [FILE]: 'export const one = 1;\nexport const spare = 2;\n' }, 'spare'],
    [
      'a dependency that nobody imports',
      { 'packages/model/package.json': manifestOf('model', ['yaml']) },
      'yaml',
    ],
    [
      'a dependency that is not declared',
      { [FILE]: "import { parse } from 'yaml';\nexport const one = parse;\n" },
      'yaml',
    ],
  ])('finds %s', (_what, planted, found) => {
    const { status, output } = knip(planted);
    expect(output).toContain(found);
    expect(status).toBe(1);
  });
});

describe('tsc', () => {
  const compile = (text: string) => run('tsc', ['-p', 'packages/model', '--noEmit'], { [FILE]: text });

  test('is content with the clean rooms', () => expect(compile('export const one = 1;\n').output).toBe(''));

  test.each<[what: string, text: string, code: string]>([
    ['an element that may be missing', 'export const one: number = [1][0];\n', 'TS2322'],
    ['undefined for an optional field', 'export const one: { a?: number } = { a: undefined };\n', 'TS2375'],
    ['an enum', 'export enum one { a }\n', 'TS1294'],
    ['a type imported as a value', "import { Two } from './two.ts';\nexport type one = Two;\n", 'TS1484'],
    ['an unused parameter', 'export const one = (x: number): number => 1;\n', 'TS6133'],
  ])('refuses %s', (_what, text, code) => {
    const two = { 'packages/model/src/two.ts': 'export interface Two { a: 1 }\n' };
    const { status, output } = run('tsc', ['-p', 'packages/model', '--noEmit'], { ...two, [FILE]: text });
    expect(output).toContain(code);
    expect(status).not.toBe(0);
  });
});
