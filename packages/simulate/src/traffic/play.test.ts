import type { DenylistEntry, Event } from '@signalwright/model';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { activitiesOf, isBlockedEvent } from '../aap-event.ts';
import { startSampleApp, type SampleApp } from '../app/sample-app.ts';
import { loadWaf } from '../waf.ts';
import { DEMO_ATTACKERS } from './cast.ts';
import { MAX_CONCURRENT_REQUESTS, playTraffic, type PlayOptions } from './play.ts';
import type { TrafficKind } from './story-request.ts';
import { buildStory, DEMO_SEED, PHASE_SPANS } from './story.ts';
import { spanIdOf, traceIdAt } from '../trace-id.ts';

// Whole stories, on machines that may be busy with something else.
vi.setConfig({ testTimeout: 60_000 });

const START_MS = Date.UTC(2026, 2, 1, 12);

let app: SampleApp;
beforeEach(async () => {
  const load = await loadWaf();
  if (!load.ok) throw new Error(JSON.stringify(load.refusal));
  app = await startSampleApp({ waf: load.waf });
});
afterEach(() => app.close());

async function play(options: Partial<PlayOptions> = {}) {
  const events: Event[] = [];
  const report = await playTraffic({
    app,
    seed: DEMO_SEED,
    startMs: START_MS,
    onEvent: (event) => void events.push(event),
    ...options,
  });
  return { events, report };
}

/** What each event was meant to be, which the event itself does not say. */
function kindById(seed: number): ReadonlyMap<string, TrafficKind> {
  return new Map(buildStory(seed).map(({ traceId, kind }) => [spanIdOf(traceIdAt(traceId, START_MS)), kind]));
}

const isAttack = (activity: string) => !activity.startsWith('business_logic.');

test.each([DEMO_SEED, 1])('seed %d: benign traffic raises no activity of an attack', async (seed) => {
  const { events } = await play({ seed });
  const kinds = kindById(seed);
  const alarms = events.filter(
    (event) => kinds.get(event.id) === 'benign' && activitiesOf(event).some(isAttack),
  );
  expect(alarms.map((event) => [event.message, activitiesOf(event)])).toEqual([]);
});

test('each hostile kind is found, nearly always', async () => {
  const { events, report } = await play();
  const kinds = kindById(DEMO_SEED);
  const found = (kind: TrafficKind, activity: string) =>
    events.filter((event) => kinds.get(event.id) === kind && activitiesOf(event).includes(activity)).length;
  const rows: [TrafficKind, string, atLeast: number][] = [
    ['sql_injection', 'attack_attempt.sql_injection', 0.8],
    ['sql_injection', 'attack_attempt.attack_tool', 0.1],
    ['sql_injection', 'vulnerability_trigger.sql_injection', 0.1],
    ['xss', 'attack_attempt.xss', 1],
    ['path_traversal', 'attack_attempt.lfi', 1],
    ['path_traversal', 'vulnerability_trigger.lfi', 0.4],
    ['command_injection', 'attack_attempt.command_injection', 1],
    ['command_injection', 'vulnerability_trigger.command_injection', 0.9],
    ['ssrf', 'attack_attempt.ssrf', 1],
    ['ssrf', 'vulnerability_trigger.ssrf', 0.8],
    ['scanner', 'attack_attempt.security_scanner', 1],
    ['authorised_scan', 'attack_attempt.security_scanner', 1],
    ['stuffing_from_one_address', 'business_logic.users.login.failure', 0.9],
    ['stuffing_on_one_account', 'business_logic.users.login.failure', 1],
  ];
  const missing = rows.filter(
    ([kind, activity, atLeast]) => found(kind, activity) < atLeast * report.byKind[kind],
  );
  expect(
    missing.map(([kind, activity]) => [kind, activity, found(kind, activity), report.byKind[kind]]),
  ).toEqual([]);
  expect(found('stuffing_from_one_address', 'business_logic.users.login.success')).toBe(1);
  expect(report).toMatchObject({ requests: events.length, events: events.length, blocked: 0 });
});

test('the same seed and start give the same events in the same order; another start gives other ids', async () => {
  const first = await play();
  const second = await play();
  expect(second.events).toEqual(first.events);
  const later = await play({ startMs: START_MS + 1, phases: ['baseline'] });
  const ids = new Set(first.events.map(({ id }) => id));
  expect(later.events.filter(({ id }) => ids.has(id))).toEqual([]);
});

test('attackers that were blocked after the attack are refused when they come again, and nobody else is', async () => {
  const before = await play({ phases: ['baseline', 'attack'] });
  expect(before.report.blocked).toBe(0);
  const nowMs = START_MS + PHASE_SPANS.attack.endMs;
  const entries = DEMO_ATTACKERS.map(({ ip }): DenylistEntry => {
    return {
      kind: 'ip',
      value: ip,
      expiresAtMs: nowMs + 3_600_000,
      createdAtMs: nowMs,
      createdBy: 'test',
      reason: 'test',
    };
  });
  expect(app.updateDenylist(entries, nowMs)).toEqual([]);
  const after = await play({ phases: ['return'] });
  const kinds = kindById(DEMO_SEED);
  expect(
    after.events.filter((event) => isBlockedEvent(event) === (kinds.get(event.id) === 'benign')),
  ).toEqual([]);
  expect(after.report.byActivity['security_response.block_ip']).toBe(after.report.blocked);
  expect(after.report.blocked).toBeGreaterThan(30);
  const wasBlocked = after.events.find(isBlockedEvent);
  expect(wasBlocked?.attributes).toMatchObject({
    http: { status_code: 403 },
    appsec: { rule_id: 'blk-001-001' },
  });
});

test('events come in story order, in story time, after the ones before were taken', async () => {
  const times: number[] = [];
  let reading = 0;
  await play({
    phases: ['baseline'],
    onEvent: async (event) => {
      reading += 1;
      expect(reading).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      times.push(event.tsMs - START_MS);
      reading -= 1;
    },
  });
  expect(times).toEqual(times.toSorted((left, right) => left - right));
  expect(times.at(-1)).toBeLessThanOrEqual(PHASE_SPANS.baseline.endMs);
});

test('progress counts up to the total', async () => {
  const seen: [number, number][] = [];
  const { report } = await play({
    phases: ['baseline'],
    onProgress: ({ done, total }) => seen.push([done, total]),
  });
  expect(seen.at(-1)).toEqual([report.requests, report.requests]);
  expect(seen.length).toBe(Math.ceil(report.requests / MAX_CONCURRENT_REQUESTS));
});

test('an aborted play ends after the batch under way and reports what it played', async () => {
  const abort = new AbortController();
  const { report, events } = await play({ signal: abort.signal, onProgress: () => abort.abort() });
  expect(report.requests).toBe(MAX_CONCURRENT_REQUESTS);
  expect(events).toHaveLength(MAX_CONCURRENT_REQUESTS);
});

test('an application that is gone is an error, not an empty story', async () => {
  await app.close();
  await expect(play({ phases: ['baseline'] })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
