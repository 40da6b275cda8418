/**
 * As much of a runner of workflows as the examples need: jobs with a clone and a temporary folder each, steps in bash,
 * outputs, artefacts that outlive the run, and a `gh` that answers about them. It knows nothing of what the files do.
 */

import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseWorkflow } from '../../../scripts/architecture/workflow-file.ts';
import { BIN, shell, type Ended } from '../command.ts';

interface Job {
  readonly needs?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface WorkflowHost {
  /** A repository to clone. */
  readonly origin: string;
  /** Where everything of the host is kept. */
  readonly folder: string;
  /** Secrets of the environments of GitHub. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Of every step, besides its own. */
  readonly env: Readonly<Record<string, string>>;
  /** Before a job that waits for an approval begins. */
  readonly beforeApproval?: () => Promise<void>;
}

export interface JobEnd {
  readonly result: 'success' | 'failure' | 'skipped';
  /** What its steps wrote on the summary page. */
  readonly summary: string;
  /** Output of its steps. */
  readonly log: string;
}

export async function runWorkflow(
  file: string,
  host: WorkflowHost,
): Promise<Readonly<Record<string, JobEnd>>> {
  const { root, jobs } = parseWorkflow(file, readFileSync(file, 'utf8'));
  const shared = root['env'] as Readonly<Record<string, string>> | undefined;
  const id = String(nextRun(host));
  const known = new Map<string, string>([['github.token', 'token']]);
  const ends: Record<string, JobEnd> = {};
  for (const { name, job: read } of jobs) {
    const job = read as unknown as Job;
    const needed = job.needs === undefined ? 'success' : ends[job.needs]?.result;
    if (needed !== 'success' || !holds(job.if, known)) {
      ends[name] = { result: 'skipped', summary: '', log: '' };
      continue;
    }
    if (job.environment === 'production') await host.beforeApproval?.();
    ends[name] = await runJob(job, { ...host.env, ...shared, ...job.env }, { id, known, host });
    for (const [output, value] of Object.entries(job.outputs ?? {}))
      known.set(`needs.${name}.outputs.${output}`, fill(value, known));
  }
  writeFileSync(join(host.folder, 'runs', id, 'completed'), '');
  return ends;
}

interface Run {
  readonly id: string;
  readonly host: WorkflowHost;
  /** Values of expressions. */
  readonly known: Map<string, string>;
}

function nextRun({ folder }: WorkflowHost): number {
  let id = 1;
  while (existsSync(join(folder, 'runs', String(id)))) id += 1;
  mkdirSync(join(folder, 'runs', String(id)), { recursive: true });
  return id;
}

async function runJob(job: Job, env: Readonly<Record<string, string>>, run: Run): Promise<JobEnd> {
  const temp = mkdtempSync(join(run.host.folder, 'runner-'));
  const known = new Map([...run.known, ['runner.temp', temp]]);
  for (const [name, value] of Object.entries(run.host.secrets[job.environment ?? ''] ?? {}))
    known.set(`secrets.${name}`, value);
  const checkout = join(temp, 'checkout');
  placeTools(temp, run.host);
  let result: JobEnd['result'] = 'success';
  let log = '';
  for (const step of job.steps) {
    const isAlways = step.if === 'always()';
    if ((result === 'failure' && !isAlways) || (!isAlways && !holds(step.if, known))) continue;
    const ended = await runStep(step, { temp, checkout, env, known, run });
    log += `${ended.out}${ended.err}`;
    if (ended.end !== 0) result = 'failure';
  }
  for (const [name, value] of known) if (name.startsWith('steps.')) run.known.set(name, value);
  const summary = join(temp, 'summary');
  return { result, log, summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '' };
}

interface StepPlace {
  readonly temp: string;
  readonly checkout: string;
  readonly env: Readonly<Record<string, string>>;
  readonly known: Map<string, string>;
  readonly run: Run;
}

const DONE: Ended = { end: 0, out: '', err: '' };

async function runStep(step: Step, place: StepPlace): Promise<Ended> {
  const { temp, checkout, env, known, run } = place;
  const inputs = Object.fromEntries(
    Object.entries(step.with ?? {}).map(([name, value]) => [name, fill(String(value), known)]),
  );
  const [action] = (step.uses ?? '').split('@');
  switch (action) {
    case 'actions/setup-node':
      return DONE;
    case 'actions/checkout':
      return shell(`git clone -q "${run.host.origin}" "${checkout}"`, { cwd: temp });
    case 'actions/upload-artifact':
      return upload(inputs, place);
    case 'actions/download-artifact':
      return download(inputs, place);
    case '':
      break;
    default:
      throw new Error(`This runner does not know ${action}.`);
  }
  // From the registry of packages, which a test does not ask: the command of this repository stands there already.
  if (step.name === 'Install signalwright') return DONE;
  const files = {
    GITHUB_OUTPUT: join(temp, `output-${step.id}`),
    GITHUB_STEP_SUMMARY: join(temp, 'summary'),
  };
  const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, fill(value, known)]);
  const ended = await shell(`set -eo pipefail\n${step.run}`, {
    cwd: checkout,
    env: {
      ...env,
      ...(Object.fromEntries(own) as Record<string, string>),
      ...files,
      RUNNER_TEMP: temp,
      GITHUB_REPOSITORY: 'acme/detections',
      PATH: `${join(temp, 'bin')}:${process.env['PATH'] ?? ''}`,
    },
  });
  readOutputs(step, files.GITHUB_OUTPUT, known);
  return ended;
}

