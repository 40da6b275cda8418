/** Sentences about how firings become signals, seen from the detector. */

import { expect, test } from 'vitest';
import { MAX_SIGNAL_SAMPLES, type Event } from '@signalwright/model';
import type { SignalChange } from './change.ts';
import { signalId } from './detected-signal.ts';
import {
  MINUTE,
  SECOND,
  T0,
  compiled,
  detectorOf,
  ingestAll,
  query,
  ruleCase,
  span,
  story,
} from './testing/build.ts';

const KEEP_ALIVE_MS = 10 * MINUTE;
const SHORT = { evaluationWindowMs: MINUTE, keepAliveMs: KEEP_ALIVE_MS, maxSignalDurationMs: 60 * MINUTE };

const signalsOf = (changes: readonly SignalChange[]) =>
  changes.flatMap((change) => (change.kind === 'closed' ? [] : [change.signal]));

const run = (part: Parameters<typeof compiled>[0], events: readonly Event[]) =>
  ingestAll(detectorOf([compiled(part)]), events);

test('a match within keep-alive extends the signal, to the millisecond', () => {
  expect(story(run(SHORT, [span(0), span(KEEP_ALIVE_MS)]))).toEqual(['opened medium', 'extended medium']);
  expect(story(run(SHORT, [span(0), span(KEEP_ALIVE_MS + 1)]))).toEqual([
    'opened medium',
    'closed keep_alive',
    'opened medium',
  ]);
});

test('keep-alive runs from the last firing, not from the first', () => {
  const changes = run(SHORT, [span(0), span(9 * MINUTE), span(18 * MINUTE)]);
  expect(story(changes)).toEqual(['opened medium', 'extended medium', 'extended medium']);
});

test('an event that makes no case true does not keep the signal alive', () => {
  const rule = { ...SHORT, cases: [ruleCase('a > 1')] };
  const changes = run(rule, [span(0), span(1), span(9 * MINUTE), span(11 * MINUTE), span(11 * MINUTE + 1)]);
  expect(story(changes)).toEqual(['opened medium', 'closed keep_alive', 'opened medium']);
});

test('the maximum duration closes a busy signal, counted from first seen, and the next match opens another', () => {
  const events = Array.from({ length: 14 }, (_, index) => span(index * 5 * MINUTE));
  const changes = run(SHORT, events);
  expect(story(changes).filter((line) => !line.startsWith('extended'))).toEqual([
    'opened medium',
    'closed max_duration',
    'opened medium',
  ]);
  expect(changes.find((change) => change.kind === 'closed')).toMatchObject({ atMs: T0 + 60 * MINUTE });
});

test('keep-alive equal to the maximum duration', () => {
  const rule = { ...SHORT, keepAliveMs: 10 * MINUTE, maxSignalDurationMs: 10 * MINUTE };
  const changes = run(rule, [span(0), span(9 * MINUTE), span(10 * MINUTE), span(10 * MINUTE + 1)]);
  expect(story(changes)).toEqual([
    'opened medium',
    'extended medium',
    'extended medium',
    'closed max_duration',
    'opened medium',
  ]);
});

test('a keep-alive of 0 makes a signal of each instant', () => {
  const rule = { ...SHORT, evaluationWindowMs: 0, keepAliveMs: 0 };
  const changes = run(rule, [span(0), span(0), span(1)]);
  expect(story(changes)).toEqual(['opened medium', 'extended medium', 'closed keep_alive', 'opened medium']);
  expect(new Set(signalsOf(changes).map((signal) => signal.id)).size).toBe(2);
});

test('time alone closes a signal, by advance', () => {
  const detector = detectorOf([compiled(SHORT)]);
  const [opened] = signalsOf(detector.ingest(span(0)));
  expect(detector.advance(T0 + KEEP_ALIVE_MS)).toEqual([]);
  expect(detector.advance(T0 + KEEP_ALIVE_MS + 1)).toEqual([
    { kind: 'closed', signalId: opened?.id, reason: 'keep_alive', atMs: T0 + KEEP_ALIVE_MS },
  ]);
  expect(detector.advance(T0 + 60 * MINUTE)).toEqual([]);
});

test('severity is raised to the highest case reached and never lowered', () => {
  const rule = {
    ...SHORT,
    cases: [
      ruleCase('a > 2', { name: 'many', severity: 'high', notifications: ['@pagerduty-x'] }),
      ruleCase('a > 0', { name: 'few', severity: 'low' }),
    ],
  };
  const changes = run(rule, [span(0), span(1), span(2), span(5 * MINUTE)]);
  expect(story(changes)).toEqual(['opened low', 'extended low', 'raised low>high', 'extended high']);
  expect(signalsOf(changes).map((signal) => signal.title)).toEqual([
    'Rule - few',
    'Rule - few',
    'Rule - many',
    'Rule - many',
  ]);
  expect(signalsOf(changes).at(-1)).toMatchObject({ caseName: 'many', notifications: ['@pagerduty-x'] });
});

test('events count once over the life of the signal, those in the window at opening included', () => {
  const rule = { ...SHORT, cases: [ruleCase('a > 2')] };
  const changes = run(rule, [span(0), span(1), span(2), span(3), span(4)]);
  expect(signalsOf(changes).map((signal) => signal.eventsMatched)).toEqual([3, 4, 5]);
});

