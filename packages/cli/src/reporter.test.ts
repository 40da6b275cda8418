import { showText } from '@signalwright/template';
import { describe, expect, test } from 'vitest';
import { createReporter } from './reporter.ts';
import type { World } from './world.ts';

interface Terminal {
  readonly world: World;
  readonly text: { out: string; err: string };
  readonly clock: { nowMs: number };
}

function openTerminal(change: Partial<World> = {}): Terminal {
  const text = { out: '', err: '' };
  const clock = { nowMs: 0 };
  const world: World = {
    cwd: '/',
    env: {},
    out: (more) => void (text.out += more),
    err: (more) => void (text.err += more),
    isTerminal: false,
    isInteractive: false,
    nowMs: () => clock.nowMs,
    ask: () => Promise.resolve(''),
    fetch: () => Promise.reject(new Error('no network')),
    readInput: () => Promise.reject(new Error('nothing is piped in')),
    untilStopped: () => Promise.resolve(),
    stopSignal: () => new AbortController().signal,
    ...change,
  };
  return { world, text, clock };
}

describe('what reaches whom', () => {
  const rows: readonly [options: object, out: string, err: string][] = [
    [{}, 'said\n', 'warned\n'],
    [{ quiet: true }, '', 'warned\n'],
    [{ json: true }, '{"schemaVersion":1,"ok":true}\n', 'warned\n'],
    [{ verbose: true }, 'said\n', 'warned\ndetailed\n'],
    [{ json: true, quiet: true }, '{"schemaVersion":1,"ok":true}\n', 'warned\n'],
  ];
  test.each(rows)('with %j', (options, out, err) => {
    const { world, text } = openTerminal();
    const reporter = createReporter(world, options, showText);
    reporter.say('said');
    reporter.warn('warned');
    reporter.detail('detailed');
    reporter.data({ ok: true });
    expect(text).toEqual({ out, err });
  });
});

test('what others wrote moves nothing on a terminal and commands no CI job', () => {
  const { world, text } = openTerminal();
  const reporter = createReporter(world, { verbose: true }, showText);
  const hostile =
    'a\u001b[2J\u009b1A\n::error::no\r\n ##[error]\u202eoh ghp_0123456789012345678901234567890123456789';
  reporter.warn(hostile);
  reporter.detail(hostile);
  const shown = `a\n\\u{3a}:error::no\n \\u{23}#[error]\\u{202e}oh ${'*'.repeat(44)}\n`;
  expect(text.err).toBe(shown.repeat(2));
});

test('what is painted stays so', () => {
  const { world, text } = openTerminal();
  createReporter(world, {}, showText).warnPainted('\u001b[31mx\u001b[39m');
  expect(text.err).toBe('\u001b[31mx\u001b[39m\n');
});

describe('progress', () => {
  function watch(terminal: Terminal, options: object = {}): void {
    const progress = createReporter(terminal.world, options, showText).progress('applying');
    for (const [atMs, done] of [
      [100, 1],
      [800, 2],
      [850, 3],
      [6_000, 4],
    ] as const) {
      terminal.clock.nowMs = atMs;
      progress.update(done, 9);
    }
    progress.end();
  }

  test('is drawn in place on a terminal once it takes long, and wiped at the end', () => {
    const terminal = openTerminal({ isTerminal: true });
    watch(terminal);
    expect(terminal.text.err).toBe('\r\u001B[K  applying 2/9\r\u001B[K  applying 4/9\r\u001B[K');
  });

  test('is a line every few seconds elsewhere', () => {
    const terminal = openTerminal();
    watch(terminal);
    expect(terminal.text).toEqual({ out: '', err: 'applying 4/9\n' });
  });

  test('is nothing with --quiet', () => {
    const terminal = openTerminal({ isTerminal: true });
    watch(terminal, { quiet: true });
    expect(terminal.text.err).toBe('');
  });
});

test('text is as wide as the terminal, but no wider than a hundred columns', () => {
  const widthOf = (columns?: number): number =>
    createReporter(openTerminal({ columns }).world, {}, showText).width;
  expect([widthOf(), widthOf(72), widthOf(300), widthOf(10)]).toEqual([100, 72, 100, 40]);
});
