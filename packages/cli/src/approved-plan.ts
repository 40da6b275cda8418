/** A plan that was reviewed, in a file: an apply carries out what it and the plan made here and now agree on. */

import type { Address } from '@signalwright/model';
import {
  MAX_PLAN_BYTES,
  bindPlan,
  checkMaking,
  checkPlan,
  parsePlan,
  type Plan,
  type PlanExpectation,
  type PlanMaking,
} from '@signalwright/sync';
import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { commitOf, type Provenance } from './provenance.ts';
import { readLimited } from './read-limited.ts';
import { clipColumns, oneLine } from './text-width.ts';

export interface ApprovedPlan {
  readonly plan: Plan;
  readonly made: PlanMaking;
}

/** @throws CommandFailure when the file is no plan, was changed, or is longer than one may be */
export function readPlanFile(path: string): ApprovedPlan {
  const parsed = parsePlan(readLimited(path, MAX_PLAN_BYTES));
  if (parsed.ok) return parsed;
  throw new CommandFailure(
    EXIT.findings,
    `${path}: ${parsed.reason}`,
    'Make it again with `signalwright plan --out`.',
  );
}

export interface Holding {
  readonly provenance: Provenance;
  readonly nowMs: number;
  readonly allowDestroy?: string;
}

/**
 * Holds the plan against the world at hand. Nothing in it is taken on trust.
 *
 * @param fresh made of the content, the journal and the target at hand
 * @returns changes of the fresh plan that are not carried out, and why
 * @throws CommandFailure when it is too old, or of something else
 */
export function holdAgainst(
  { plan, made }: ApprovedPlan,
  fresh: Plan,
  { provenance, nowMs, allowDestroy }: Holding,
): ReadonlyMap<Address, string> {
  const commit = commitOf(provenance);
  const stale = [
    ...checkMaking(made, { nowMs, ...(commit !== undefined && { commit }) }),
    ...checkPlan(plan, { ...expectationOf(fresh), ...(allowDestroy !== undefined && { allowDestroy }) }),
  ];
  const binding = stale.length > 0 ? { ok: false as const, reasons: stale } : bindPlan(plan, fresh);
  if (binding.ok) return binding.held;
  throw new CommandFailure(
    EXIT.findings,
    `Nothing was applied. The plan is not good here and now:\n${listReasons(binding.reasons)}`,
    'Make it again with `signalwright plan --out`.',
  );
}

/** Of a plan file of others, which may hold as many as it likes, as long as it likes. */
const MAX_REASONS = 20;
const REASON_COLUMNS = 300;

function listReasons(reasons: readonly string[]): string {
  const shown = reasons
    .slice(0, MAX_REASONS)
    .map((reason) => `  ${clipColumns(oneLine(reason), REASON_COLUMNS)}`);
  const more = reasons.length - shown.length;
  return [...shown, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

function expectationOf({ target, toolVersion, contentDigest, treeDigest }: Plan): PlanExpectation {
  return { target, toolVersion, contentDigest, ...(treeDigest !== undefined && { treeDigest }) };
}
