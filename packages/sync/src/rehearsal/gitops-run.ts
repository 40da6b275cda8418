/** What the command line does: read the journal, observe, plan, apply; with a plan that was approved, hold it first. */

import { applyPlan, type ApplyOptions } from '../apply.ts';
import type { ApplyResult } from '../apply-result.ts';
import { bindPlan, removedBy } from '../bind-plan.ts';
import { withDefaultTags } from '../default-tags.ts';
import {
  desiredState,
  importedObjects,
  tunedRules,
  type DesiredSource,
  type DesiredState,
} from '../desired.ts';
import { readHistory } from '../journal-entry.ts';
import { observe } from '../observe.ts';
import { planChanges, type Plan } from '../plan.ts';
import { parsePlan } from '../plan-file.ts';
import type { PlanTarget } from '../target.ts';
import { TARGET_URL, type Process, type Service, type World } from './faulty-world.ts';

export const STACK = 'acme';
export const TOOL_VERSION = '0.0.0-test';

export const TARGET: PlanTarget = {
  name: 'test',
  url: TARGET_URL,
  explorerUrl: 'https://app.example.test/security',
  stack: STACK,
};

export interface RunOptions {
  /** See `ApplyOptions`. */
  readonly quietMs?: number;
  /** What has gone from content is removed. */
  readonly prune?: boolean;
  /** What content was imported from gets our mark. */
  readonly adopt?: boolean;
  /** The text of a plan file: only what it has is carried out. */
  readonly approved?: string;
  /** Objects that are written at once. */
  readonly parallel?: number;
}

/** @returns undefined when the target could not be read */
export async function planNow(
  source: DesiredSource,
  process: Process,
  { prune = false, adopt = false }: RunOptions = {},
  approved?: Plan,
): Promise<Plan | undefined> {
  const { journal, clock } = process;
  const { lastApplied } = readHistory(journal.entries(), TARGET);
  const desired = desiredOf(source);
  const client = withDefaultTags(process.client, source);
  const observed = await observe(client, STACK, lastApplied, {
    tuned: tunedRules(source),
    ...(adopt && { adopted: importedObjects(source) }),
  });
  if (observed.kind !== 'done') return undefined;
  return planChanges({
    desired,
    observed: observed.value,
    lastApplied,
    target: TARGET,
    toolVersion: TOOL_VERSION,
    ...(prune && {
      prune: {
        nowMs: clock.nowMs(),
        ...(approved !== undefined && { only: removedBy(approved) }),
      },
    }),
  });
}

/** Content does not change in a rehearsal, and compiling it is half of a plan. */
const desiredStates = new WeakMap<DesiredSource, DesiredState>();

function desiredOf(source: DesiredSource): DesiredState {
  const known = desiredStates.get(source);
  if (known !== undefined) return known;
  const desired = desiredState(source, { stack: STACK });
  desiredStates.set(source, desired);
  return desired;
}

export interface ApplyNowOptions extends Pick<ApplyOptions, 'secret' | 'parallel' | 'held' | 'quietMs'> {
  /** See `PlanExpectation`. */
  readonly allowDestroy?: string;
}

export function applyNow(plan: Plan, process: Process, options: ApplyNowOptions = {}): Promise<ApplyResult> {
  const { allowDestroy, ...others } = options;
  return applyPlan(plan, process.client, process.journal, {
    clock: process.clock,
    ...others,
    expect: {
      target: TARGET,
      toolVersion: TOOL_VERSION,
      ...(allowDestroy !== undefined && { allowDestroy }),
    },
  });
}

export type RunEnd = ApplyResult | 'killed' | 'unreadable';

/** One run of the command on a quiet day, with a journal that is an array. */
export function runOnce<S extends Service>(
  source: DesiredSource,
  world: World<S>,
  options: RunOptions = {},
): Promise<RunEnd> {
  return planAndApply(source, world.start(), options);
}

/** One run of the command with its journal on the disk; it may be killed on the way. */
export function runOnDisk(
  source: DesiredSource,
  world: World<Service>,
  options: RunOptions = {},
): Promise<RunEnd> {
  const { opened, killed } = world.startOnDisk();
  return Promise.race([opened.then((process) => planAndApply(source, process, options)), killed]);
}

async function planAndApply(source: DesiredSource, started: Process, options: RunOptions): Promise<RunEnd> {
  const process = { ...started, client: withDefaultTags(started.client, source) };
  try {
    const approved = options.approved === undefined ? undefined : readApproved(options.approved);
    const plan = await planNow(source, process, options, approved);
    if (plan === undefined) return 'unreadable';
    const binding = approved === undefined ? undefined : bindPlan(approved, plan);
    if (binding?.ok === false) return { kind: 'rejected', reasons: binding.reasons };
    return await applyNow(plan, process, {
      ...(binding !== undefined && { held: binding.held }),
      ...(options.parallel !== undefined && { parallel: options.parallel }),
      quietMs: options.quietMs,
    });
  } finally {
    await process.journal.close();
  }
}

function readApproved(text: string): Plan {
  const parsed = parsePlan(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.plan;
}
