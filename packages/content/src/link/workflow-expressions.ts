/** Expressions in workflows: paths that a run can follow, and that hold something by the time they are read. */

import {
  isDatadogAction,
  type ActionDescription,
  type ActionManifest,
  type ContentPath,
  type Workflow,
  type WorkflowStep,
} from '@signalwright/model';
import { expressionPaths, parseExpression } from '@signalwright/template';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { variablesSet } from './datadog-actions.ts';
import type { Report } from './link-context.ts';
import type { ExpressionScope, PathPart } from './expression-scope.ts';
import { checkSourcePath } from './workflow-source.ts';

/** Every text in a value, however deep; the guard bounds the depth. */
export function checkValue(report: Report, path: ContentPath, value: unknown, scope: ExpressionScope): void {
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
    scope.reads.add(undefined);
    for (const { code, message, hint, start, end } of result.errors) {
      report.inText(path, { start, end }, code, message, { hint });
    }
    return;
  }
  for (const part of expressionPaths(result.expression)) checkPath(report, path, part, scope);
}

/** Names that every run has. Source: Datadog "Workflow variables and parameters". */
const ROOTS = ['Steps', 'Trigger', 'Source', 'WorkflowName', 'WorkflowId', 'InstanceId'];

function checkPath(report: Report, at: ContentPath, part: PathPart, scope: ExpressionScope): void {
  const [root = '', name] = part.path;
  switch (root) {
    case 'Steps':
      return checkStepPath(report, at, part, scope);
    case 'Trigger':
      scope.reads.add(name);
      return checkInputPath(report, at, part, scope.workflow);
    case 'Source':
      return checkSourcePath(report, at, part, scope);
    case 'Variables':
      return checkVariablePath(report, at, part, scope.workflow);
    default:
      if (ROOTS.includes(root) || (root === 'Current' && mayLoop(scope.workflow))) return;
      if (scope.isGate === true && scope.step !== undefined) {
        return checkOutput(report, at, part, scope.step, part.path, scope.manifest);
      }
      return report.inText(at, part, 'workflow/unknown-name', `Nothing is called ${quoted(root)} here.`, {
        hint: didYouMean(root, ROOTS) ?? `Names: ${ROOTS.join(', ')}.`,
      });
  }
}

/** Loops are actions of the service. */
function mayLoop({ steps }: Workflow): boolean {
  return steps.some(({ does }) => does.kind === 'action' && isDatadogAction(does.action));
}

function checkInputPath(report: Report, at: ContentPath, part: PathPart, { inputs }: Workflow): void {
  const name = part.path[1] ?? '';
  const names = inputs.map((input) => input.name);
  if (names.includes(name)) return;
  report.inText(at, part, 'workflow/unknown-input', `The workflow has no input ${quoted(name)}.`, {
    hint:
      didYouMean(name, names) ??
      (names.length === 0 ? 'Declare it under inputs:.' : `Its inputs: ${names.join(', ')}.`),
  });
}

function checkVariablePath(report: Report, at: ContentPath, part: PathPart, { steps }: Workflow): void {
  const name = part.path[1] ?? '';
  const names = steps.flatMap(({ does }) =>
    does.kind === 'action' ? variablesSet(does.action, does.inputs) : [],
  );
  if (names.includes(name)) return;
  report.inText(at, part, 'workflow/unknown-name', `No step sets the variable ${quoted(name)}.`, {
    hint: didYouMean(name, names) ?? 'Variables are set by the action com.datadoghq.core.setVariables.',
  });
}

function checkStepPath(report: Report, at: ContentPath, part: PathPart, scope: ExpressionScope): void {
  const [, id = '', ...rest] = part.path;
  const { step: reader, flow, workflow, manifest } = scope;
  const step = workflow.steps.find((each) => each.id === id);
  if (step === undefined) {
    const ids = workflow.steps.map((each) => each.id);
    return report.inText(at, part, 'workflow/unknown-step', `No step is called ${quoted(id)}.`, {
      hint: didYouMean(id, ids) ?? `Steps: ${ids.join(', ')}.`,
    });
  }
  const isOwn = scope.isGate === true && reader?.id === id;
  if (reader !== undefined && flow !== undefined && !isOwn) {
    if (!flow.before(reader.id).has(id)) return reportNotBefore(report, at, part, id, reader.id);
    checkHasEnded(report, at, part, id, flow.surelyBefore(reader.id).get(id), scope);
  }
  checkOutput(report, at, part, step, rest, manifest);
}

function reportNotBefore(
  report: Report,
  at: ContentPath,
  part: PathPart,
  id: string,
  readerId: string,
): void {
  const where = id === readerId ? 'is this step itself' : `does not come before ${quoted(readerId)}`;
  const message = `The step ${quoted(id)} ${where}, so it has no output yet.`;
  report.inText(at, part, 'workflow/step-not-before', message, {
    hint: 'Read a step that an edge leads from.',
  });
}

/** @param branches on which it has ended on every way here; undefined when there is a way around it */
function checkHasEnded(
  report: Report,
  at: ContentPath,
  part: PathPart,
  id: string,
  branches: ReadonlySet<string> | undefined,
  { step, flow }: ExpressionScope,
): void {
  if (step === undefined || flow?.isReached(step.id) !== true || part.path[2] === 'error') return;
  if (branches !== undefined && !branches.has('error')) return;
  const why = branches === undefined ? 'has not run' : 'has failed';
  const message = `On some way to ${quoted(step.id)} the step ${quoted(id)} ${why}, so this is empty.`;
  report.inText(at, part, 'workflow/output-maybe-missing', message, {
    hint: 'Read it where every way has passed it, or decide with is_null first.',
  });
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
  if (step.does.kind === 'if' || rest[0] === 'error') return;
  const actionId = step.does.action;
  const action = manifest?.actions.find((each) => each.id === actionId);
  if (action === undefined) return;
  let schema: ActionDescription['output'] | undefined = action.output;
  for (const name of rest) {
    const properties = schema?.['properties'] as Record<string, ActionDescription['output']> | undefined;
    if (schema?.['additionalProperties'] !== false || properties === undefined) return;
    if (!Object.hasOwn(properties, name)) {
      const known = Object.keys(properties);
      const message = `${quoted(action.id)} gives no ${quoted(name)}.`;
      return report.inText(at, part, 'workflow/unknown-output', message, {
        hint: didYouMean(name, known) ?? `It gives: ${known.join(', ')}.`,
      });
    }
    schema = properties[name];
  }
}
