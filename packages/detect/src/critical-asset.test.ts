import { expect, test } from 'vitest';

import type { CriticalAsset } from '@signalwright/model';

import { compileCriticalAsset, type CompiledCriticalAsset } from './critical-asset.ts';
import { createDetector, type Detector } from './detector.ts';
import { T0, compiled, ingestAll, query, ruleCase, span, story, suppression } from './testing/build.ts';

function asset(part: Partial<CriticalAsset> = {}): CompiledCriticalAsset {
  const whole = {
    isEnabled: true,
    query: '*',
    ruleQuery: '*',
    severity: 'increase',
    tags: [],
    ...part,
  } as const;
  const result = compileCriticalAsset(whole);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.asset;
}

function detectorWith(
  criticalAssets: readonly CompiledCriticalAsset[],
  rules = [compiled({ queries: [query({ groupBy: ['@ip'] })] })],
  suppressions = [] as Parameters<typeof createDetector>[0]['suppressions'],
): Detector {
  return createDetector({ rules, suppressions, criticalAssets });
}

test.each<[severity: CriticalAsset['severity'], outcome: string]>([
  ['increase', 'high'],
  ['decrease', 'low'],
  ['no-op', 'medium'],
  ['critical', 'critical'],
  ['info', 'info'],
])('%s makes a medium signal %s', (severity, outcome) => {
  const detector = detectorWith([asset({ severity })]);
  expect(story(detector.ingest(span(0, { ip: '203.0.113.7' })))).toEqual([`opened ${outcome}`]);
});

test('there is nothing above critical, and nothing below info', () => {
  const of = (severity: 'critical' | 'info', change: CriticalAsset['severity']): readonly string[] => {
    const rule = compiled({ cases: [ruleCase('a > 0', { severity })] });
    return story(detectorWith([asset({ severity: change })], [rule]).ingest(span(0)));
  };
  expect(of('critical', 'increase')).toEqual(['opened critical']);
  expect(of('info', 'decrease')).toEqual(['opened info']);
});

test('only signals that its query finds, of rules that its query over rules finds, while it is enabled', () => {
  const from = (ip: string): ReturnType<typeof span> => span(0, { ip });
  const first = (assets: readonly CompiledCriticalAsset[], ip = '203.0.113.7'): readonly string[] =>
    story(detectorWith(assets).ingest(from(ip)));
  expect(first([asset({ query: '@ip:203.0.113.7' })])).toEqual(['opened high']);
  expect(first([asset({ query: '@ip:203.0.113.7' })], '203.0.113.8')).toEqual(['opened medium']);
  expect(first([asset({ ruleQuery: 'type:log_detection' })])).toEqual(['opened medium']);
  expect(first([asset({ ruleQuery: 'type:application_security' })])).toEqual(['opened high']);
  expect(first([asset({ isEnabled: false })])).toEqual(['opened medium']);
});

test('of several assets the most severe outcome counts, in any order', () => {
  const assets = [asset({ severity: 'decrease' }), asset({ severity: 'high' }), asset({ severity: 'no-op' })];
  for (const order of [assets, assets.toReversed()]) {
    expect(story(detectorWith(order).ingest(span(0, { ip: '203.0.113.7' })))).toEqual(['opened high']);
  }
});

test('a worse case raises the signal to where the asset takes that case', () => {
  const cases = [ruleCase('a > 1', { severity: 'high' }), ruleCase('a > 0', { severity: 'low' })];
  const changes = ingestAll(detectorWith([asset()], [compiled({ cases })]), [span(0), span(1)]);
  expect(story(changes)).toEqual(['opened medium', 'raised medium>critical']);
});

test('it is judged by the severity of the rule, and suppressions by what it makes of it', () => {
  const hiding = suppression({ suppressSignals: 'status:critical' });
  const worse = asset({ query: 'status:medium', severity: 'critical' });
  const detector = detectorWith([worse], [compiled()], [hiding]);
  expect(story(detector.ingest(span(0)))).toEqual(['suppressed critical']);
});

test('an asset that comes later changes what comes after it, and an open signal never gets milder', () => {
  const rules = [compiled()];
  const detector = detectorWith([], rules);
  expect(story(detector.ingest(span(0)))).toEqual(['opened medium']);
  const raised = detector.withRules({ rules, suppressions: [], criticalAssets: [asset()] });
  expect(story(raised.ingest(span(1)))).toEqual(['raised medium>high']);
  const milder = raised.withRules({ rules, suppressions: [], criticalAssets: [asset({ severity: 'info' })] });
  const grown = ingestAll(milder, [span(2), span(3)]);
  expect(story([...grown, ...milder.advance(T0 + 60_000)])).toEqual(['extended high']);
});

test('a query that cannot be read is a problem with its place', () => {
  const result = compileCriticalAsset({
    isEnabled: true,
    query: 'a:(',
    ruleQuery: 'b:(',
    severity: 'high',
    tags: [],
  });
  expect(result).toMatchObject({ ok: false, problems: [{ path: ['query'] }, { path: ['ruleQuery'] }] });
});
