/**
 * Runs the `tests:` of a workflow file: the real interpreter over answers instead of actions. Nothing leaves the
 * process and no time passes.
 */

import {
  isDatadogAction,
  moveTriage,
  stepBranches,
  type ActionManifest,
  type AuthoredWorkflow,
  type StepAnswer,
  type TestDifference,
  type TestOutcome,
  type TestSignal,
  type TriageState,
  type Workflow,
  type WorkflowTest,
} from '@signalwright/model';
import { createInputChecker, runInputs, type InputCheck } from './check-inputs.ts';
import type { ExecutionContext, StepResult, StepWork } from './execution-context.ts';
import type { StepEnd } from './graph.ts';
import { interpret, type RunResult } from './interpreter.ts';

/** Runs every test of the file, in written order. */
export function runWorkflowTests(
  authored: AuthoredWorkflow,
  manifest: ActionManifest,
): Promise<readonly TestOutcome[]> {
  return Promise.all(
    authored.tests.map((each) => runWorkflowTest(authored.object, authored.sample, each, manifest)),
  );
}

export async function runWorkflowTest(
  workflow: Workflow,
  sample: TestSignal,
  test: WorkflowTest,
  manifest: ActionManifest,
): Promise<TestOutcome> {
  const unclear = workflow.steps.find(({ onError }) => (onError ?? []).length > 1);
  if (unclear !== undefined) {
    const notRun = `The step "${unclear.id}" has several ways to go on when it fails: nothing says which one is taken.`;
    return { name: test.name, passed: false, notRun, differences: [] };
  }
  const inputs = runInputs(workflow, test.inputs);
  if (!inputs.ok) {
    return {
      name: test.name,
      passed: false,
      differences: [{ path: 'inputs', expected: 'valid inputs', actual: inputs.reason }],
    };
  }
  const signal = layOver(sample, test.signal);
  const context = new AnswerContext(workflow, test, signal.state ?? 'open', manifest);
  const path: string[] = [];
  const result = await interpret(
    { runId: 'test-run', workflow, securitySignal: signalOf(signal), inputs: inputs.inputs },
    context,
    (step, end) => path.push(stepName(step, end)),
  );
  const differences = [
    ...context.problems,
    ...pathDifferences(test, path, result),
    ...callDifferences(test, context.calls),
    ...stateDifferences(test, context.state),
  ];
  return { name: test.name, passed: differences.length === 0, differences };
}

/** Answers come from the test; a step without one is taken as done, as long as nobody reads its output. */
class AnswerContext implements ExecutionContext {
  readonly calls = new Map<string, Readonly<Record<string, unknown>>>();
  readonly problems: TestDifference[] = [];
  readonly #workflow: Workflow;
  readonly #test: WorkflowTest;
  readonly #manifest: ActionManifest;
  readonly #check: (action: string, input: unknown) => InputCheck;
  state: TriageState;

  constructor(workflow: Workflow, test: WorkflowTest, state: TriageState, manifest: ActionManifest) {
    this.#workflow = workflow;
    this.#test = test;
    this.#manifest = manifest;
    this.#check = createInputChecker(manifest);
    this.state = state;
  }

  async step(path: string, work: StepWork): Promise<StepResult> {
    const resolved = work.input();
    if (!resolved.ok) return { kind: 'failed', reason: resolved.reason };
    this.calls.set(path, resolved.input);
    const checked = this.#check(work.action, resolved.input);
    const answer: StepAnswer | undefined = this.#test.answers[path];
    if (answer?.kind === 'error') return { kind: 'failed', reason: 'The test answers with an error.' };
    // Of somebody else's action nobody knows the inputs: the answer stands for all of it.
    if (!checked.ok && !isDatadogAction(work.action)) return { kind: 'failed', reason: checked.reason };
    const chosen = this.#choose(path, answer);
    if (chosen !== undefined) return chosen;
    if (work.action === 'signalwright.signal.update') return this.#updateState(resolved.input);
    if (answer === undefined && isOutputRead(this.#workflow, path)) {
      this.problems.push({
        path: `answers.${path}`,
        expected: 'an answer',
        actual: undefined,
        note: `A later step reads what "${path}" gives, so the test must say what that is.`,
      });
    }
    return { kind: 'done', output: answer?.output ?? {} };
  }

  /** An answer that names a branch of the step takes it. Where a person answers, the test must say how. */
  #choose(path: string, answer: StepAnswer | undefined): StepResult | undefined {
    const step = this.#workflow.steps.find((each) => each.id === path);
    const branches = step === undefined ? undefined : stepBranches(step, this.#manifest);
    const edges = this.#workflow.steps.flatMap(({ after }) => after.filter((edge) => edge.step === path));
    const names = [
      ...(branches?.names ?? []),
      ...(branches?.isOpen === true ? edges.map((edge) => edge.branch) : []),
    ];
    const choices = [...new Set(names)].filter((name) => name !== 'main' && name !== 'error');
    const choice = answer?.kind === 'output' ? answer.output : undefined;
    if (typeof choice === 'string' && choices.includes(choice)) {
      return { kind: 'done', output: { choice }, branch: choice };
    }
    if (branches === undefined || names.includes('main') || step?.does.kind === 'if') return undefined;
    this.problems.push({
      path: `answers.${path}`,
      expected: `one of ${choices.join(', ')}`,
      actual: choice,
      note: `The step "${path}" goes on at a branch of its own: the test must say at which.`,
    });
    return { kind: 'failed', reason: 'The test does not say how it is answered.' };
  }

  async decide(_path: string, decide: () => boolean): Promise<boolean> {
    return decide();
  }

  isCancelled(): boolean {
    return false;
  }

  #updateState(input: Readonly<Record<string, unknown>>): StepResult {
    const to = input['state'];
    if (to === 'open' || to === 'under_review' || to === 'archived') {
      const moved = moveTriage(this.state, to, 0, 0);
      if (moved.ok) this.state = moved.state;
    }
    return { kind: 'done', output: { signal: input['signal'], stateChanged: this.state === to } };
  }
}

