/** What binds a plan to the world it was made for. Checked before the first call of an apply. */

import { canonicalJson } from '@signalwright/store';
import { PLAN_SCHEMA_VERSION, planDigest, type Plan } from './plan.ts';
import { targetKey, type PlanTarget } from './target.ts';

export interface PlanExpectation {
  readonly target: PlanTarget;
  readonly toolVersion: string;
  /** Digest of the content at hand; undefined where only the plan is at hand. */
  readonly contentDigest?: string;
  /** Digest that was approved. */
  readonly planDigest?: string;
}

/** @returns why the plan is not accepted; empty when it is */
export function checkPlan(plan: Plan, expect: PlanExpectation): readonly string[] {
  const reasons: string[] = [];
  if (plan.schemaVersion !== PLAN_SCHEMA_VERSION) {
    reasons.push(
      `The plan has schema version ${String(plan.schemaVersion)}; this is ${PLAN_SCHEMA_VERSION}.`,
    );
  }
  if (planDigest(plan) !== plan.digest)
    reasons.push('The plan was changed after it was made: its digest does not fit.');
  if (plan.toolVersion !== expect.toolVersion) {
    reasons.push(`The plan was made by version ${plan.toolVersion}; this is ${expect.toolVersion}.`);
  }
  if (targetKey(plan.target) !== targetKey(expect.target)) {
    reasons.push(`The plan is for ${targetKey(plan.target)}, not for ${targetKey(expect.target)}.`);
  }
  if (expect.contentDigest !== undefined && expect.contentDigest !== plan.contentDigest) {
    reasons.push('Content has changed since the plan was made.');
  }
  if (expect.planDigest !== undefined && expect.planDigest !== plan.digest) {
    reasons.push(`The plan ${plan.digest} is not the approved one, ${expect.planDigest}.`);
  }
  return reasons;
}

/** Longer plan files are refused before they are read as JSON. */
const MAX_PLAN_CHARACTERS = 64 * 1024 * 1024;

/** The file of a plan: one line of canonical JSON. */
export function printPlan(plan: Plan): string {
  return `${canonicalJson(plan)}\n`;
}

export type ParsedPlan =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly reason: string };

/** Reads exactly what `printPlan` writes: other spellings, doubled keys and trailing bytes are refused. */
export function parsePlan(text: string): ParsedPlan {
  if (text.length > MAX_PLAN_CHARACTERS)
    return refuse(`The plan is longer than ${MAX_PLAN_CHARACTERS} characters.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
    if (`${canonicalJson(value)}\n` !== text) return refuse('The plan is not spelled as it was written.');
  } catch {
    return refuse('The plan is not JSON.');
  }
  if (!isPlan(value)) return refuse('The file is no plan of this version.');
  if (planDigest(value) !== value.digest)
    return refuse('The plan was changed after it was made: its digest does not fit.');
  return { ok: true, plan: value };
}

const PLAN_KEYS = 'blocked,contentDigest,digest,items,orphans,schemaVersion,target,toolVersion';

/** The digest vouches for what lies deeper: it was a `Plan` when it was made. */
function isPlan(value: unknown): value is Plan {
  if (typeof value !== 'object' || value === null) return false;
  const plan = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(plan).toSorted().join(',');
  return keys === PLAN_KEYS && plan['schemaVersion'] === PLAN_SCHEMA_VERSION && Array.isArray(plan['items']);
}

function refuse(reason: string): ParsedPlan {
  return { ok: false, reason };
}
