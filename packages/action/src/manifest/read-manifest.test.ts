import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readManifest } from './read-manifest.ts';
import { runManifestTool } from './run-manifest-tool.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'action-manifest-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const PRELUDE = 'declare function defineAction<I, O>(action: unknown): unknown;\n';

function manifestOf(source: string) {
  writeFileSync(join(root, 'a.ts'), PRELUDE + source);
  return readManifest(root, [join(root, '*.ts')]);
}

function inputSchemaOf(type: string) {
  const result = manifestOf(
    `/** Does it. */\nexport const a = defineAction<${type}, {}>({ id: 'x.a', replay: 'safe' });`,
  );
  return result.ok ? result.manifest.actions[0]?.input : result.problems[0];
}

test('an action becomes id, summary, replay, place and the schemas of both sides', () => {
  const result = manifestOf(`
interface OpenInput {
  /** Absolute https URL. */
  readonly url: string;
  /** Milliseconds before it is given up. @default 10000 */
  readonly timeoutMs?: number;
  readonly mode?: 'fast' | 'safe';
}
/** Opens a ticket,
 *  once. */
export const open = defineAction<OpenInput, { readonly id: string; readonly watchers: readonly string[] }>({
  id: 'acme.open',
  replay: 'keyed',
});`);
  expect(result).toEqual({
    ok: true,
    manifest: {
      schemaVersion: 1,
      actions: [
        {
          id: 'acme.open',
          summary: 'Opens a ticket, once.',
          replay: 'keyed',
          source: 'a.ts:12',
          input: {
            type: 'object',
            properties: {
              url: { type: 'string', description: 'Absolute https URL.' },
              timeoutMs: {
                type: 'number',
                description: 'Milliseconds before it is given up.',
                default: 10000,
              },
              mode: { enum: ['fast', 'safe'] },
            },
            required: ['url'],
            additionalProperties: false,
          },
          output: {
            type: 'object',
            properties: {
              id: { type: 'string' },
              watchers: { type: 'array', items: { type: 'string' } },
            },
            required: ['id', 'watchers'],
            additionalProperties: false,
          },
        },
      ],
    },
  });
});

test.each([
  ['{ a: boolean }', { type: 'boolean' }],
  ['{ a: string | null }', { anyOf: [{ type: 'null' }, { type: 'string' }] }],
  ['{ a: 1 | 2 }', { enum: [1, 2] }],
  ['{ a: unknown }', {}],
  ['{ a: Readonly<Record<string, number>> }', { type: 'object', additionalProperties: { type: 'number' } }],
  ['{ a: { b: string }[] }', expect.objectContaining({ type: 'array' })],
])('the type %s has a schema', (type, expected) => {
  const schema = inputSchemaOf(type) as { properties: { a: unknown } };
  expect(schema.properties.a).toEqual(expected);
});

test.each([
  ['{ a: () => void }', 'a.ts:3 input.a has the type () => void, which a manifest cannot describe.'],
  ['{ a: Map<string, string> }', expect.stringContaining('input.a')],
  ['{ a: [string, number] }', expect.stringContaining('which a manifest cannot describe')],
  ['{ a: bigint }', expect.stringContaining('bigint')],
])('the type %s is refused with its place', (type, expected) => {
  expect(inputSchemaOf(type)).toEqual(expected);
});

test('a type that contains itself is refused, not followed for ever', () => {
  const result = manifestOf(`interface Tree { readonly children: readonly Tree[] }
/** Does it. */
export const a = defineAction<Tree, {}>({ id: 'x.a', replay: 'safe' });`);
  expect(result).toEqual({ ok: false, problems: [expect.stringContaining('nested deeper than 8 levels')] });
});

test.each([
  [`/** A. */ const a = defineAction({ id: 'x.a', replay: 'safe' });`, 'needs both types'],
  [`/** A. */ const a = defineAction<{}, {}>(other);`, 'needs an object literal'],
  [
    `/** A. */ const a = defineAction<{}, {}>({ id: name, replay: 'safe' });`,
    '"id" must be a string literal',
  ],
  [`/** A. */ const a = defineAction<{}, {}>({ id: 'x.a', replay: 'often' });`, 'not "often"'],
  [`const a = defineAction<{}, {}>({ id: 'x.a', replay: 'safe' });`, 'needs a comment'],
])('%s is refused', (source, message) => {
  const result = manifestOf(source);
  expect(result.ok ? [] : result.problems).toEqual([expect.stringContaining(message)]);
});

test('the same id twice is refused and names both places', () => {
  const one = `/** A. */ export const NAME = defineAction<{}, {}>({ id: 'x.a', replay: 'safe' });\n`;
  const result = manifestOf(one.replace('NAME', 'a') + one.replace('NAME', 'b'));
  expect(result.ok ? [] : result.problems).toEqual([
    'a.ts:3 The action "x.a" is defined twice, first at a.ts:2.',
  ]);
});

test('the tool writes the manifest, and --check sees when it is stale', () => {
  const source = `${PRELUDE}/** A. */ export const a = defineAction<{}, {}>({ id: 'x.a', replay: 'safe' });\n`;
  writeFileSync(join(root, 'a.ts'), source);
  const lines: string[] = [];
  const run = (...args: string[]) =>
    runManifestTool(['--root', root, ...args, '*.ts'], (line) => lines.push(line));
  expect(run('--check')).toBe(1);
  expect(run()).toBe(0);
  expect(JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8'))).toMatchObject({ schemaVersion: 1 });
  expect(run('--check')).toBe(0);
  writeFileSync(join(root, 'a.ts'), source.replace("'safe'", "'never'"));
  expect(run('--check')).toBe(1);
  expect(lines.at(-1)).toContain('stale');
});

test.each([[['--nope']], [[]]])('%j is wrong usage', (args) => {
  expect(runManifestTool(args, () => undefined)).toBe(64);
});
