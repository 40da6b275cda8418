import fc from 'fast-check';
import { expect, test } from 'vitest';
import { severityRank, type DetectedSignal, type Suppression } from '@signalwright/model';
import type { SignalChange } from './change.ts';
import { appliesToRule, compileSuppression } from './suppression.ts';
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
  suppression,
} from './testing/build.ts';

const PER_ADDRESS = { queries: [query({ groupBy: ['@ip'] })] };
const from = (atMs: number, ip: string) => span(atMs, { ip });

test('a suppressed signal is not opened, and is reported', () => {
  const hiding = suppression({ id: 'pentest', suppressSignals: '@ip:198.51.100.10' });
  const detector = detectorOf([compiled(PER_ADDRESS)], [hiding]);
  const changes = ingestAll(detector, [from(0, '198.51.100.10'), from(0, '203.0.113.7')]);
  expect(story(changes)).toEqual(['suppressed medium', 'opened medium']);
  expect(changes[0]).toMatchObject({
    suppressionId: 'pentest',
    signal: { group: { '@ip': '198.51.100.10' } },
  });
});

test('a signal that stays hidden is reported once a life, not once an event', () => {
  const hiding = suppression({ suppressSignals: '*' });
  const rule = { evaluationWindowMs: MINUTE, keepAliveMs: 10 * MINUTE, maxSignalDurationMs: 60 * MINUTE };
  const detector = detectorOf([compiled(rule)], [hiding]);
  const events = [span(0), span(1), span(10 * MINUTE), span(19 * MINUTE)];
  expect(story(ingestAll(detector, events))).toEqual(['suppressed medium']);
  expect(story(detector.ingest(span(29 * MINUTE + 1)))).toEqual(['suppressed medium']);
  expect(detector.advance(T0 + 120 * MINUTE)).toEqual([]);
  expect(detector.stats().rules[0]).toMatchObject({ groups: 0, openSignals: 0 });
});

test('suppression is judged at creation only: an open signal goes on', () => {
  const hiding = suppression({ suppressSignals: '*', startsAtMs: T0 + MINUTE });
  const changes = ingestAll(detectorOf([compiled()], [hiding]), [span(0), span(2 * MINUTE)]);
  expect(story(changes)).toEqual(['opened medium', 'extended medium']);
});

test('it is judged again at each firing while no signal is open, so a worse case still opens one', () => {
  const cases = [ruleCase('a > 2', { severity: 'critical' }), ruleCase('a > 0', { severity: 'low' })];
  const hiding = suppression({ suppressSignals: 'status:low' });
  const changes = ingestAll(detectorOf([compiled({ cases })], [hiding]), [span(0), span(1), span(2)]);
  expect(story(changes)).toEqual(['suppressed low', 'opened critical']);
  expect(changes[1]).toMatchObject({ signal: { eventsMatched: 3, firstSeenMs: T0 } });
});

type ForceRow = [what: string, part: Partial<Suppression>, atMs: number, hidden: boolean];

test.each<ForceRow>([
  ['before the start', { startsAtMs: T0 + MINUTE }, MINUTE - 1, false],
  ['at the start', { startsAtMs: T0 + MINUTE }, MINUTE, true],
  ['just before the expiry', { expiresAtMs: T0 + MINUTE }, MINUTE - 1, true],
  ['at the expiry', { expiresAtMs: T0 + MINUTE }, MINUTE, false],
  ['when it is not enabled', { enabled: false }, 0, false],
])('%s, by event time', (_what, part, atMs, hidden) => {
  for (const query of [{ suppressSignals: '*' }, { excludeEvents: '*' }]) {
    const detector = detectorOf([compiled()], [suppression({ ...query, ...part })]);
    const opened = detector.ingest(span(atMs)).filter((change) => change.kind === 'opened');
    expect(opened).toHaveLength(hidden ? 0 : 1);
  }
});

test('excluded events do not count, before evaluation', () => {
  const rule = { cases: [ruleCase('a > 1')] };
  const detector = detectorOf(
    [compiled(rule)],
    [suppression({ excludeEvents: '@http.user_agent:acme-uptime*' })],
  );
  const probe = { http: { user_agent: 'acme-uptime/2' } };
  expect(ingestAll(detector, [span(0, probe), span(1, probe), span(2)])).toEqual([]);
  const [opened] = detector.ingest(span(3));
  expect(opened).toMatchObject({ kind: 'opened', signal: { eventsMatched: 2 } });
  expect(detector.stats().rules[0]).toMatchObject({ excludedEvents: 2, matchedEvents: 2 });
});

type RuleRow = [what: string, rules: Suppression['rules'], applies: boolean];