test('events that left the window before any firing never count', () => {
  const rule = { ...SHORT, cases: [ruleCase('a > 1')] };
  const changes = run(rule, [span(0), span(2 * MINUTE), span(2 * MINUTE + 1)]);
  expect(signalsOf(changes)[0]).toMatchObject({ eventsMatched: 2, firstSeenMs: T0 + 2 * MINUTE });
});

test('events that left the window have no say in what a later signal tells', () => {
  const rule = { ...SHORT, cases: [ruleCase('a > 1')] };
  const old = span(0, { path: '/old', usr: { id: 'old' } }, { service: 'old' });
  const events = [1, 2].map((atMs) =>
    span(5 * MINUTE + atMs, { path: '/new', usr: { id: 'new' } }, { service: 'new' }),
  );
  expect(signalsOf(run(rule, [old, ...events]))[0]).toMatchObject({
    services: ['new'],
    attributes: { path: '/new' },
    entities: [{ value: 'new' }],
    sampleEventIds: events.toReversed().map((event) => event.id),
  });
});

test('an open signal counts events that wait in the window when the rule fires again', () => {
  const rule = { ...SHORT, cases: [ruleCase('a > 1')] };
  const changes = run(rule, [span(0), span(1), span(5 * MINUTE), span(5 * MINUTE + 1)]);
  expect(signalsOf(changes).map((signal) => signal.eventsMatched)).toEqual([2, 4]);
});

test('a signal that follows another counts only what the first did not', () => {
  const rule = {
    ...SHORT,
    maxSignalDurationMs: 10 * MINUTE,
    evaluationWindowMs: 5 * MINUTE,
    cases: [ruleCase('a > 1')],
  };
  const every = Array.from({ length: 13 }, (_, index) => span(index * MINUTE));
  const opened = run(rule, every).flatMap((change) => (change.kind === 'opened' ? [change.signal] : []));
  expect(opened.map((signal) => [signal.firstSeenMs - T0, signal.eventsMatched])).toEqual([
    [0, 2],
    [11 * MINUTE, 1],
  ]);
  expect(opened[1]?.sampleEventIds).toHaveLength(1);
});

test('what waits in the window for a firing is part of what the signal tells then', () => {
  const rule = { ...SHORT, cases: [ruleCase('a > 1')] };
  const waiting = span(5 * MINUTE, { usr: { id: 'waiting' } }, { service: 'waiting' });
  const [opened, extended] = signalsOf(run(rule, [span(0), span(1), waiting, span(5 * MINUTE + 1)]));
  expect(opened?.services).toEqual([]);
  expect(extended).toMatchObject({ services: ['waiting'], entities: [{ value: 'waiting' }] });
  expect(extended?.sampleEventIds).toContain(waiting.id);
});

test('the id is that of rule, group and first event: a replay gives the same ids', () => {
  const rule = { ...SHORT, queries: [query({ groupBy: ['@g'] })] };
  const events = [span(0, { g: 'x' }), span(0, { g: 'y' }), span(20 * MINUTE, { g: 'x' })];
  const ids = (changes: readonly SignalChange[]) => signalsOf(changes).map((signal) => signal.id);
  const first = ids(run(rule, events));
  expect(ids(run(rule, events))).toEqual(first);
  expect(new Set(first).size).toBe(3);
  for (const id of first) expect(id).toMatch(/^AQAA[A-Za-z0-9_-]{28}$/);
});

test('the parts of an id cannot run into each other', () => {
  expect(signalId('a', '1', 2)).not.toBe(signalId('a1', '', 2));
  expect(signalId('a', '1', 23)).not.toBe(signalId('a', '12', 3));
});

test(`samples are the newest ${MAX_SIGNAL_SAMPLES} events, newest first`, () => {
  const events = Array.from({ length: 15 }, (_, index) => span(index));
  const late = span(7);
  const signal = signalsOf(run(SHORT, [...events, late])).at(-1);
  const expected = [...events.slice(8).toReversed(), late, events[7], events[6]].map((event) => event?.id);
  expect(signal?.sampleEventIds).toEqual(expected);
});

test('an open signal that only grows is told at most once a second, and the rest by advance', () => {
  const detector = detectorOf([compiled(SHORT)], [], { extendEveryMs: SECOND });
  expect(story(detector.ingest(span(0)))).toEqual(['opened medium']);
  expect(detector.ingest(span(400))).toEqual([]);
  expect(story(detector.ingest(span(SECOND)))).toEqual(['extended medium']);
  expect(detector.ingest(span(SECOND + 1))).toEqual([]);
  const [flushed] = detector.advance(T0 + 2 * SECOND);
  expect(flushed?.kind === 'extended' && flushed.signal.eventsMatched).toBe(4);
  expect(detector.advance(T0 + 3 * SECOND)).toEqual([]);
});

test('what was held back is told before the signal closes', () => {
  const detector = detectorOf([compiled(SHORT)], [], { extendEveryMs: SECOND });
  ingestAll(detector, [span(0), span(1)]);
  const changes = detector.advance(T0 + 20 * MINUTE);
  expect(story(changes)).toEqual(['extended medium', 'closed keep_alive']);
  expect(changes[1]).toMatchObject({ atMs: T0 + 1 + KEEP_ALIVE_MS });
});

test('a raise is told at once', () => {
  const cases = [ruleCase('a > 1', { severity: 'high' }), ruleCase('a > 0', { severity: 'low' })];
  const detector = detectorOf([compiled({ ...SHORT, cases })], [], { extendEveryMs: SECOND });
  expect(story(ingestAll(detector, [span(0), span(1), span(2)]))).toEqual(['opened low', 'raised low>high']);
});
