/** What the process under test runs: a chain, a fan-out with a join, and a step that is retried. */

import { BARE_WORKFLOW, type Workflow, type WorkflowStep } from '@signalwright/model';

export const WORKLOAD: Workflow = {
  kind: 'workflow',
  ...BARE_WORKFLOW,
  id: 'workload',
  name: 'Workload',
  triggers: [{ kind: 'security' }],
  steps: [
    step('a', []),
    step('b', ['a']),
    step('left', ['b']),
    step('right', ['b']),
    { ...step('joined', ['left', 'right']), join: 'all' },
    { ...step('flaky', ['joined']), retry: { times: 3, everyMs: 5 } },
    step('last', ['flaky']),
  ],
};

export const STEPS_PER_RUN = WORKLOAD.steps.length;

function step(id: string, after: readonly string[]): WorkflowStep {
  return {
    id,
    does: { kind: 'action', action: 'effect', inputs: {} },
    after: after.map((from) => ({ step: from, branch: 'main' })),
  };
}
