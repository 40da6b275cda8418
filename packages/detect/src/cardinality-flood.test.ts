/** Floods of groups, values and bytes: memory stays bounded, and that it was is told. */

import { expect, test } from 'vitest';
import { MINUTE, SECOND, T0, compiled, detectorOf, query, ruleCase, span, story } from './testing/build.ts';

const PER_ADDRESS = { queries: [query({ groupBy: ['@ip'] })] };

test('two hundred thousand distinct groups stay under the bound, and the loss is told', () => {
  const rule = compiled({ ...PER_ADDRESS, cases: [ruleCase('a > 25')] });
  const detector = detectorOf([rule], [], { heldBytes: 4 * 1024 * 1024 });
  const event = span(0);
  let most = 0;
  for (let index = 0; index < 200_000; index += 1) {
    detector.ingest({ ...event, tsMs: T0 + index / 10, attributes: { ip: `k${index}` } });
    if (index % 1_000 === 0) most = Math.max(most, detector.stats().heldBytes);
  }
  expect(most).toBeLessThanOrEqual(4 * 1024 * 1024);
  const [stats] = detector.stats().rules;
  expect(stats?.highCardinality).toBe(true);
  expect((stats?.groups ?? 0) + (stats?.evictedGroups ?? 0)).toBe(200_000);
}, 60_000);

test('a busy group survives a flood of quiet ones', () => {
  const rule = compiled({ ...PER_ADDRESS, cases: [ruleCase('a > 25')] });
  const detector = detectorOf([rule], [], { groupsPerRule: 50 });
  const told: string[] = [];
  for (let index = 0; index < 26 * 20; index += 1) {
    const ip = index % 20 === 0 ? 'attacker' : `noise-${index}`;
    told.push(...story(detector.ingest(span(index, { ip }))));
  }
  expect(told).toEqual(['opened medium']);
});

test('groups with an open signal go last, and their signal is closed with the reason', () => {
  const rule = compiled({ ...PER_ADDRESS, cases: [ruleCase('a > 1')] });
  const detector = detectorOf([rule], [], { groupsPerRule: 3 });
  const at = (atMs: number, ip: string) => story(detector.ingest(span(atMs, { ip })));
  expect([...at(0, 'x'), ...at(1, 'x')]).toEqual(['opened medium']);
  for (const ip of ['a', 'b', 'c', 'd']) expect(at(2, ip)).toEqual([]);
  expect(at(3, 'x')).toEqual(['extended medium']);
  expect([...at(4, 'd'), ...at(4, 'c')]).toEqual(['opened medium', 'opened medium']);
  expect(at(5, 'e')).toEqual(['closed high_cardinality']);
});

test('groups that no longer matter give way without being counted as a loss', () => {
  const rule = compiled({ ...PER_ADDRESS, cases: [ruleCase('a > 1')], evaluationWindowMs: MINUTE });
  const detector = detectorOf([rule], [], { groupsPerRule: 10 });
  for (let index = 0; index < 100; index += 1)
    detector.ingest(span(index * 10 * SECOND, { ip: String(index) }));
  expect(detector.stats().rules[0]).toMatchObject({ groups: 10, evictedGroups: 0, highCardinality: false });
});

test('events as large as one likes are held only in part', () => {
  const rule = compiled({ ...PER_ADDRESS, cases: [ruleCase('a > 25')] });
  const limit = 4 * 1024 * 1024;
  const detector = detectorOf([rule], [], { heldBytes: limit });
  const bulky = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [`k${index}`, 'x'.repeat(2_000)]),
  );
  for (let index = 0; index < 1_000; index += 1)
    detector.ingest(span(index, { ip: String(index), ...bulky }));
  expect(detector.stats().heldBytes).toBeLessThanOrEqual(limit);
  expect(detector.stats().rules[0]?.groups).toBeGreaterThan(10);
});

test('a long text is copied where it is cut: the rest of it is not kept', () => {
  const rule = compiled({ ...PER_ADDRESS, cases: [ruleCase('a > 25')] });
  const detector = detectorOf([rule]);
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < 150; index += 1) {
    const text = Buffer.alloc(1_000_000, String(index % 10)).toString('latin1');
    detector.ingest(span(index, { ip: `${index}`, text, usr: { id: text } }, { service: text, host: text }));
  }
  expect(detector.stats().rules[0]?.groups).toBe(150);
  // 150 texts kept whole would be 150 MB.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
});

test('the rule that holds most gives way, not its neighbours', () => {
  const flooded = compiled({ id: 'flooded', ...PER_ADDRESS, cases: [ruleCase('a > 25')] });
  const quiet = compiled({
    id: 'quiet',
    queries: [query({ query: '@login:yes', groupBy: ['@ip'] })],
    cases: [ruleCase('a > 1')],
  });
  const detector = detectorOf([flooded, quiet], [], { heldBytes: 512 * 1024 });
  detector.ingest(span(0, { ip: 'x', login: 'yes' }));
  for (let index = 0; index < 2_000; index += 1) detector.ingest(span(index, { ip: String(index) }));
  expect(detector.stats().rules.map((stats) => [stats.ruleId, stats.highCardinality])).toEqual([
    ['flooded', true],
    ['quiet', false],
  ]);
  expect(story(detector.ingest(span(3_000, { ip: 'x', login: 'yes' })))).toEqual(['opened medium']);
});

test('a hundred thousand events in one group hold no more than a window of rounded times', () => {
  const rule = compiled({ cases: [ruleCase('a > 25')] });
  const detector = detectorOf([rule], [], { extendEveryMs: MINUTE });
  const event = span(0);
  for (let index = 0; index < 100_000; index += 1) detector.ingest({ ...event, tsMs: T0 + index });
  expect(detector.stats().heldBytes).toBeLessThan(64 * 1024);
  expect(detector.stats().rules[0]?.highCardinality).toBe(true);
});