test.each<RuleRow>([
  ['its id in the file', { kind: 'ids', ids: ['stuffing'] }, true],
  ['its id in the org', { kind: 'ids', ids: ['abc-def-ghi'] }, true],
  ['another id', { kind: 'ids', ids: ['sqli'] }, false],
  ['no id', { kind: 'ids', ids: [] }, false],
  ['its type', { kind: 'query', query: 'type:(log_detection OR application_security)' }, true],
  ['another type', { kind: 'query', query: 'type:log_detection' }, false],
  ['its id in a query', { kind: 'query', query: 'ruleId:abc-def-ghi' }, true],
  ['the severity of one of its cases', { kind: 'query', query: 'severity:low' }, true],
  ['a severity none of its cases has', { kind: 'query', query: 'severity:info' }, false],
  ['its source tag', { kind: 'query', query: 'source:cloudtrail' }, true],
  ['a tag', { kind: 'query', query: 'team:identity security:attack' }, true],
  ['a tag it has not', { kind: 'query', query: '-team:identity' }, false],
  ['everything', { kind: 'query', query: '*' }, true],
])('a suppression that names a rule by %s', (_what, rules, applies) => {
  const cases = [ruleCase('a > 5', { severity: 'high' }), ruleCase('a > 0', { severity: 'low' })];
  const tags = ['team:identity', 'security:attack', 'source:cloudtrail'];
  const rule = { ...compiled({ id: 'stuffing', tags, cases }), identity: { id: 'abc-def-ghi', version: 3 } };
  expect(appliesToRule(suppression({ rules, suppressSignals: '*' }), rule)).toBe(applies);
});

test('a rule that a suppression does not name is not touched by it', () => {
  const hiding = suppression({
    rules: { kind: 'ids', ids: ['other'] },
    suppressSignals: '*',
    excludeEvents: '*',
  });
  expect(story(detectorOf([compiled()], [hiding]).ingest(span(0)))).toEqual(['opened medium']);
});

test('a suppression may ask for what the signal says of its rule, tags and group', () => {
  const queries = [
    '@workflow.rule.id:rule',
    '@workflow.rule.type:"Application Security"',
    '@workflow.triage.state:open',
    'service:shop env:staging security:attack',
    '@title:Rule',
    '@groupByPaths:@ip',
  ];
  for (const suppressSignals of queries) {
    const rule = compiled({ ...PER_ADDRESS, tags: ['security:attack'] });
    const detector = detectorOf([rule], [suppression({ suppressSignals })]);
    const event = span(0, { ip: '203.0.113.7' }, { service: 'shop', env: 'staging' });
    expect([suppressSignals, ...story(detector.ingest(event))]).toEqual([
      suppressSignals,
      'suppressed medium',
    ]);
  }
});

test('an event cannot pose as the signal: its own workflow and title attributes are not asked', () => {
  const hiding = suppression({ suppressSignals: '@workflow.rule.id:other' });
  const event = span(0, { workflow: { rule: { id: 'other' } }, title: 'x' });
  expect(story(detectorOf([compiled()], [hiding]).ingest(event))).toEqual(['opened medium']);
});

test('a suppression that hides nothing, and one that does not parse, are refused with their place', () => {
  const written = suppression({ suppressSignals: '*' }).suppression;
  const blank = compileSuppression({ ...written, suppressSignals: ' ', excludeEvents: '' });
  expect(blank.ok ? [] : blank.problems.map(({ path, code }) => [path, code])).toEqual([
    [[], 'suppression/empty'],
  ]);
  const broken = compileSuppression({
    ...written,
    suppressSignals: '(a',
    rules: { kind: 'query', query: 'b)' },
  });
  expect(broken.ok ? [] : broken.problems.map(({ path, code, start }) => [path, code, start])).toEqual([
    [['suppressSignals'], 'query/unbalanced-parenthesis', 0],
    [['ruleQuery'], 'query/unbalanced-parenthesis', 1],
  ]);
});

/** For each moment the worst open signal of each group. */
function coverage(changes: readonly (readonly SignalChange[])[]): readonly ReadonlyMap<string, number>[] {
  const open = new Map<string, DetectedSignal>();
  return changes.map((step) => {
    for (const change of step) {
      if (change.kind === 'closed') open.delete(change.signalId);
      else if (change.kind !== 'suppressed') open.set(change.signal.id, change.signal);
    }
    return new Map(
      [...open.values()].map((signal) => [signal.group['@ip'] ?? '', severityRank(signal.severity)]),
    );
  });
}

test('a suppression only removes: at no moment is a group open, or worse, that was not without it', () => {
  const step = fc.record({
    waitMs: fc.oneof(fc.integer({ min: 0, max: 30 * SECOND }), fc.constantFrom(MINUTE, 3 * MINUTE)),
    ip: fc.constantFrom('a', 'b'),
    agent: fc.constantFrom('probe', 'curl'),
  });
  const hiding = fc.record(
    {
      suppressSignals: fc.constantFrom('@ip:a', '-@ip:a', '*'),
      excludeEvents: fc.constantFrom('@agent:probe', '@ip:b'),
    },
    { requiredKeys: ['suppressSignals'] },
  );
  const rule = compiled({
    ...PER_ADDRESS,
    cases: [ruleCase('a > 3', { severity: 'high' }), ruleCase('a > 1', { severity: 'low' })],
    evaluationWindowMs: MINUTE,
    // Long lives: what folding may split is another matter than what fires.
    keepAliveMs: 24 * 60 * MINUTE,
    maxSignalDurationMs: 24 * 60 * MINUTE,
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), hiding, (steps, part) => {
      let atMs = 0;
      const events = steps.map(({ waitMs, ip, agent }) => {
        atMs += waitMs;
        return span(atMs, { ip, agent });
      });
      const play = (suppressions: Parameters<typeof detectorOf>[1]) => {
        const detector = detectorOf([rule], suppressions);
        return coverage(events.map((event) => detector.ingest(event)));
      };
      const without = play([]);
      play([suppression(part)]).forEach((groups, moment) => {
        for (const [ip, rank] of groups) expect(rank).toBeLessThanOrEqual(without[moment]?.get(ip) ?? -1);
      });
    }),
    { numRuns: 200 },
  );
});
