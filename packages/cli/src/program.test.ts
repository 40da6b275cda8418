import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { afterAll, describe, expect, test } from 'vitest';
import { createProgram } from './program.ts';
import { NOW_MS, goodContent, makeTestFolder } from './testing/terminal.ts';

const folder = makeTestFolder();
afterAll(() => folder.remove());

/** `signalwright`, `signalwright signals list`, … */
function allCommands(command: Command, path: readonly string[] = []): readonly (readonly string[])[] {
  return [path, ...command.commands.flatMap((each) => allCommands(each, [...path, each.name()]))];
}

const program = createProgram(
  {
    cwd: folder.root,
    env: {},
    out: () => undefined,
    err: () => undefined,
    isTerminal: false,
    isInteractive: false,
    nowMs: () => NOW_MS,
    ask: () => Promise.resolve(''),
    fetch: () => Promise.reject(new Error('no network')),
    readInput: () => Promise.reject(new Error('nothing is piped in')),
    untilStopped: () => Promise.resolve(),
    stopSignal: () => new AbortController().signal,
  },
  () => undefined,
);

describe('help', () => {
  test.each(allCommands(program).map((path) => [path.join(' '), path] as const))(
    'of "signalwright %s" is what its page says',
    async (name, path) => {
      const { code, out, err } = await folder.run([...path, '--help']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      await expect(out).toMatchFileSnapshot(`golden/help/${path.join('-') || 'signalwright'}.txt`);
      if (name !== '') expect(out).toMatch(/\nExamples?:\n {2}signalwright /);
      for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(130);
    },
  );

  test('is no wider than a narrow terminal', async () => {
    const { out } = await folder.run(['plan', '--help'], {
      isTerminal: true,
      columns: 80,
      env: { NO_COLOR: '1' },
    });
    const [options = ''] = out.split('\nExample:');
    expect(Math.max(...options.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('without a command goes to stderr, since nothing was done', async () => {
    const { code, out, err } = await folder.run([]);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toContain('Usage: signalwright');
  });
});

describe('colour', () => {
  const rows: readonly [
    world: string,
    env: Record<string, string>,
    isTerminal: boolean,
    coloured: boolean,
  ][] = [
    ['a terminal', {}, true, true],
    ['no terminal', {}, false, false],
    ['a terminal and NO_COLOR', { NO_COLOR: '1' }, true, false],
    ['a terminal and an empty NO_COLOR', { NO_COLOR: '' }, true, true],
    ['a dumb terminal', { TERM: 'dumb' }, true, false],
    ['no terminal and FORCE_COLOR', { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR and NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
  ];
  test.each(rows)('%s: %o, terminal %s, coloured %s', async (_, env, isTerminal, coloured) => {
    const { out } = await folder.run(['--help'], { env, isTerminal });
    expect(out.includes('\u001B[')).toBe(coloured);
  });
});

describe('wrong usage', () => {
  const rows: readonly [args: string, message: string, hint: string][] = [
    ['chek', "Unknown command 'chek'.", 'Did you mean check?'],
    ['signals lst', "Unknown command 'lst'.", 'Did you mean list?'],
    ['check --fomat x', "Unknown option '--fomat'.", 'Did you mean --format?'],
    ['frobnicate', "Unknown command 'frobnicate'.", 'See `signalwright --help`.'],
    [
      'check extra',
      "Too many arguments for 'check'. Expected 0 arguments but got 1.",
      'See `signalwright check --help`.',
    ],
    ['signals get', "Missing required argument 'id'.", 'See `signalwright signals get --help`.'],
    ['plan --out', "Option '-o, --out <file>' argument missing.", 'See `signalwright plan --help`.'],
  ];
  test.each(rows)('%s: %s', async (args, message, hint) => {
    const { code, out, err } = await folder.run(args.split(' '));
    expect({ code, out, err }).toEqual({ code: 64, out: '', err: `signalwright: ${message}\n  ${hint}\n` });
  });

  test.each(rows)('%s, said to a program', async (args, message, hint) => {
    // Before the option that wants a value, or it would be the value.
    const words = args === 'plan --out' ? ['plan', '--json', '--out'] : [...args.split(' '), '--json'];
    const ran = await folder.run(words);
    expect(ran.code).toBe(64);
    expect(ran.json()).toEqual({ schemaVersion: 1, ok: false, error: { message, hint, exitCode: 64 } });
  });
});

test('a failure that quotes others moves nothing on a terminal and commands no CI job', async () => {
  const args = ['check', '--json', '--dir', '\u001b[2Jx\n::error::\n##[error]\u009b1A'];
  const { code, err, json } = await folder.run(args);
  expect(code).toBe(74);
  const said = json()['error'];
  for (const text of [err, (said as { message: string }).message]) {
    expect(text).toContain('\n\\u{3a}:error::\n\\u{23}#[error]');
    expect(text).not.toMatch(/^::|##\[|\u001b|\u009b/m);
  }
});

test('an argument after -- is never read as a wish for JSON', async () => {
  const { code, out } = await folder.run(['signals', 'get', '--', '--json']);
  expect({ code, out }).toEqual({ code: 74, out: '' });
});

test('--version prints the version alone', async () => {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(await folder.run(['--version'])).toMatchObject({ code: 0, out: `${version}\n`, err: '' });
  expect(await folder.run(['-V'])).toMatchObject({ code: 0, out: `${version}\n`, err: '' });
});

test('a mistake of ours prints its stack, asks for a report and exits 3', async () => {
  const project = makeTestFolder(goodContent());
  const nowMs = (): number => {
    throw new TypeError('planted');
  };
  const env = { DD_API_KEY: 'a', DD_APP_KEY: 'b' };
  const fetch = (): Promise<Response> => Promise.resolve(new Response('there'));
  const ran = await project.run(['signals', 'list', '--json'], { env, nowMs, fetch });
  project.remove();
  expect(ran.code).toBe(3);
  expect(ran.err).toContain('signalwright: internal error, please report it.\nTypeError: planted\n    at ');
  expect(ran.json()).toMatchObject({ ok: false, error: { message: 'planted', exitCode: 3 } });
});
