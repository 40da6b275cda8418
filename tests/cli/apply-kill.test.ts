/** apply, killed without warning before and after calls, and started again: nothing doubled, nothing lost. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REMOTE_KINDS, readOwnership, type RemoteObject } from '@signalwright/wire';
import { LIMIT_MS, ROOT, killAll, run, start, startOrg, waitFor, type Ended, type Org } from './command.ts';

let folder: string;
let org: Org;
let proxy: KillingProxy;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sw-kill-'));
  for (const name of ['signalwright.yaml', 'rules', 'views', 'workflows']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  org = await startOrg(folder);
  proxy = await openProxy(new URL(org.url));
}, LIMIT_MS);

afterEach(async () => {
  await killAll();
  await proxy.close();
  rmSync(folder, { recursive: true, force: true });
}, LIMIT_MS);

/** Where in the life of a call the applying process dies. */
type Moment =
  | 'before the call arrives'
  | 'after it was carried out, before the answer'
  | 'before an answer that comes late';

const LATE_MS = 200;

interface KillingProxy {
  readonly url: string;
  /** Kills at the nth write from now. */
  arm(nth: number, moment: Moment, kill: () => void): void;
  /** Closes every connection: whoever waits for an answer gets none. */
  cut(): void;
  /** Reads since the last write. */
  looks(): number;
  close(): Promise<void>;
}

