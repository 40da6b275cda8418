import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DenylistEntry, Event } from '@signalwright/model';
import { decodeSpans, encodeSpan } from '@signalwright/wire';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { activitiesOf, isBlockedEvent } from './aap-event.ts';
import { startSampleApp, type SampleApp } from './app/sample-app.ts';
import { recordEvents } from './record.ts';
import { decodeRecording, encodeRecording, type Recording } from './recording.ts';
import { readRecording, replayEvents, SHIPPED_RECORDING, type ReplayOptions } from './replay.ts';
import { DEMO_ATTACKERS } from './traffic/cast.ts';
import { playTraffic } from './traffic/play.ts';
import { DEMO_SEED, PHASE_SPANS } from './traffic/story.ts';
import { loadWaf, type Waf } from './waf.ts';

// Whole stories, on machines that may be busy with something else.
vi.setConfig({ testTimeout: 60_000 });

const START_MS = Date.UTC(2026, 2, 1, 12);
const MAX_SHIPPED_BYTES = 300_000;

let shipped: Recording;
let app: SampleApp;
beforeAll(async () => {
  const read = await readRecording();
  if (!read.ok) throw new Error(read.refusal.detail);
  shipped = read.recording;
  app = await startSampleApp({ waf: await newWaf() });
});
afterAll(() => app.close());

async function newWaf(): Promise<Waf> {
  const load = await loadWaf();
  if (!load.ok) throw new Error(JSON.stringify(load.refusal));
  return load.waf;
}

function block(value: string, expiresAtMs: number): DenylistEntry {
  return { kind: 'ip', value, expiresAtMs, createdAtMs: START_MS, createdBy: 'test', reason: 'test' };
}

async function replay(options: Partial<ReplayOptions> = {}) {
  const events: Event[] = [];
  const report = await replayEvents({
    recording: shipped,
    startMs: START_MS,
    onEvent: (event) => void events.push(event),
    ...options,
  });
  return { events, report };
}

async function play(denylist: readonly DenylistEntry[]) {
  const events: Event[] = [];
  app.updateDenylist(denylist, START_MS);
  const report = await playTraffic({
    app,
    seed: DEMO_SEED,
    startMs: START_MS,
    onEvent: (event) => void events.push(event),
  });
  return { events, report };
}

describe('the shipped recording', () => {
  const halfway = START_MS + PHASE_SPANS.return.startMs + 60_000;
  const lists: [title: string, denylist: DenylistEntry[]][] = [
    ['nobody blocked', []],
    ['two attackers blocked', DEMO_ATTACKERS.slice(0, 2).map(({ ip }) => block(ip, halfway + 3_600_000))],
    ['a block that expires in the middle', [block('203.0.113.0/24', halfway)]],
    ['a stranger blocked', [block('192.0.2.200', halfway)]],
  ];
  test.each(lists)('replays what a live play yields with %s', async (_title, denylist) => {
    const live = await play(denylist);
    const replayed = await replay({ denylist: () => denylist });
    expect(replayed.report, 'run `npm run record` in packages/simulate').toEqual(live.report);
    // Another version of the engine may find the same in other words.
    if (shipped.engineVersion === app.engineVersion) expect(replayed.events).toEqual(live.events);
  });

  test('has events that read as those of App and API Protection do', async () => {
    const examples = [
      'attack_attempt.sql_injection',
      'vulnerability_trigger.command_injection',
      'business_logic.users.login.failure',
      'business_logic.users.login.success',
      'security_response.block_ip',
    ].map((activity) =>
      shipped.requests
        .flatMap(({ event, blockedEvent }) => (blockedEvent === undefined ? [event] : [event, blockedEvent]))
        .find((event) => activitiesOf(event).includes(activity)),
    );
    const plain = shipped.requests.find(({ event }) => activitiesOf(event).length === 0)?.event;
    await expect(`${JSON.stringify([plain, ...examples], null, 2)}\n`).toMatchFileSnapshot(
      'golden/events.json',
    );
  });

  test('passes through the intake of spans unchanged', async () => {
    const { events } = await replay();
    const spans: unknown = JSON.parse(JSON.stringify(events.map(encodeSpan)));
    const read = decodeSpans(spans, { nowMs: START_MS, newId: () => 'none' });
    expect(read).toEqual({ ok: true, value: { events, refused: [], cut: [] } });
  });

  test('is small, and holds the demo story', async () => {
    expect((await stat(SHIPPED_RECORDING)).size).toBeLessThan(MAX_SHIPPED_BYTES);
    expect(shipped.seed).toBe(DEMO_SEED);
  });
});

