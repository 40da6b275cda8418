import { expect, test } from 'vitest';
import { DEFAULT_RETENTION } from '@signalwright/model';
import { readRetention } from './read-retention.ts';

const DAY_MS = 24 * 60 * 60_000;

test('what is not named is kept as long as by default', () => {
  expect(readRetention([])).toEqual(DEFAULT_RETENTION);
  expect(readRetention(['signals=90d', 'audit=forever', 'runs=48h'])).toEqual({
    ...DEFAULT_RETENTION,
    signalsMs: 90 * DAY_MS,
    auditMs: undefined,
    runsMs: 2 * DAY_MS,
  });
  expect(readRetention(['runs=5d', 'runs=7d']).runsMs).toBe(7 * DAY_MS);
});

test.each([
  ['signals', 'does not say how long what is kept'],
  ['signals=', 'does not say how long what is kept'],
  ['signals=soon', 'does not say how long what is kept'],
  ['signals=-1d', 'does not say how long what is kept'],
  ['rules=1d', 'does not say how long what is kept'],
  ['constructor=1d', 'does not say how long what is kept'],
  ['events=1d', 'the events of the last 2 days'],
  ['events=500d', 'at least as long as events'],
  ['signals=1d', 'at least as long as events'],
  ['runs=1h', 'less than a day'],
  ['audit=0d', 'less than a day'],
])('%s is refused: %s', (text, message) => {
  expect(() => readRetention([text])).toThrow(message);
});