/** Chosen: read means named as `Steps.<id>` anywhere in an input or a condition. */
function isOutputRead(workflow: Workflow, stepId: string): boolean {
  return workflow.steps.some((step) => {
    const text = JSON.stringify(step.does);
    return (
      text.includes(`Steps.${stepId}.`) ||
      text.includes(`Steps.${stepId} `) ||
      text.includes(`Steps.${stepId}}`)
    );
  });
}

/** `known_bad.true`, `intel.error`, `ask.leave`, `block`: as tests write it. */
function stepName(step: string, end: StepEnd): string {
  return end === 'main' || end === null ? step : `${step}.${end}`;
}

function pathDifferences(
  test: WorkflowTest,
  path: readonly string[],
  result: RunResult,
): readonly TestDifference[] {
  const note = result.kind === 'failed' ? `The step "${result.step}" failed: ${result.reason}` : undefined;
  if (test.path === undefined) {
    return note === undefined ? [] : [{ path: 'path', expected: 'a run that ends well', actual: path, note }];
  }
  if (JSON.stringify(test.path) === JSON.stringify(path)) return [];
  return [{ path: 'path', expected: test.path, actual: path, ...(note !== undefined && { note }) }];
}

function callDifferences(
  test: WorkflowTest,
  calls: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): readonly TestDifference[] {
  return Object.entries(test.calls ?? {}).flatMap(([step, expected]) => {
    const actual = calls.get(step);
    if (actual === undefined) return [{ path: `calls.${step}`, expected, actual: 'not called' }];
    return Object.entries(expected)
      .filter(([key, value]) => JSON.stringify(actual[key]) !== JSON.stringify(value))
      .map(([key, value]) => ({ path: `calls.${step}.${key}`, expected: value, actual: actual[key] }));
  });
}

function stateDifferences(test: WorkflowTest, state: TriageState): readonly TestDifference[] {
  if (test.state === undefined || test.state === state) return [];
  return [{ path: 'state', expected: test.state, actual: state }];
}

function layOver(sample: TestSignal, signal: TestSignal): TestSignal {
  return { ...sample, ...signal, fields: { ...sample.fields, ...signal.fields } };
}

/** The signal as `Source.securitySignal` shows it, with `@http.client_ip` at `custom.http.client_ip`. */
function signalOf(signal: TestSignal): Readonly<Record<string, unknown>> {
  const custom: Record<string, unknown> = {};
  const plain: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(signal.fields)) {
    if (key.startsWith('@')) setAt(custom, key.slice(1).split('.'), value);
    else plain[key] = value;
  }
  return {
    id: 'test-signal',
    severity: signal.severity ?? 'info',
    ...plain,
    custom: {
      ...custom,
      workflow: { rule: { name: signal.rule ?? '' }, triage: { state: signal.state ?? 'open' } },
    },
  };
}

function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
    return;
  }
  const next = Object.hasOwn(target, key) ? target[key] : undefined;
  const child: Record<string, unknown> = typeof next === 'object' && next !== null ? { ...next } : {};
  Object.defineProperty(target, key, { value: child, enumerable: true, configurable: true, writable: true });
  setAt(child, rest, value);
}
