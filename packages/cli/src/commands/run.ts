import { setTimeout as sleep } from 'node:timers/promises';
import type { Payload } from '@signalwright/model';
import { attributesOf, type RemoteObject } from '@signalwright/wire';
import { answerOf } from '../api-answer.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandFailure, usageFailure } from '../failure.ts';
import { openProjectTarget, type TargetChoice } from '../open-project-target.ts';
import { renderRun, renderRunLine, renderStep, type RenderRunOptions } from '../render-run.ts';
import { hasEnded, readRun, type RunView } from '../run-view.ts';
import { oneLine } from '../text-width.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';
import type { Target } from '../target.ts';

export type RunOptions = OutputOptions & TargetChoice;

export interface StartOptions extends RunOptions {
  readonly signal?: string;
  readonly input?: readonly string[];
  readonly watch?: boolean;
}

/** How often a watched run is asked about. */
const WATCH_EVERY_MS = 400;
const MAX_LISTED = 100;

export async function startRun(options: StartOptions, context: WorkContext): Promise<ExitCode> {
  const { reporter } = context;
  // Not for commander to demand: it would of `run list` too.
  if (options.signal === undefined) {
    throw usageFailure('On which signal?', 'Say --signal <id>; `signalwright signals list` prints the ids.');
  }
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const workflow = await findWorkflow(target, context.args[0] ?? '');
  const inputs = readInputs(options.input ?? [], workflow);
  const payload = { ...inputs, signalId: options.signal };
  const runId = answerOf(await target.client.workflows.run(workflow.remoteId, payload), target);
  if (options.watch === true) return watchRun(runId, workflow, target, context);
  reporter.say(`Started ${reporter.colours.bold(workflow.name)}`);
  reporter.say(`Follow it: signalwright run show ${oneLine(runId)}`);
  reporter.data({ ok: true, workflow: workflow.handle, runId });
  return EXIT.ok;
}

/** Each step is printed once it has ended, so that what stands on the terminal stays true. */
async function watchRun(
  runId: string,
  workflow: RemoteWorkflow,
  target: Target,
  context: WorkContext,
): Promise<ExitCode> {
  const { reporter } = context;
  const render = renderOptions(context);
  reporter.say(`${reporter.colours.bold(workflow.name)}  ${reporter.colours.dim(`run ${oneLine(runId)}`)}`);
  let printed = 0;
  for (;;) {
    const run = readRun(
      answerOf(await target.client.workflows.getInstance(workflow.remoteId, runId), target),
    );
    const isOver = hasEnded(run);
    while (printed < run.steps.length) {
      const step = run.steps[printed];
      if (step === undefined || (step.state === 'started' && !isOver)) break;
      reporter.say(renderStep(step, render, workflow.longestStep));
      printed += 1;
    }
    if (isOver) {
      const [heading = ''] = renderRun(run, workflow.name, render);
      reporter.say(heading);
      if (run.reason !== undefined) reporter.say(`  ${oneLine(run.reason)}`);
      reporter.data({ ok: run.status === 'SUCCEEDED', workflow: workflow.handle, run });
      return run.status === 'SUCCEEDED' ? EXIT.ok : EXIT.findings;
    }
    await sleep(WATCH_EVERY_MS);
  }
}

export async function listRuns(options: RunOptions, context: WorkContext): Promise<ExitCode> {
  const { reporter, args } = context;
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const asked = args[0];
  const workflows = asked === undefined ? await listWorkflows(target) : [await findWorkflow(target, asked)];
  const found: (RunView & { readonly workflow: string })[] = [];
  for (const { remoteId, handle } of workflows) {
    const instances = answerOf(await target.client.workflows.listInstances(remoteId), target);
    found.push(...instances.map((instance) => ({ workflow: handle, ...readRun(instance) })));
  }
  const newest = found.toSorted((a, b) => (b.startedAtMs ?? 0) - (a.startedAtMs ?? 0)).slice(0, MAX_LISTED);
  for (const run of newest) reporter.say(renderRunLine(run, run.workflow, renderOptions(context)));
  if (newest.length < found.length) reporter.say(`… and ${found.length - newest.length} older ones`);
  if (found.length === 0) reporter.say('No run yet.');
  reporter.data({ ok: true, count: found.length, runs: newest });
  return EXIT.ok;
}

