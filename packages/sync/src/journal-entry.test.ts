import { expect, test } from 'vitest';
import { readEntry } from './journal-entry.ts';

const INTENT = { kind: 'intent', target: 't', planDigest: 'p', operation: 'create', digest: 'd' };
const OUTCOME = { kind: 'outcome', target: 't', outcome: 'done', remoteId: 'abc', digest: 'd' };

test.each([INTENT, OUTCOME])('a call is for an object that the API has: $kind', (entry) => {
  const read = (address: unknown): unknown => readEntry({ ...entry, address });
  expect(read('detection-rule/x')).toEqual({ ...entry, address: 'detection-rule/x' });
  for (const address of [
    'saved-view/x',
    'other/x',
    'detection-rule/../x',
    'detection-rule',
    '',
    5,
    undefined,
  ])
    expect(read(address), String(address)).toBeUndefined();
});
