/** A workflow that a signal starts and that blocks without asking anything first: whoever can cause a signal decides whom it blocks. */

import { triggerOf, type Workflow, type WorkflowStep } from '@signalwright/model';
import type { Lint } from '../lint-contract.ts';

const BLOCKS: ReadonlySet<string> = new Set(['signalwright.block_ip', 'signalwright.block_user']);

export const unconditionalBlock: Lint = (object, report) => {
  if (object.kind !== 'workflow' || triggerOf(object.object.triggers, 'security') === undefined) return;
  object.object.steps.forEach((step, index) => {
    if (step.does.kind !== 'action' || !BLOCKS.has(step.does.action)) return;
    if (isGuarded(step, object.object, new Set())) return;
    report.at(
      ['steps', index, 'action'],
      'lint/unconditional-block',
      'Every signal that starts this workflow leads to a block.',
      {
        hint: 'Look the address up or ask a person first: an if: or an approval before this step.',
      },
    );
  });
};

/** Whether every way to the step goes through a branch that some condition or person chooses. */
function isGuarded(step: WorkflowStep, { steps }: Workflow, seen: Set<string>): boolean {
  if (step.after.length === 0 || seen.has(step.id)) return false;
  seen.add(step.id);
  return step.after.every((edge) => {
    if (edge.branch !== 'main' && edge.branch !== 'error') return true;
    const before = steps.find(({ id }) => id === edge.step);
    return before !== undefined && isGuarded(before, { steps } as Workflow, seen);
  });
}