/** The API asks for the workflow too: it is looked for among all, since people have only the run's id. */
export async function showRun(options: RunOptions, context: WorkContext): Promise<ExitCode> {
  const { reporter } = context;
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const runId = context.args[0] ?? '';
  for (const workflow of await listWorkflows(target)) {
    const outcome = await target.client.workflows.getInstance(workflow.remoteId, runId);
    // A run of another workflow is not found here; an id that is none is refused.
    if (outcome.kind === 'refused' && [400, 404].includes(outcome.error.status)) continue;
    const run = readRun(answerOf(outcome, target));
    for (const line of renderRun(run, workflow.name, renderOptions(context))) reporter.say(line);
    reporter.data({ ok: true, workflow: workflow.handle, run });
    return EXIT.ok;
  }
  throw new CommandFailure(
    EXIT.findings,
    `There is no run "${oneLine(runId)}".`,
    'See `signalwright run list`.',
  );
}

function renderOptions({ world, reporter }: WorkContext): RenderRunOptions {
  return { colours: reporter.colours, nowMs: world.nowMs(), width: reporter.width };
}

interface RemoteWorkflow {
  readonly remoteId: string;
  /** Our id of it, where it has one. */
  readonly handle: string;
  readonly name: string;
  readonly inputs: readonly InputType[];
  /** In characters: steps are printed below each other. */
  readonly longestStep: number;
}

interface InputType {
  readonly name: string;
  /** As the API writes it: `STRING`, `NUMBER`, `BOOLEAN`. */
  readonly type: string;
}

async function listWorkflows(target: Target): Promise<readonly RemoteWorkflow[]> {
  return answerOf(await target.client.workflows.list(), target).map(readWorkflow);
}

async function findWorkflow(target: Target, id: string): Promise<RemoteWorkflow> {
  const workflows = await listWorkflows(target);
  const found = workflows.find(({ handle, remoteId }) => handle === id || remoteId === id);
  if (found !== undefined) return found;
  const known = workflows.map(({ handle }) => oneLine(handle)).join(', ');
  throw new CommandFailure(
    EXIT.findings,
    `There is no workflow "${oneLine(id)}" at ${target.plan.url}.`,
    known === '' ? 'There is none at all: `signalwright apply` brings yours there.' : `There are: ${known}.`,
  );
}

function readWorkflow(remote: RemoteObject): RemoteWorkflow {
  const attributes = attributesOf(remote.payload);
  const spec = objectOf(attributes['spec']);
  const handle: unknown = spec['handle'];
  const name: unknown = attributes['name'];
  const names = listOf(spec['steps']).map((step) => String(step['name'] ?? ''));
  return {
    remoteId: remote.id,
    handle: typeof handle === 'string' && handle !== '' ? handle : remote.id,
    name: typeof name === 'string' && name !== '' ? oneLine(name) : remote.id,
    inputs: listOf(objectOf(spec['inputSchema'])['parameters']).map((input) => ({
      name: String(input['name'] ?? ''),
      type: String(input['type'] ?? ''),
    })),
    longestStep: Math.max(0, ...names.map((each) => [...each].length)),
  };
}

function objectOf(value: unknown): Payload {
  return typeof value === 'object' && value !== null ? (value as Payload) : {};
}

function listOf(value: unknown): readonly Payload[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

/** `name=value`, the value read as the type that the workflow declares. */
function readInputs(written: readonly string[], workflow: RemoteWorkflow): Payload {
  const inputs = new Map<string, string | number | boolean>();
  for (const text of written) {
    const equals = text.indexOf('=');
    if (equals < 1) throw usageFailure(`"${text}" is no input.`, 'Write it as --input duration=1h');
    const [name, value] = [text.slice(0, equals), text.slice(equals + 1)];
    const declared = workflow.inputs.find((input) => input.name === name);
    if (declared === undefined) {
      const known = workflow.inputs.map((input) => oneLine(input.name)).join(', ');
      throw usageFailure(
        `The workflow ${workflow.handle} has no input "${name}".`,
        known === '' ? 'It has none.' : `It has: ${known}.`,
      );
    }
    inputs.set(name, readValue(name, value, declared.type));
  }
  return Object.fromEntries(inputs);
}

function readValue(name: string, value: string, type: string): string | number | boolean {
  switch (type) {
    case 'NUMBER': {
      const number = Number(value);
      if (value.trim() !== '' && Number.isFinite(number)) return number;
      throw usageFailure(`The input ${name} is a number, and "${value}" is none.`);
    }
    case 'BOOLEAN':
      if (value === 'true' || value === 'false') return value === 'true';
      throw usageFailure(`The input ${name} is true or false, and "${value}" is neither.`);
    default:
      return value;
  }
}