describe('a replay', () => {
  test('plays the phases that it is asked for', async () => {
    const { report } = await replay({ phases: ['return'] });
    expect(report.requests).toBe(shipped.requests.filter(({ phase }) => phase === 'return').length);
    expect(report.byKind.stuffing_on_one_account).toBe(0);
  });

  test('sees an address that is blocked while it runs', async () => {
    const attacker = DEMO_ATTACKERS[0].ip;
    const verdicts: boolean[] = [];
    let denylist: DenylistEntry[] = [];
    await replay({
      phases: ['attack'],
      denylist: () => denylist,
      onEvent: (event) => {
        if (JSON.stringify(event.attributes['network']).includes(`"${attacker}"`))
          verdicts.push(isBlockedEvent(event));
      },
      onProgress: () => {
        if (verdicts.length > 0) denylist = [block(attacker, START_MS + 9e9)];
      },
    });
    const firstBlocked = verdicts.indexOf(true);
    expect(firstBlocked).toBeGreaterThan(0);
    expect(verdicts.slice(firstBlocked).every(Boolean)).toBe(true);
  });

  test('counts users and other addresses on the list for nothing, since they were not recorded', async () => {
    const user: DenylistEntry = { ...block('payroll.admin', START_MS + 9e9), kind: 'user' };
    const { report } = await replay({
      denylist: () => [user, block('198.18.0.0/16', START_MS + 9e9), block('nonsense/24', 9e15)],
    });
    expect(report.blocked).toBe(0);
  });

  test('ends early when it is aborted', async () => {
    const abort = new AbortController();
    const { report } = await replay({ signal: abort.signal, onProgress: () => abort.abort() });
    expect(report.requests).toBeLessThan(shipped.requests.length);
  });
});

describe('a recording', () => {
  test('reads back as it was written', async () => {
    expect(await decodeRecording(encodeRecording(shipped))).toEqual({ ok: true, recording: shipped });
  });

  test('recorded to a file is the shipped one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'signalwright-'));
    try {
      const file = join(folder, 'story.ndjson.gz');
      await recordEvents(file, await newWaf(), DEMO_SEED);
      const read = await decodeRecording(await readFile(file));
      expect(read).toEqual({ ok: true, recording: { ...shipped, engineVersion: app.engineVersion } });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  const header = JSON.stringify({
    format: 'signalwright-recording',
    version: 1,
    engineVersion: 'x',
    seed: 1,
    requests: 1,
  });
  const pack = (text: string) => gzipSync(text);
  const bad: [title: string, bytes: () => Uint8Array, detail: string][] = [
    ['nothing', () => new Uint8Array(), 'unpacked'],
    ['plain text', () => Buffer.from(header), 'unpacked'],
    ['a torn file', () => encodeRecording(shipped).slice(0, 2000), 'unpacked'],
    ['a bomb', () => pack('0'.repeat(40 * 1024 * 1024)), 'unpacked'],
    ['another format', () => pack('{"format":"har"}\n'), 'header'],
    ['a later version', () => pack(header.replace('"version":1', '"version":2')), 'header'],
    ['a header alone', () => pack(header), 'holds 0 requests, its header says 1'],
    ['a line that is no JSON', () => pack(`${header}\n{`), 'Line 2'],
    ['a line without an event', () => pack(`${header}\n{"phase":"return","kind":"xss"}`), 'Line 2'],
    ['an unknown kind', () => pack(`${header}\n{"phase":"return","kind":"magic","event":{}}`), 'Line 2'],
  ];
  test.each(bad)('%s is refused', async (_title, bytes, detail) => {
    const read = await decodeRecording(bytes());
    expect(read).toMatchObject({ ok: false, refusal: { reason: 'not_a_recording' } });
    expect(read.ok ? '' : read.refusal.detail).toContain(detail);
  });
});
