/** What the command line does: read the journal, observe, plan, apply. */

import { applyPlan, type ApplyOptions } from '../apply.ts';
import type { ApplyResult } from '../apply-result.ts';
import { withDefaultTags } from '../default-tags.ts';
import { desiredState, tunedRules, type DesiredSource } from '../desired.ts';
import { readHistory } from '../journal-entry.ts';
import { observe } from '../observe.ts';
import { planChanges, type Plan } from '../plan.ts';
import type { PlanTarget } from '../target.ts';
import type { Process, Service, World } from './faulty-world.ts';

export const STACK = 'acme';
export const TOOL_VERSION = '0.0.0-test';

export const TARGET: PlanTarget = {
  name: 'test',
  url: 'https://api.example.test',
  explorerUrl: 'https://app.example.test/security',
  stack: STACK,
};

export interface RunOptions {
  /** What has gone from content is removed. */
  readonly prune?: boolean;
}

/** @returns undefined when the target could not be read */
export async function planNow(
  source: DesiredSource,
  process: Process,
  options: RunOptions = {},
): Promise<Plan | undefined> {
  const { lastApplied } = readHistory(process.journal.entries(), TARGET);
  const desired = desiredState(source, { stack: STACK });
  const client = withDefaultTags(process.client, desired);
  const observed = await observe(client, STACK, lastApplied, { tuned: tunedRules(desired) });
  if (observed.kind !== 'done') return undefined;
  return planChanges({
    desired,
    observed: observed.value,
    lastApplied,
    target: TARGET,
    toolVersion: TOOL_VERSION,
    ...(options.prune === true && { prune: { nowMs: process.clock.nowMs() } }),
  });
}

export interface ApplyNowOptions extends Pick<ApplyOptions, 'secret' | 'parallel'> {
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

/** One run of the command, which may be killed on the way. */
export function runOnce<S extends Service>(
  source: DesiredSource,
  world: World<S>,
  options: RunOptions = {},
): Promise<RunEnd> {
  const process = world.start();
  return Promise.race([planAndApply(source, process, options), process.killed]);
}

async function planAndApply(source: DesiredSource, started: Process, options: RunOptions): Promise<RunEnd> {
  const desired = desiredState(source, { stack: STACK });
  const process = { ...started, client: withDefaultTags(started.client, desired) };
  const plan = await planNow(source, process, options);
  return plan === undefined ? 'unreadable' : applyNow(plan, process);
}
