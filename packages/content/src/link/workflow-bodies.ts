/** What the steps of a workflow do: actions that exist, inputs that fit, conditions and gates that can hold. */

import {
  isDatadogAction,
  type ActionManifest,
  type ContentPath,
  type StepCondition,
  type WorkflowStep,
} from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { writtenConditions } from '../decode/workflow-steps.ts';
import type { WrittenWorkflow } from '../schema/written.ts';
import { scriptInput } from './datadog-actions.ts';
import type { Report } from './link-context.ts';
import { checkDeadBranch } from './workflow-dead-branch.ts';
import type { ExpressionScope } from './expression-scope.ts';
import { checkValue } from './workflow-expressions.ts';
import { checkActionInputs } from './workflow-inputs.ts';
import { checkScript, checkTurns } from './workflow-limits.ts';

export function checkStepBodies(written: WrittenWorkflow, base: ExpressionScope, report: Report): void {
  base.workflow.steps.forEach((step, index) => {
    const scope: ExpressionScope = { ...base, step };
    const path = ['steps', index];
    if (step.waitUntil !== undefined) {
      const gate = [...path, 'waitUntil', 'condition'];
      checkStepCondition(report, gate, step.waitUntil.condition, { ...scope, isGate: true });
    }
    if (step.does.kind === 'action') return checkAction(step, path, scope, report);
    const places = writtenConditions(written.steps[index]?.if ?? []).conditions;
    step.does.conditions.forEach((condition, position) =>
      checkStepCondition(report, [...path, 'if', ...(places[position]?.path ?? [])], condition, scope),
    );
    checkDeadBranch(report, [...path, 'if'], step.does, places, scope);
  });
}

function checkAction(step: WorkflowStep, path: ContentPath, scope: ExpressionScope, report: Report): void {
  if (step.does.kind !== 'action') return;
  const { action: id, inputs } = step.does;
  const script = scriptInput(id);
  for (const [name, value] of Object.entries(inputs)) {
    const at = [...path, 'with', name];
    if (name === script && typeof value === 'string') {
      checkScript(report, at, value);
      // A script reads what it likes; a name that stands in it counts as read.
      for (const input of scope.workflow.inputs) if (value.includes(input.name)) scope.reads.add(input.name);
    } else checkValue(report, at, value, scope);
  }
  checkTurns(report, [...path, 'with'], id, inputs);
  if (scope.manifest === undefined || isDatadogAction(id)) return;
  const action = scope.manifest.actions.find((each) => each.id === id);
  if (action === undefined) return reportUnknownAction(report, path, id, scope.manifest);
  checkActionInputs(report, path, action, inputs);
  checkRepeats(report, path, step, action.replay);
}

function reportUnknownAction(report: Report, path: ContentPath, id: string, manifest: ActionManifest): void {
  const known = manifest.actions.map((each) => each.id);
  report.at([...path, 'action'], 'workflow/unknown-action', `No action is called ${quoted(id)}.`, {
    hint: didYouMean(id, known) ?? `Actions: ${known.join(', ')}; those of Datadog begin with com.datadoghq.`,
  });
}

/** A retry promises what nobody can keep: of an attempt with an unclear outcome a person decides. */
function checkRepeats(
  report: Report,
  path: ContentPath,
  step: WorkflowStep,
  replay: 'safe' | 'keyed' | 'never',
): void {
  if (replay !== 'never' || step.does.kind !== 'action') return;
  const handler = step.onError?.findIndex(({ retry }) => retry.times > 0) ?? -1;
  const at =
    step.retry !== undefined
      ? [...path, 'retry']
      : handler >= 0
        ? [...path, 'onError', handler, 'times']
        : step.waitUntil !== undefined && step.waitUntil.retry.times > 0
          ? [...path, 'waitUntil']
          : undefined;
  if (at === undefined) return;
  const message = `${quoted(step.does.action)} must not be repeated: a second attempt may do it twice.`;
  report.atKey(at, 'workflow/never-repeated', message, {
    hint: `Remove it, and say under after: ${step.id}.error what happens instead.`,
  });
}

const WITHOUT_RIGHT: ReadonlySet<string> = new Set(['is_null', 'is_not_null', 'is_empty', 'is_not_empty']);

function checkStepCondition(
  report: Report,
  path: ContentPath,
  condition: StepCondition,
  scope: ExpressionScope,
): void {
  checkValue(report, [...path, 0], condition.left, scope);
  if (condition.right !== undefined) checkValue(report, [...path, 2], condition.right, scope);
  const needsRight = !WITHOUT_RIGHT.has(condition.operator);
  if (needsRight === (condition.right !== undefined)) return;
  const message = needsRight
    ? `The operator ${condition.operator} compares with something, and nothing follows.`
    : `The operator ${condition.operator} has no right side.`;
  report.at([...path, needsRight ? 1 : 2], 'workflow/wrong-condition', message, {
    hint: needsRight ? `Write [left, ${condition.operator}, right].` : `Write [left, ${condition.operator}].`,
  });
}