function readOutputs({ id }: Step, file: string, known: Map<string, string>): void {
  if (id === undefined || !existsSync(file)) return;
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const [name = '', value = ''] = line.split('=');
    known.set(`steps.${id}.outputs.${name}`, value);
  }
}

function upload({ name = '', path = '', ...others }: Record<string, string>, place: StepPlace): Ended {
  const from = join(place.checkout, path);
  const source = existsSync(from) ? from : path;
  if (!existsSync(source))
    return { ...DONE, end: others['if-no-files-found'] === 'error' ? 1 : 0, err: `no ${path}` };
  const folder = join(place.run.host.folder, 'runs', place.run.id, name);
  if (existsSync(folder) && others['overwrite'] !== 'true')
    return { ...DONE, end: 1, err: `${name} is there` };
  mkdirSync(folder, { recursive: true });
  cpSync(source, join(folder, basename(source)));
  return DONE;
}

function download({ name = '', path = '', ...others }: Record<string, string>, { run }: StepPlace): Ended {
  const folder = join(run.host.folder, 'runs', others['run-id'] ?? run.id, name);
  if (!existsSync(folder)) return { ...DONE, end: 1, err: `no artefact ${name}` };
  cpSync(folder, path, { recursive: true });
  return DONE;
}

/** The command where the examples install it, and a `gh` that knows the runs of the host, newest first. */
function placeTools(temp: string, { folder }: WorkflowHost): void {
  const runs = join(folder, 'runs');
  write(join(temp, 'tool/node_modules/.bin/signalwright'), `exec "${process.execPath}" "${BIN}" "$@"`);
  write(
    join(temp, 'bin/gh'),
    `case "$1" in
run) for run in $(ls "${runs}" | sort -rn); do [ -f "${runs}/$run/completed" ] && echo "$run"; done; true ;;
api) run=$(echo "$2" | cut -d/ -f6); [ -d "${runs}/$run/signalwright-journal" ] && echo 1 || echo 0 ;;
*) exit 1 ;;
esac`,
  );
}

function write(path: string, script: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/bash\n${script}\n`);
  chmodSync(path, 0o755);
}

/** `${{ name }}` with what is known of it; empty for what is not, as on GitHub. */
function fill(text: string, known: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{\{ ([\w.]+) \}\}/g, (_all, name: string) => known.get(name) ?? '');
}

/** `name == 'text'`, `name != 'text'`. */
function holds(condition: string | undefined, known: ReadonlyMap<string, string>): boolean {
  if (condition === undefined) return true;
  const [, name = '', operator, text] = /^([\w.]+) (==|!=) '([^']*)'$/.exec(condition) ?? [];
  if (operator === undefined) throw new Error(`This runner does not know the condition ${condition}.`);
  return ((known.get(name) ?? '') === text) === (operator === '==');
}
