import { expect, test } from 'vitest';
import { BARE_WORKFLOW, type Workflow, type WorkflowStep, type WorkflowTrigger } from '@signalwright/model';
import { flowOf } from './workflow-flow.ts';

function step(id: string, after: readonly string[] = [], join?: 'any' | 'all'): WorkflowStep {
  return {
    id,
    does: { kind: 'action', action: 'x.y', inputs: {} },
    after: after.map((edge) => {
      const [from = '', branch = 'main'] = edge.split('.');
      return { step: from, branch };
    }),
    ...(join !== undefined && { join }),
  };
}

function flow(steps: readonly WorkflowStep[], triggers: readonly WorkflowTrigger[] = [{ kind: 'security' }]) {
  const workflow: Workflow = { kind: 'workflow', ...BARE_WORKFLOW, id: 'w', name: 'W', triggers, steps };
  return flowOf(workflow);
}

const DIAMOND = [step('a'), step('b', ['a.yes']), step('c', ['a.no'])];

type Row = [title: string, steps: readonly WorkflowStep[], sure: Record<string, readonly string[]>];

const rows: Row[] = [
  ['a chain', [step('a'), step('b', ['a']), step('z', ['b'])], { a: ['main'], b: ['main'] }],
  ['one of two ways', [...DIAMOND, step('z', ['b', 'c'], 'any')], { a: ['yes', 'no'] }],
  ['both of two ways', [step('a'), step('b'), step('z', ['a', 'b'], 'all')], { a: ['main'], b: ['main'] }],
  ['the way of a failure', [step('a'), step('z', ['a', 'a.error'], 'any')], { a: ['main', 'error'] }],
  ['a step that also starts', [step('z')], {}],
];

test.each(rows)('by the end of %s, what has surely ended', (_title, steps, sure) => {
  const ended = flow(steps).surelyBefore('z');
  expect(Object.fromEntries([...ended].map(([id, branches]) => [id, [...branches]]))).toEqual(sure);
});

test('two ways of one step never meet', () => {
  const both = flow([...DIAMOND, step('z', ['b', 'c'], 'all')]);
  expect(both.contradiction('z')).toBe('a');
  expect(flow([...DIAMOND, step('z', ['b', 'c'], 'any')]).contradiction('z')).toBeUndefined();
});

test('a trigger with first steps of its own leads elsewhere', () => {
  const steps = [step('a'), step('b', ['a']), step('c')];
  const both = flow(steps, [{ kind: 'security', start: ['b'] }, { kind: 'api' }]);
  expect([...both.triggersOf('a')]).toEqual(['api']);
  expect([...both.triggersOf('b')].toSorted()).toEqual(['api', 'security']);
  expect([...both.surelyBefore('b')]).toEqual([]);
  expect(flow(steps, [{ kind: 'security', start: ['b'] }]).isReached('c')).toBe(false);
});

test('a circle ends', () => {
  const circle = flow([step('a', ['b']), step('b', ['a'])]);
  expect([circle.isReached('a'), [...circle.before('a')].toSorted()]).toEqual([false, ['a', 'b']]);
});
