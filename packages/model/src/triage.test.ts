import { expect, test } from 'vitest';
import { moveTriage, type TriageRefusal, type TriageState } from './triage.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const DETECTED_MS = Date.UTC(2026, 0, 31, 12);

type Row = [
  from: TriageState,
  to: TriageState,
  ageDays: number,
  expected: TriageState | TriageRefusal['reason'],
];

const rows: Row[] = [
  ['open', 'under_review', 0, 'under_review'],
  ['open', 'archived', 0, 'archived'],
  ['open', 'archived', 400, 'archived'],
  ['under_review', 'open', 90, 'open'],
  ['under_review', 'archived', 90, 'archived'],
  ['archived', 'open', 30, 'open'],
  ['archived', 'open', 31, 'reopen_window_passed'],
  ['archived', 'under_review', 30, 'under_review'],
  ['archived', 'under_review', 31, 'reopen_window_passed'],
  ['open', 'open', 0, 'already_in_state'],
  ['archived', 'archived', 90, 'already_in_state'],
];

test.each(rows)('%s -> %s after %d days: %s', (from, to, ageDays, expected) => {
  const result = moveTriage(from, to, DETECTED_MS, DETECTED_MS + ageDays * DAY_MS);
  expect(result.ok ? result.state : result.refusal.reason).toBe(expected);
});

test('the 30 days end to the millisecond', () => {
  const edge = DETECTED_MS + 30 * DAY_MS;
  expect(moveTriage('archived', 'open', DETECTED_MS, edge).ok).toBe(true);
  expect(moveTriage('archived', 'open', DETECTED_MS, edge + 1).ok).toBe(false);
});
