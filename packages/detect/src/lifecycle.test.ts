import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SEVERITIES, severityRank, type Severity } from '@signalwright/model';
import {
  deadlineMs,
  lifeEnd,
  stepLife,
  type CloseReason,
  type Firing,
  type SignalLife,
} from './lifecycle.ts';
import { MINUTE } from './testing/build.ts';

const HOUR = 60 * MINUTE;
const TIMING = { keepAliveMs: HOUR, maxSignalDurationMs: 24 * HOUR };

function firing(part: Partial<Firing> = {}): Firing {
  return {
    atMs: 0,
    firstEventMs: 0,
    caseIndex: 0,
    severity: 'medium',
    newEvents: 1,
    newEventsPerQuery: [1],
    ...part,
  };
}

function opened(part: Partial<Firing> = {}): SignalLife {
  return stepLife(undefined, firing(part)).life;
}

test('a first firing opens a signal whose first seen is its earliest event', () => {
  const step = stepLife(
    undefined,
    firing({ atMs: 90_000, firstEventMs: 30_000, newEvents: 26, newEventsPerQuery: [26, 3] }),
  );
  expect(step).toEqual({
    kind: 'opened',
    life: {
      firstSeenMs: 30_000,
      lastSeenMs: 90_000,
      openedAtMs: 90_000,
      caseIndex: 0,
      severity: 'medium',
      eventsMatched: 26,
      eventsPerQuery: [26, 3],
    },
  });
});

test('a later firing adds its new events and moves last seen, not first seen', () => {
  const step = stepLife(
    opened({ firstEventMs: 10, atMs: 50 }),
    firing({ atMs: 70, firstEventMs: 5, newEvents: 2, newEventsPerQuery: [2] }),
  );
  expect(step.kind).toBe('extended');
  expect(step.life).toMatchObject({ firstSeenMs: 10, lastSeenMs: 70, eventsMatched: 3, eventsPerQuery: [3] });
});

type RaiseRow = [from: [number, Severity], to: [number, Severity], kind: string, after: [number, Severity]];

test.each<RaiseRow>([
  [[2, 'low'], [0, 'critical'], 'raised', [0, 'critical']],
  [[0, 'critical'], [2, 'low'], 'extended', [0, 'critical']],
  [[1, 'high'], [1, 'high'], 'extended', [1, 'high']],
  [[1, 'high'], [0, 'high'], 'extended', [0, 'high']],
  [[0, 'high'], [1, 'high'], 'extended', [0, 'high']],
  // A rule whose cases stand from lowest to highest.
  [[0, 'low'], [1, 'medium'], 'raised', [1, 'medium']],
])('from case %j, case %j: %s, then it is %j', (from, to, kind, after) => {
  const step = stepLife(
    opened({ caseIndex: from[0], severity: from[1] }),
    firing({ caseIndex: to[0], severity: to[1] }),
  );
  expect([step.kind, step.life.caseIndex, step.life.severity]).toEqual([kind, ...after]);
  expect(step.kind === 'raised' ? step.previousSeverity : from[1]).toBe(from[1]);
});

type EndRow = [what: string, lastSeenMs: number, nowMs: number, end: CloseReason | undefined];

test.each<EndRow>([
  ['at the end of keep-alive', 0, HOUR, undefined],
  ['a millisecond later', 0, HOUR + 1, 'keep_alive'],
  ['at the maximum duration', 24 * HOUR - MINUTE, 24 * HOUR, undefined],
  ['past the maximum duration', 24 * HOUR - MINUTE, 24 * HOUR + 1, 'max_duration'],
  ['past both, where keep-alive ended first', 0, 48 * HOUR, 'keep_alive'],
  ['past both, where the maximum duration ended first', 24 * HOUR - MINUTE, 48 * HOUR, 'max_duration'],
  ['past both, which end together', 23 * HOUR, 24 * HOUR + 1, 'keep_alive'],
])('%s', (_what, lastSeenMs, nowMs, end) => {
  expect(lifeEnd({ ...opened(), lastSeenMs }, nowMs, TIMING)).toBe(end);
});

test('keep-alive equal to the maximum duration: the signal ends counted from first seen', () => {
  const timing = { keepAliveMs: HOUR, maxSignalDurationMs: HOUR };
  const life = { ...opened(), lastSeenMs: 10 * MINUTE };
  expect(deadlineMs(life, timing)).toBe(HOUR);
  expect(lifeEnd(life, HOUR + 1, timing)).toBe('max_duration');
});

const firings = fc.array(
  fc.record({
    atMs: fc.nat(1_000_000),
    firstEventMs: fc.nat(1_000_000),
    caseIndex: fc.nat(3),
    severity: fc.constantFrom(...SEVERITIES),
    newEvents: fc.nat(5),
    newEventsPerQuery: fc.tuple(fc.nat(5), fc.nat(5)),
  }),
  { minLength: 1 },
);

test('severity is the highest ever fired, events are the sum, and first seen never moves', () => {
  fc.assert(
    fc.property(firings, (all) => {
      let life: SignalLife | undefined;
      for (const each of all) life = stepLife(life, each).life;
      const highest = Math.max(...all.map((each) => severityRank(each.severity)));
      expect(severityRank(life?.severity ?? 'info')).toBe(highest);
      expect(life?.eventsMatched).toBe(all.reduce((sum, each) => sum + each.newEvents, 0));
      expect(life?.firstSeenMs).toBe(all[0]?.firstEventMs);
      expect(life?.lastSeenMs).toBe(Math.max(...all.map((each) => each.atMs)));
    }),
  );
});
