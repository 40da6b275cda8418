/** The newcomer's story, with the built command, real processes and the real WAF engine where it has a build. */

import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SIGNALS_MIGRATIONS } from '@signalwright/signals';
import { openDatabase } from '@signalwright/store';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'packages/cli/bin/signalwright.js');
const CONTENT = ['signalwright.yaml', 'rules', 'views', 'workflows'];
/** Generous: the story takes a few seconds on a quiet machine. */
const LIMIT_MS = 120_000;

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'story-'));
  for (const name of CONTENT) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
});

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly text: () => string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

function start(...args: readonly string[]): Running {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
  });
  children.push(child);
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'nothing'));
  });
  return { child, text: () => text, ended };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

/** Starts `up --demo` on any free port and waits until it stays. */
async function up(...more: readonly string[]): Promise<Running> {
  const running = start('up', '--demo', '--port', '0', ...more);
  await expect.poll(running.text, { timeout: LIMIT_MS, interval: 100 }).toContain('Stop with Ctrl-C');
  return running;
}

function line(text: string, name: string): string {
  return text.split('\n').find((each) => each.startsWith(`✓ ${name}`)) ?? '';
}

/** The table without ages, which move on. */
function signalIds(text: string): readonly string[] {
  return [...text.matchAll(/ ([A-Za-z0-9_-]{32})(?= |$)/gm)].map((match) => match[1] ?? '').toSorted();
}

test(
  'demo --json counts every step and leaves nothing behind',
  async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('signalwright-demo-'));
    const demo = start('demo', '--json');
    expect(await demo.ended, demo.text()).toBe(0);
    const document =
      demo
        .text()
        .split('\n')
        .find((each) => each.startsWith('{')) ?? '{}';
    const { ok, steps, empty } = JSON.parse(document) as { ok: boolean; steps: unknown; empty: unknown };
    expect({ ok, empty }).toEqual({ ok: true, empty: [] });
    expect(steps).toMatchObject({
      check: { objects: 22 },
      test: { failed: 0 },
      plan: { create: 16, update: 0, link: 6 },
      apply: { created: 16 },
      planAgain: { changes: 0 },
      detect: { bySeverity: { critical: 1, high: 4 }, suppressed: 2 },
      run: { blockedAddresses: 4, underReview: 4 },
      comeback: { othersRefused: 0 },
    });
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith('signalwright-demo-'));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  },
  LIMIT_MS,
);

test(
  'where the WAF engine has no build, the recorded events tell the very same story',
  async () => {
    const [live, recorded] = [start('demo', '--json'), start('demo', '--json', '--recorded')];
    expect([await live.ended, await recorded.ended]).toEqual([0, 0]);
    const stepsOf = ({ text }: Running): { readonly attack: object } => {
      const document = text()
        .split('\n')
        .find((each) => each.startsWith('{'));
      return (JSON.parse(document ?? '{}') as { steps: { attack: object } }).steps;
    };
    const [liveSteps, recordedSteps] = [stepsOf(live), stepsOf(recorded)];
    expect(recordedSteps).toEqual({ ...liveSteps, attack: { ...liveSteps.attack, engine: 'recorded' } });
  },
  LIMIT_MS,
);

test(
  'after kill -9 a second start finds its data again and re-applies nothing; --reset starts over',
  async () => {
    const first = await up();
    const ids = signalIds(first.text());
    expect(ids.length).toBeGreaterThan(5);
    // Keys stand in the folder, and it lies in a repository.
    expect(readFileSync(join(folder, '.signalwright/.gitignore'), 'utf8')).toBe('*\n');
    await kill(first.child, 'SIGKILL');

    const second = await up();
    expect(line(second.text(), 'plan')).toContain('16 unchanged');
    expect(line(second.text(), 'apply')).toContain('nothing to do');
    expect(line(second.text(), 'attack')).toContain('was played before');
    expect(signalIds(second.text())).toEqual(ids);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);

    const third = await up('--reset');
    expect(line(third.text(), 'plan')).toContain('16 to create');
    expect(signalIds(third.text())).not.toEqual(ids);
  },
  LIMIT_MS * 3,
);

interface Outcome {
  readonly title: string;
  readonly severity: string;
  readonly matched: number;
}

