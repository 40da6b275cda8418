/** What the steps of a workflow do: actions that exist, inputs that fit, expressions that can be read. */

import type {
  ActionDescription,
  ActionManifest,
  ContentPath,
  StepCondition,
  Workflow,
  WorkflowStep,
} from '@signalwright/model';
import { expressionPaths, parseExpression, type ExpressionSegment } from '@signalwright/template';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { writtenConditions } from '../decode/workflow-steps.ts';
import type { WrittenWorkflow } from '../schema/written.ts';
import type { Report } from './link-context.ts';
import { checkActionInputs } from './workflow-inputs.ts';
import { stepsBefore } from './workflow-graph.ts';

export function checkStepBodies(
  written: WrittenWorkflow,
  workflow: Workflow,
  manifest: ActionManifest | undefined,
  report: Report,
): void {
  workflow.steps.forEach((step, index) => {
    const scope: ExpressionScope = {
      workflow,
      before: stepsBefore(workflow.steps, index),
      stepId: step.id,
      manifest,
    };
    const path = ['steps', index];
    if (step.does.kind === 'if') {
      const places = writtenConditions(written.steps[index]?.if ?? []).conditions;
      step.does.conditions.forEach((condition, position) =>
        checkStepCondition(report, [...path, 'if', ...(places[position]?.path ?? [])], condition, scope),
      );
      return;
    }
    const { action: id, inputs } = step.does;
    checkValue(report, [...path, 'with'], inputs, scope);
    if (manifest === undefined) return;
    const action = manifest.actions.find((each) => each.id === id);
    if (action === undefined) {
      const known = manifest.actions.map((each) => each.id);
      report.at([...path, 'action'], 'workflow/unknown-action', `No action is called ${quoted(id)}.`, {
        hint: didYouMean(id, known) ?? `Actions: ${known.join(', ')}.`,
      });
    } else checkActionInputs(report, path, action, inputs);
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

interface ExpressionScope {
  readonly workflow: Workflow;
  readonly before: ReadonlySet<string>;
  readonly stepId: string;
  readonly manifest: ActionManifest | undefined;
}

/** Every text in a value, however deep; the guard bounds the depth. */
function checkValue(report: Report, path: ContentPath, value: unknown, scope: ExpressionScope): void {
  if (typeof value === 'string') return checkExpression(report, path, value, scope);
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    value.forEach((item, index) => checkValue(report, [...path, index], item, scope));
    return;
  }
  for (const [key, item] of Object.entries(value)) checkValue(report, [...path, key], item, scope);
}

function checkExpression(report: Report, path: ContentPath, text: string, scope: ExpressionScope): void {
  const result = parseExpression(text);
  if (!result.ok) {
    for (const { code, message, hint, start, end } of result.errors) {
      report.inText(path, { start, end }, code, message, { hint });
    }
    return;
  }
  for (const part of expressionPaths(result.expression)) checkPath(report, path, part, scope);
}

/** Names that every run has. Source: Datadog "Workflow variables and parameters"; no loops and variables yet. */
const ROOTS = ['Steps', 'Trigger', 'Source', 'WorkflowName', 'WorkflowId', 'InstanceId'];

type PathPart = Extract<ExpressionSegment, { kind: 'path' }>;

function checkPath(report: Report, at: ContentPath, part: PathPart, scope: ExpressionScope): void {
  const [root = '', name = ''] = part.path;
  switch (root) {
    case 'Steps':
      return checkStepPath(report, at, part, scope);
    case 'Trigger': {
      const names = scope.workflow.inputs.map((input) => input.name);
      if (names.includes(name)) return;
      return report.inText(at, part, 'workflow/unknown-input', `The workflow has no input ${quoted(name)}.`, {
        hint:
          didYouMean(name, names) ??
          (names.length === 0 ? 'Declare it under inputs:.' : `Its inputs: ${names.join(', ')}.`),
      });
    }
    case 'Source':
      if (name === 'securitySignal') return;
      return report.inText(at, part, 'workflow/unknown-name', `Source has no ${quoted(name)}.`, {
        hint: 'Source.securitySignal is the signal: its id, custom attributes, tags, severity.',
      });
    default:
      if (ROOTS.includes(root)) return;
      return report.inText(at, part, 'workflow/unknown-name', `Nothing is called ${quoted(root)} here.`, {
        hint: didYouMean(root, ROOTS) ?? `Names: ${ROOTS.join(', ')}.`,
      });
  }
}

function checkStepPath(report: Report, at: ContentPath, part: PathPart, scope: ExpressionScope): void {
  const [, id = '', ...rest] = part.path;
  const { steps } = scope.workflow;
  const step = steps.find((each) => each.id === id);
  if (step === undefined) {
    const ids = steps.map((each) => each.id);
    return report.inText(at, part, 'workflow/unknown-step', `No step is called ${quoted(id)}.`, {
      hint: didYouMean(id, ids) ?? `Steps: ${ids.join(', ')}.`,
    });
  }
  if (!scope.before.has(id)) {
    const where =
      id === scope.stepId ? 'is this step itself' : `does not come before ${quoted(scope.stepId)}`;
    return report.inText(
      at,
      part,
      'workflow/step-not-before',
      `The step ${quoted(id)} ${where}, so it has no output yet.`,
      {
        hint: 'Read a step that an edge leads from.',
      },
    );
  }
  checkOutput(report, at, part, step, rest, scope.manifest);
}

/** The path below a step's output, as far as the action's schema is closed. */
function checkOutput(
  report: Report,
  at: ContentPath,
  part: PathPart,
  step: WorkflowStep,
  rest: readonly string[],
  manifest: ActionManifest | undefined,
): void {
  if (step.does.kind === 'if') return;
  const actionId = step.does.action;
  const action = manifest?.actions.find((each) => each.id === actionId);
  if (action === undefined) return;
  let schema: ActionDescription['output'] | undefined = action.output;
  for (const name of rest) {
    const properties = schema?.['properties'] as Record<string, ActionDescription['output']> | undefined;
    if (schema?.['additionalProperties'] !== false || properties === undefined) return;
    if (!Object.hasOwn(properties, name)) {
      const known = Object.keys(properties);
      return report.inText(
        at,
        part,
        'workflow/unknown-output',
        `${quoted(action.id)} gives no ${quoted(name)}.`,
        {
          hint: didYouMean(name, known) ?? `It gives: ${known.join(', ')}.`,
        },
      );
    }
    schema = properties[name];
  }
}