/** Hands requests to the org. Every command of a test goes through it, so that the target stays the same. */
async function openProxy(target: URL): Promise<KillingProxy> {
  let armed: { readonly moment: Moment; readonly kill: () => void } | undefined;
  let left = 0;
  let looks = 0;
  const server = createServer((incoming, outgoing) => {
    const isWrite = incoming.method !== 'GET' && incoming.method !== 'HEAD';
    if (isWrite) left -= 1;
    looks = isWrite ? 0 : looks + 1;
    const fate = isWrite && left === 0 ? armed : undefined;
    incoming.on('error', () => undefined);
    outgoing.on('error', () => undefined);
    if (fate?.moment === 'before the call arrives') return fate.kill();
    const headers = { ...incoming.headers, host: target.host };
    const { method, url: path } = incoming;
    const forwarded = request(
      { host: target.hostname, port: target.port, method, path, headers },
      (answer) => {
        const pass = (): void => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        };
        if (fate?.moment === 'before an answer that comes late') {
          fate.kill();
          setTimeout(pass, LATE_MS);
          return;
        }
        if (fate !== undefined) {
          answer.resume();
          answer.once('end', fate.kill);
          return;
        }
        pass();
      },
    );
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arm: (nth, moment, kill) => {
      left = nth;
      armed = { moment, kill };
    },
    cut: () => server.closeAllConnections(),
    looks: () => looks,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function viaProxy(): { readonly cwd: string; readonly env: Readonly<Record<string, string>> } {
  return { cwd: folder, env: { SIGNALWRIGHT_URL: proxy.url } };
}

/** @returns how the apply ended */
async function applyKilledAt(
  nth: number,
  moment: Moment,
  args: readonly string[] = [],
): Promise<number | string> {
  return (await applySignalledAt(nth, moment, ['SIGKILL'], args)).end;
}

/** What is counted call by call is written one by one. */
const ONE_BY_ONE = ['--parallel', '1'];

function applySignalledAt(
  nth: number,
  moment: Moment,
  signals: readonly NodeJS.Signals[],
  args: readonly string[] = [],
): Promise<Ended> {
  const apply = start(['apply', '--yes', ...args], viaProxy());
  proxy.arm(nth, moment, () => {
    for (const signal of signals) apply.child.kill(signal);
  });
  return apply.ended;
}

/** Marks of ours at the target, sorted: one an object. */
async function marks(): Promise<readonly string[]> {
  const all: RemoteObject[] = [];
  for (const kind of REMOTE_KINDS) {
    const listed = await org.client.objects(kind).list();
    if (listed.kind !== 'done') throw new Error(JSON.stringify(listed));
    all.push(...listed.value);
  }
  return all.map((object) => JSON.stringify([object.kind, readOwnership(object.payload)])).toSorted();
}

/**
 * After a create that never arrived, the next apply looks for what it may have made for as long as a list may lag
 * behind: one of those is enough for a test.
 */
const KILLS: readonly (readonly [nth: number, moment: Moment])[] = [
  [1, 'after it was carried out, before the answer'],
  [3, 'after it was carried out, before the answer'],
  [2, 'after it was carried out, before the answer'],
  [2, 'before the call arrives'],
];

test(
  'killed again and again, apply converges: every object once, and then an empty plan',
  async () => {
    for (const [nth, moment] of KILLS) {
      expect(await applyKilledAt(nth, moment, ONE_BY_ONE)).toBe('SIGKILL');
    }
    const before = await marks();
    expect(before).toHaveLength(7);
    expect(new Set(before).size).toBe(before.length);

    const last = await run(['apply', '--yes'], viaProxy());
    expect(last).toMatchObject({
      end: 0,
      err: expect.stringContaining('finding out what became of 1 call, which may take 5 s.') as unknown,
    });
    await expectConverged();
  },
  2 * LIMIT_MS,
);

test(
  'the same when objects are written side by side: as many calls as were under way are found out about',
  async () => {
    for (const nth of [3, 6]) {
      const moment = 'after it was carried out, before the answer';
      expect(await applyKilledAt(nth, moment)).toBe('SIGKILL');
    }
    const last = await run(['apply', '--yes'], viaProxy());
    expect(last).toMatchObject({
      end: 0,
      err: expect.stringMatching(/finding out what became of [1-8] calls?, which may take 5 s\./) as unknown,
    });
    await expectConverged();
  },
  2 * LIMIT_MS,
);

/** Every object of content once at the target, and nothing left to do. */
async function expectConverged(): Promise<void> {
  const compiled = await run(['compile', '--json'], { cwd: folder });
  const { objects } = JSON.parse(compiled.out) as { readonly objects: readonly unknown[] };
  const after = await marks();
  expect(after).toHaveLength(objects.length);
  expect(new Set(after).size).toBe(after.length);

  const plan = await run(['plan', '--exit-code', '--json'], viaProxy());
  expect(plan.end).toBe(0);
  expect(JSON.parse(plan.out)).toMatchObject({
    ok: true,
    counts: { create: 0, update: 0, delete: 0, noop: objects.length },
  });
}

test(
  'an apply that was killed at its last call is settled by the next, which writes nothing',
  async () => {
    expect(await run(['apply', '--yes'], viaProxy())).toMatchObject({ end: 0 });
    const rule = join(folder, 'rules/detection/sqli-probe.yaml');
    const text = readFileSync(rule, 'utf8');
    writeFileSync(rule, text.replaceAll('severity: high', 'severity: low'));
    expect(await applyKilledAt(1, 'after it was carried out, before the answer')).toBe('SIGKILL');

    const next = await run(['apply', '--json'], viaProxy());
    expect(next.end).toBe(0);
    expect(JSON.parse(next.out)).toMatchObject({
      ok: true,
      counts: { done: 0 },
      result: { recovered: [{ address: 'detection-rule/sqli-probe', outcome: 'done' }] },
    });
  },
  LIMIT_MS,
);

test(
  'Ctrl-C ends an apply between two objects: the call under way is on record, the journal closed, the exit code 130',
  async () => {
    // A terminal and npx may both hand on one press.
    const ended = await applySignalledAt(
      2,
      'before an answer that comes late',
      ['SIGINT', 'SIGINT'],
      ONE_BY_ONE,
    );
    expect(ended.end).toBe(130);
    expect(ended.err).toBe('Interrupted: ending what is under way. Once more ends at once.\n');
    expect(ended.out).toMatch(/^! Stopped: Interrupted\. \d+ objects were not tried\.$/m);
    expect(ended.out).toMatch(/^2 applied, 0 unchanged, \d+ skipped\.$/m);
    expect(ended.out).toContain('Head of the journal: ');
    expect(await marks()).toHaveLength(2);

    const next = await run(['apply', '--yes', '--json'], viaProxy());
    expect(next).toMatchObject({ end: 0, err: '' });
    expect(JSON.parse(next.out)).toMatchObject({ ok: true, result: { recovered: [] } });
    expect(await run(['plan', '--exit-code'], viaProxy())).toMatchObject({ end: 0 });
  },
  LIMIT_MS,
);

test(
  'Ctrl-C while an apply waits for what a lost answer has made ends it at once, and the next one looks again',
  async () => {
    const apply = start(['apply', '--yes', '--json', ...ONE_BY_ONE], viaProxy());
    // The call is never answered: the apply waits, then looks for as long as lists may lag behind.
    let wasCut = false;
    proxy.arm(1, 'before the call arrives', () => {
      wasCut = true;
      proxy.cut();
    });
    await waitFor(() => (wasCut && proxy.looks() > 0 ? true : undefined));
    apply.child.kill('SIGTERM');
    const ended = await apply.ended;
    expect(ended.end).toBe(130);
    expect(JSON.parse(ended.out)).toMatchObject({ ok: false, counts: { done: 0, unknown: 1 } });
    expect(await run(['plan'], viaProxy())).toMatchObject({ end: 0 });
  },
  LIMIT_MS,
);
