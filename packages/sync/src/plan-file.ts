/**
 * A plan in a file: the plan, which has no clock, and beside it when it was made, until when it holds and of which
 * commit. A seal over all of it shows damage; that it is the approved one is shown by its digest, kept elsewhere.
 * Source: reliability T21.
 */

import { canonicalJson, sha256Hex } from '@signalwright/store';
import { isJsonObject } from '@signalwright/wire';
import { dateText } from './date-text.ts';
import { PLAN_SCHEMA_VERSION, planDigest, type Plan } from './plan.ts';

export interface PlanMaking {
  /** Unix time in milliseconds. */
  readonly atMs: number;
  /** An apply refuses the file from then on. */
  readonly expiresAtMs: number;
  /** The commit that content was, when it was exactly one. */
  readonly commit?: string;
}

/** Chosen, as T21 proposes. */
export const PLAN_LIFE_MS = 86_400_000;

/** Longer plan files are neither written nor read. */
export const MAX_PLAN_BYTES = 64 * 1024 * 1024;
/** Clocks of two machines. */
const CLOCK_SKEW_MS = 300_000;

/** The file of a plan: one line of canonical JSON. */
export function printPlan(plan: Plan, made: PlanMaking): string {
  return `${canonicalJson({ made, plan, seal: sealOf(plan, made) })}\n`;
}

function sealOf(plan: Plan, made: PlanMaking): string {
  return sha256Hex(canonicalJson([made, plan.digest]));
}

export type ParsedPlan =
  | { readonly ok: true; readonly plan: Plan; readonly made: PlanMaking }
  | { readonly ok: false; readonly reason: string };

/** Reads exactly what `printPlan` writes: other spellings, doubled keys and trailing bytes are refused. */
export function parsePlan(text: string): ParsedPlan {
  if (text.length > MAX_PLAN_BYTES) return refuse(`The plan is longer than ${MAX_PLAN_BYTES} bytes.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
    if (`${canonicalJson(value)}\n` !== text) return refuse('The plan is not spelled as it was written.');
  } catch {
    return refuse('The plan is not JSON.');
  }
  if (!isPlanFile(value)) return refuse('The file is no plan of this version.');
  const { plan, made, seal } = value;
  if (planDigest(plan) !== plan.digest || sealOf(plan, made) !== seal)
    return refuse('The plan was changed after it was made: its digest does not fit.');
  return { ok: true, plan, made };
}

/** @returns why a plan of a file is not good any more; empty when it is */
export function checkMaking(
  made: PlanMaking,
  now: { readonly nowMs: number; readonly commit?: string },
): readonly string[] {
  const reasons: string[] = [];
  if (now.nowMs >= made.expiresAtMs) reasons.push(`The plan has expired at ${dateText(made.expiresAtMs)}.`);
  if (made.atMs > now.nowMs + CLOCK_SKEW_MS)
    reasons.push(`The plan was made at ${dateText(made.atMs)}, which is still to come: check the clocks.`);
  if (made.commit !== now.commit) {
    const [then, here] = [made.commit, now.commit].map((commit) => commit ?? 'no commit as it stands');
    reasons.push(`The plan was made of ${then}, and content here is ${here}.`);
  }
  return reasons;
}

const PLAN_KEYS =
  'blocked,contentDigest,digest,items,orphans,removal,schemaVersion,target,toolVersion,waiting';

interface PlanFile {
  readonly made: PlanMaking;
  readonly plan: Plan;
  readonly seal: string;
}

/** The digests vouch for what lies deeper: it was a `Plan` when it was made. */
function isPlanFile(value: unknown): value is PlanFile {
  if (!isJsonObject(value) || keysOf(value) !== 'made,plan,seal') return false;
  const { made, plan } = value;
  if (!isJsonObject(plan) || !isJsonObject(made)) return false;
  const { treeDigest: _optional, ...others } = plan;
  if (keysOf(others) !== PLAN_KEYS || plan['schemaVersion'] !== PLAN_SCHEMA_VERSION) return false;
  if (!Array.isArray(plan['items']) || typeof plan['digest'] !== 'string') return false;
  const { commit: _named, ...times } = made;
  return (
    keysOf(times) === 'atMs,expiresAtMs' && Object.values(times).every((time) => Number.isSafeInteger(time))
  );
}

function keysOf(value: Readonly<Record<string, unknown>>): string {
  return Object.keys(value).toSorted().join(',');
}

function refuse(reason: string): ParsedPlan {
  return { ok: false, reason };
}
