/** Two sides of an object, laid together: both are there, or the fields on which they disagree are named. */

import { describe, expect, test } from 'vitest';
import type { Payload } from '@signalwright/model';
import type { DriftedObject } from './drift.ts';
import { mergeDrift, type MergedDrift } from './merge-drift.ts';

const LEFT: Payload = {
  name: 'Logins',
  message: 'Look.',
  tags: ['team:soc'],
  cases: [
    { name: 'few', status: 'low' },
    { name: 'many', status: 'high' },
  ],
  options: { keepAlive: 3_600, evaluationWindow: 300 },
};

function merge(
  now: Payload,
  wanted: Payload,
  evidence: { left?: Payload } = { left: LEFT },
): MergedDrift | undefined {
  const remote = { kind: 'detection-rule', id: 'aaa', payload: { id: 'aaa', ...now } } as const;
  const drifted: DriftedObject = {
    address: 'detection-rule/logins',
    kind: 'detection-rule',
    name: 'Logins',
    state: 'changed',
    remoteIds: ['aaa'],
    fields: [],
    comparedWith: 'left',
    isPending: true,
    evidence: { remote, now, ...evidence },
  };
  return mergeDrift(drifted, wanted);
}

const [FEW, MANY] = LEFT['cases'] as readonly [Payload, Payload];

test('what each side changed alone is there, and what only the target has stays', () => {
  const now = { ...LEFT, message: 'By hand.', options: { keepAlive: 7_200, evaluationWindow: 300 } };
  const wanted = { ...LEFT, name: 'Renamed', options: { keepAlive: 3_600, evaluationWindow: 600 } };
  expect(merge(now, wanted)).toEqual({
    ok: true,
    payload: {
      ...LEFT,
      id: 'aaa',
      name: 'Renamed',
      message: 'By hand.',
      options: { keepAlive: 7_200, evaluationWindow: 600 },
    },
  });
});

test('a field that one side takes away goes', () => {
  const { message: _gone, ...wanted } = LEFT;
  const merged = merge({ ...LEFT, name: 'By hand' }, wanted);
  expect(merged).toEqual({ ok: true, payload: { ...wanted, id: 'aaa', name: 'By hand' } });
});

test('the same change on both sides is no disagreement', () => {
  const both = { ...LEFT, cases: [{ ...FEW, status: 'medium' }, MANY] };
  expect(merge(both, both)).toEqual({ ok: true, payload: { ...both, id: 'aaa' } });
});

describe('disagreements are named', () => {
  test.each<[what: string, now: Payload, wanted: Payload, fields: readonly string[]]>([
    ['one value', { ...LEFT, name: 'A' }, { ...LEFT, name: 'B' }, ['name']],
    ['one list of values', { ...LEFT, tags: ['a:b'] }, { ...LEFT, tags: ['team:soc', 'c:d'] }, ['tags']],
    [
      'other positions of one list',
      { ...LEFT, cases: [{ ...FEW, status: 'info' }, MANY] },
      { ...LEFT, cases: [FEW, { ...MANY, status: 'critical' }] },
      ['cases[1].status'],
    ],
    [
      'a list that one side has made longer',
      { ...LEFT, cases: [{ name: 'new', status: 'info' }, FEW, MANY] },
      { ...LEFT, cases: [FEW, { ...MANY, status: 'critical' }] },
      ['cases[1].status'],
    ],
    [
      'a part of what the other side takes away',
      { ...LEFT, options: undefined },
      { ...LEFT, options: { keepAlive: 3_600, evaluationWindow: 600 } },
      ['options.evaluationWindow'],
    ],
  ])('%s', (_what, now, wanted, fields) => {
    expect(merge(now, wanted)).toEqual({ ok: false, fields });
  });
});

test('nothing is merged where nothing tells what the last apply left', () => {
  expect(merge({ ...LEFT, name: 'A' }, { ...LEFT, message: 'B' }, {})).toBeUndefined();
});
