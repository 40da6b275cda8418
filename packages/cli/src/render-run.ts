/** Workflow runs as text for a terminal. Values of others are inert. */

import { writeAge } from '@signalwright/model';
import type { RunView, StepView } from './run-view.ts';
import type { Colours } from './reporter.ts';
import { clipColumns, oneLine, padColumns } from './text-width.ts';

export interface RenderRunOptions {
  readonly colours: Colours;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
  readonly width: number;
}

const INDENT = '  ';

/** `Succeeded  block-attacker  on signal …`, then its steps. Lines without line feeds. */
export function renderRun(run: RunView, workflow: string, options: RenderRunOptions): readonly string[] {
  const { bold, dim } = options.colours;
  const started =
    run.startedAtMs === undefined ? '' : `, started ${writeAge(run.startedAtMs, options.nowMs)}`;
  const lasted =
    run.startedAtMs === undefined || run.endedAtMs === undefined
      ? ''
      : `, took ${writeSpan(run.endedAtMs - run.startedAtMs)}`;
  return [
    `${paintStatus(run, options.colours)}  ${bold(oneLine(workflow))}${started}${lasted}`,
    `${INDENT}${dim('run')}     ${oneLine(run.runId)}`,
    ...(run.signalId === undefined ? [] : [`${INDENT}${dim('signal')}  ${oneLine(run.signalId)}`]),
    ...(run.reason === undefined ? [] : [`${INDENT}${dim('reason')}  ${oneLine(run.reason)}`]),
    ...(run.steps.length === 0 ? [] : ['']),
    ...run.steps.map((step) => renderStep(step, options, longestName(run.steps))),
  ];
}

/** `  ✓ block    done    {"ip":"203.0.113.7"}`; on one line, so that watching a run adds lines and changes none. */
export function renderStep(step: StepView, options: RenderRunOptions, nameColumns = 0): string {
  const { symbol, paint } = STEP_LOOKS[step.state] ?? { symbol: '·', paint: 'dim' };
  const { colours, width } = options;
  const name = padColumns(
    clipColumns(oneLine(step.name), MAX_NAME_COLUMNS),
    Math.min(nameColumns, MAX_NAME_COLUMNS),
  );
  const head = `${INDENT}${symbol} ${name}  ${padColumns(oneLine(step.state), STATE_COLUMNS)}`;
  const said = step.reason ?? (step.output === undefined ? '' : (JSON.stringify(step.output) ?? ''));
  const detail = clipColumns(oneLine(said), Math.max(MIN_DETAIL_COLUMNS, width - head.length - 2));
  return `${colours[paint](head)}  ${colours.dim(detail)}`.trimEnd();
}

const MAX_NAME_COLUMNS = 30;
const STATE_COLUMNS = 7;
const MIN_DETAIL_COLUMNS = 20;

const STEP_LOOKS: Readonly<
  Record<string, { readonly symbol: string; readonly paint: 'green' | 'red' | 'yellow' | 'cyan' }>
> = {
  done: { symbol: '✓', paint: 'green' },
  true: { symbol: '→', paint: 'cyan' },
  false: { symbol: '→', paint: 'cyan' },
  failed: { symbol: '✗', paint: 'red' },
  unclear: { symbol: '?', paint: 'yellow' },
  started: { symbol: '…', paint: 'yellow' },
};

function longestName(steps: readonly StepView[]): number {
  return Math.max(0, ...steps.map((step) => [...step.name].length));
}

/** One line a run: status, workflow, age, signal, run; the ids in full, to copy. */
export function renderRunLine(run: RunView, workflow: string, options: RenderRunOptions): string {
  const age = run.startedAtMs === undefined ? '' : writeAge(run.startedAtMs, options.nowMs);
  return [
    padColumns(paintStatus(run, options.colours), STATUS_COLUMNS + paintColumns(run, options.colours)),
    padColumns(clipColumns(oneLine(workflow), MAX_NAME_COLUMNS), MAX_NAME_COLUMNS),
    padColumns(age, AGE_COLUMNS),
    oneLine(run.runId),
  ].join(INDENT);
}

const STATUS_COLUMNS = 14;
const AGE_COLUMNS = 11;

function paintColumns(run: RunView, colours: Colours): number {
  return paintStatus(run, colours).length - oneLine(run.statusName).length;
}

function paintStatus(run: RunView, { green, red, yellow }: Colours): string {
  const name = oneLine(run.statusName);
  switch (run.status) {
    case 'SUCCEEDED':
      return green(name);
    case 'FAILED':
      return red(name);
    default:
      return yellow(name);
  }
}

function writeSpan(ms: number): string {
  return ms < 1_000 ? `${Math.max(0, ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
