import { expect, test } from 'vitest';
import type { AuthoredRule, ContentObject, TestEvents } from '@signalwright/model';
import { runContentTests } from './content-tests.ts';
import { MAX_TEST_EVENTS } from './test-events.ts';
import { query, rule, ruleCase } from './testing/build.ts';

/** A rule whose tests play so many events each; none of them fires. */
function ruleWithTests(
  id: string,
  repeats: readonly number[],
  fields: TestEvents['fields'] = {},
): ContentObject {
  const object = rule({ id, queries: [query({ name: 'a' })], cases: [ruleCase('a > 900000')] });
  const nowhere = { file: 'x.yaml', start: { line: 1, col: 1 }, end: { line: 1, col: 1 } };
  const authored: AuthoredRule = {
    kind: 'detection-rule',
    address: `detection-rule/${id}`,
    object,
    origin: {
      file: 'x.yaml',
      rangeOf: () => nowhere,
      keyRangeOf: () => nowhere,
      rangeInScalar: () => nowhere,
    },
    sample: {},
    tests: repeats.map((repeat, index) => ({
      kind: 'stream',
      name: `test ${index}`,
      events: [{ repeat, everyMs: 1, atMs: 0, fields }],
      signals: [],
    })),
  };
  return authored;
}

/** A clock that moves on at each look: before each test, and before each event of it. */
function clock(stepMs: number): () => number {
  let nowMs = 0;
  return () => (nowMs += stepMs);
}

function actualOf(objects: readonly ContentObject[], stepMs: number): readonly (readonly unknown[])[] {
  return runContentTests(objects, { nowMs: clock(stepMs) }).map(({ outcomes }) =>
    outcomes.map(({ differences }) => differences[0]?.actual),
  );
}

test('a test that takes too long ends, those after it are not run, and the next file has its own time', () => {
  const objects = [ruleWithTests('long', [5, 100, 1]), ruleWithTests('short', [3])];
  expect(actualOf(objects, 1_000)).toEqual([
    [undefined, '22 of 100 events were played', 'not run: the time was over'],
    [undefined],
  ]);
});

test('it fails with the time that it had', () => {
  const [result] = runContentTests([ruleWithTests('long', [100])], { nowMs: clock(1_000) });
  expect(result?.outcomes).toMatchObject([
    {
      name: 'test 0',
      passed: false,
      differences: [{ path: 'events', expected: expect.stringContaining('within 30 s') as string }],
    },
  ]);
});

test('all files together have an end too', () => {
  const objects = Array.from({ length: 40 }, (_, index) => ruleWithTests(`rule-${index}`, [100]));
  const actual = actualOf(objects, 2_000).flat();
  expect(actual.slice(0, 27)).not.toContain('not run: the time was over');
  expect(actual.slice(31)).toEqual(Array.from({ length: 9 }, () => 'not run: the time was over'));
});

test('without a clock only the events are bounded', () => {
  const [result] = runContentTests([ruleWithTests('long', [5_000, MAX_TEST_EVENTS + 1])]);
  expect(result?.outcomes.map(({ passed }) => passed)).toEqual([true, false]);
});

test('an event as long as a file, repeated as often as a test may, is made only when its turn comes', () => {
  const long = ruleWithTests('long', [MAX_TEST_EVENTS], { '@x': '{n}'.repeat(300_000) });
  expect(actualOf([long], 5_000)).toEqual([['4 of 100000 events were played']]);
});

test('progress is told object by object', () => {
  const told: unknown[] = [];
  const objects = [ruleWithTests('a', [1]), ruleWithTests('b', [1])];
  runContentTests(objects, { onProgress: (...progress) => told.push(progress) });
  expect(told).toEqual([
    [0, 2],
    [1, 2],
  ]);
});
