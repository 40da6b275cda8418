import { expect, test } from 'vitest';
import type { WorkflowStep } from '@signalwright/model';
import { SKIPPED, readinessOf, type Readiness, type StepEnd } from './graph.ts';

function step(join: 'any' | 'all', ...after: readonly string[]): WorkflowStep {
  return {
    id: 'me',
    does: { kind: 'action', action: 'x', inputs: {} },
    join,
    after: after.map((edge) => {
      const [from = '', branch = 'main'] = edge.split('.');
      return { step: from, branch: branch as 'main' };
    }),
  };
}

type Row = [title: string, step: WorkflowStep, ends: Record<string, StepEnd>, expected: Readiness];

const rows: Row[] = [
  ['a start step needs nothing', step('any'), {}, 'ready'],
  ['a step waits for the one before', step('any', 'a'), {}, 'waiting'],
  ['it starts when that is done', step('any', 'a'), { a: 'main' }, 'ready'],
  ['it is skipped when that failed', step('any', 'a'), { a: 'error' }, 'skipped'],
  ['it is skipped when that was skipped', step('any', 'a'), { a: SKIPPED }, 'skipped'],
  ['an error edge is taken by a failure', step('any', 'a.error'), { a: 'error' }, 'ready'],
  ['an error edge is not taken by success', step('any', 'a.error'), { a: 'main' }, 'skipped'],
  ['a true edge is not taken by false', step('any', 'a.true'), { a: 'false' }, 'skipped'],
  ['any starts at the first arrival', step('any', 'a', 'b'), { a: 'main' }, 'ready'],
  ['any waits while one may still come', step('any', 'a', 'b'), { a: SKIPPED }, 'waiting'],
  ['any is skipped when none can come', step('any', 'a', 'b'), { a: SKIPPED, b: 'error' }, 'skipped'],
  ['all waits for both', step('all', 'a', 'b'), { a: 'main' }, 'waiting'],
  ['all starts with both', step('all', 'a', 'b'), { a: 'main', b: 'main' }, 'ready'],
  ['a choice is taken like any branch', step('any', 'a.leave'), { a: 'leave' }, 'ready'],
  ['a choice called skipped is no skipped step', step('any', 'a.skipped'), { a: SKIPPED }, 'skipped'],
  ['all does not hang on a branch not taken', step('all', 'a', 'b'), { a: SKIPPED }, 'skipped'],
];

test.each(rows)('%s', (_title, subject, ends, expected) => {
  expect(readinessOf(subject, new Map(Object.entries(ends)))).toBe(expected);
});
