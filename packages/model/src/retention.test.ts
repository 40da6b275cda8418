import { expect, test } from 'vitest';

import { DEFAULT_RETENTION, DETECTION_SPAN_MS, retentionProblem, type Retention } from './retention.ts';

const DAY_MS = 24 * 60 * 60_000;

type Row = [title: string, change: Partial<Retention>, problem: string | undefined];

const rows: Row[] = [
  ['the defaults', {}, undefined],
  ['a day of runs and of the audit trail', { runsMs: DAY_MS, auditMs: DAY_MS }, undefined],
  ['all for good', { eventsMs: undefined, signalsMs: undefined, auditMs: undefined }, undefined],
  ['signals as long as events', { signalsMs: DETECTION_SPAN_MS }, undefined],
  ['fewer events than detection needs', { eventsMs: DETECTION_SPAN_MS - 1 }, 'Detection depends'],
  ['events longer than signals', { signalsMs: 3 * DAY_MS, eventsMs: 4 * DAY_MS }, 'at least as long'],
  ['events for good and signals not', { eventsMs: undefined }, 'at least as long'],
  ['runs for less than a day', { runsMs: DAY_MS - 1 }, 'less than a day'],
];

test.each(rows)('%s', (_title, change, problem) => {
  const found = retentionProblem({ ...DEFAULT_RETENTION, ...change });
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(problem);
});