/** What the org of the folder stored; read beside the running process, as it was committed. */
function stored(): { readonly events: number; readonly signals: readonly Outcome[] } {
  const db = openDatabase(join(folder, '.signalwright/org.db'), { migrations: SIGNALS_MIGRATIONS });
  try {
    const events = db.get<{ n: number }>('SELECT count(*) AS n FROM events')?.n ?? 0;
    const signals = db
      .all<Outcome>(
        `SELECT json_extract(body, '$.title') AS title, json_extract(body, '$.severity') AS severity,
           json_extract(body, '$.eventsMatched') AS matched FROM signals ORDER BY title, matched`,
      )
      .map(({ title, severity, matched }) => ({ title, severity, matched }));
    return { events, signals };
  } finally {
    db.close();
  }
}

test(
  'killed in the middle again and again, the story is carried on and no signal stands twice',
  async () => {
    const whole = await up('--recorded');
    const expected = stored();
    expect(expected.signals.length).toBeGreaterThan(5);
    await kill(whole.child, 'SIGKILL');
    rmSync(join(folder, '.signalwright'), { recursive: true });

    for (const part of [0.2, 0.7]) {
      const doomed = start('up', '--demo', '--recorded', '--port', '0');
      await expect.poll(doomed.text, { timeout: LIMIT_MS, interval: 20 }).toContain('again: no changes');
      const enough = expected.events * part;
      await expect
        .poll(() => stored().events, { timeout: LIMIT_MS, interval: 5 })
        .toBeGreaterThanOrEqual(enough);
      await kill(doomed.child, 'SIGKILL');
      expect(stored().events).toBeLessThan(expected.events);
    }
    const last = await up('--recorded');
    expect(line(last.text(), 'attack')).toContain('is carried on');
    expect(stored()).toEqual(expected);
    expect(line(last.text(), 'notify')).toEqual(line(whole.text(), 'notify'));
    expect(line(last.text(), 'run')).toEqual(line(whole.text(), 'run'));
  },
  LIMIT_MS * 4,
);

test(
  'cut off too long ago, or without its database, the story is not told a second time',
  async () => {
    const early = start('up', '--demo', '--recorded', '--port', '0');
    await expect.poll(early.text, { timeout: LIMIT_MS, interval: 20 }).toContain('again: no changes');
    await kill(early.child, 'SIGKILL');
    writeFileSync(join(folder, '.signalwright/story.json'), '{"startMs":1700000000000}');
    const refused = start('up', '--demo', '--recorded', '--port', '0');
    expect(await refused.ended, refused.text()).toBe(74);
    expect(refused.text()).toContain('cut off too long ago');
    expect(refused.text()).toContain('--reset');

    rmSync(join(folder, '.signalwright/org.db'));
    const lost = start('up', '--demo', '--recorded', '--port', '0');
    expect(await lost.ended, lost.text()).toBe(74);
    expect(lost.text()).toMatch(/org\.db is missing: .+ beside it shows .+ --reset/);
  },
  LIMIT_MS,
);

test(
  'a port in use is one clear line and exit 74, and the port stays with who has it',
  async () => {
    const holder: Server = createServer((_request, response) => response.end('mine'));
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const refused = start('up', '--demo', '--port', String(port));
    expect(await refused.ended).toBe(74);
    expect(refused.text()).toContain(`Port ${port} is in use`);
    expect(refused.text()).not.toContain('at Object');
    await new Promise((resolve) => holder.close(resolve));
  },
  LIMIT_MS,
);

test(
  'two at once on one data folder: the second is told and changes nothing',
  async () => {
    await up();
    const journal = readFileSync(join(folder, '.signalwright/sync/local.ndjson'), 'utf8');
    const second = start('up', '--demo', '--port', '0');
    expect(await second.ended, second.text()).toBe(75);
    const reset = start('up', '--demo', '--port', '0', '--reset');
    expect(await reset.ended, reset.text()).toBe(75);
    expect(readFileSync(join(folder, '.signalwright/sync/local.ndjson'), 'utf8')).toBe(journal);
  },
  LIMIT_MS,
);

test(
  'a wrong file stops the story before anything is applied',
  async () => {
    cpSync(join(folder, 'rules/detection/sqli-probe.yaml'), join(folder, 'rules/detection/copy.yaml'));
    const stopped = start('up', '--demo', '--port', '0');
    expect(await stopped.ended).toBe(1);
    expect(stopped.text()).toContain('signalwright check');
  },
  LIMIT_MS,
);
