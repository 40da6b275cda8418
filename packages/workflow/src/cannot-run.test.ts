import { expect, test } from 'vitest';
import { BARE_WORKFLOW, type Workflow, type WorkflowStep } from '@signalwright/model';
import { cannotRun } from './cannot-run.ts';

const RETRY = { times: 1, everyMs: 1_000 };

function step(change: Partial<WorkflowStep> = {}): WorkflowStep {
  return { id: 'one', does: { kind: 'action', action: 'here', inputs: {} }, after: [], ...change };
}

function calling(action: string): Partial<Workflow> {
  return { steps: [step({ does: { kind: 'action', action, inputs: {} } })] };
}

function workflow(change: Partial<Workflow>): Workflow {
  return {
    kind: 'workflow',
    ...BARE_WORKFLOW,
    id: 'w',
    name: 'W',
    triggers: [{ kind: 'security' }],
    steps: [step()],
    ...change,
  };
}

type Row = [title: string, change: Partial<Workflow>, reason: string | undefined, isWhole?: boolean];

const rows: Row[] = [
  ['what it has code for', {}, undefined],
  ['an action of Datadog', calling('com.datadoghq.core.noop'), 'exists at Datadog only'],
  ['an approval', calling('signalwright.approval'), 'does not carry out yet'],
  ['an action of nobody', calling('acme.ticket'), 'nobody here carries out'],
  [
    'a gate',
    { steps: [step({ waitUntil: { condition: { left: 1, operator: 'eq', right: 1 }, retry: RETRY } })] },
    'waits until something holds',
  ],
  ['one handler', { steps: [step({ onError: [{ retry: RETRY, fallback: '' }] })] }, undefined],
  [
    'several handlers',
    {
      steps: [
        step({
          onError: [
            { retry: RETRY, fallback: '' },
            { retry: RETRY, fallback: 'one' },
          ],
        }),
      ],
    },
    'several ways to go on',
  ],
  ['its owner to run as', { runAs: { kind: 'owner' } }, undefined],
  ['somebody else to run as', { runAs: { kind: 'initiator' } }, 'runs as initiator'],
  ['no signal to start it', { triggers: [{ kind: 'api' }] }, 'no security trigger'],
  [
    'a schedule beside signals',
    { triggers: [{ kind: 'security' }, { kind: 'schedule', rrule: 'FREQ=DAILY' }] },
    'The trigger schedule starts nothing here.',
    false,
  ],
];

test.each(rows)('%s', (_title, change, reason, isWhole = true) => {
  const found = cannotRun(workflow(change), (action) => action === 'here');
  expect(found).toEqual(reason === undefined ? [] : [{ reason: expect.stringContaining(reason), isWhole }]);
});
