/** What binds a plan to the world it was made for. Checked before the first call of an apply. */

import { PLAN_SCHEMA_VERSION, planDigest, type Plan } from './plan.ts';
import { targetKey, type PlanTarget } from './target.ts';

export interface PlanExpectation {
  readonly target: PlanTarget;
  readonly toolVersion: string;
  /** Digest of the content at hand; undefined where only the plan is at hand. */
  readonly contentDigest?: string;
  /** Digest of the files at hand. */
  readonly treeDigest?: string;
  /** Digest that was approved. */
  readonly planDigest?: string;
  /** The plan whose removals are agreed to: its digest, or the beginning of it that people are shown. */
  readonly allowDestroy?: string;
}

/** As `renderPlan` prints it. */
export const SHORT_DIGEST = 12;

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
  // Two organisations of one site differ in nothing else where the keys do not tell whose they are.
  if (plan.target.name !== expect.target.name)
    reasons.push(`The plan is for the environment ${plan.target.name}, and this is ${expect.target.name}.`);
  const [ours, theirs] = [plan.target.org, expect.target.org];
  if (ours !== undefined && theirs !== undefined && ours !== theirs)
    reasons.push(`The plan is for the organisation ${ours}, and these keys are of ${theirs}.`);
  if (expect.contentDigest !== undefined && expect.contentDigest !== plan.contentDigest) {
    reasons.push('Content has changed since the plan was made.');
  }
  const treesDiffer = expect.treeDigest !== undefined && plan.treeDigest !== undefined;
  if (treesDiffer && expect.treeDigest !== plan.treeDigest) {
    reasons.push('The files of the content have changed since the plan was made.');
  }
  if (expect.planDigest !== undefined && expect.planDigest !== plan.digest) {
    reasons.push(`The plan ${plan.digest} is not the approved one, ${expect.planDigest}.`);
  }
  const consent = missingConsent(plan, expect.allowDestroy);
  if (consent !== undefined) reasons.push(consent);
  return reasons;
}

/** Whether the plan removes more than it may without a word that names it; then which word. */
export function needsConsent({ removal: { removed, free } }: Plan): boolean {
  return removed > free;
}

function missingConsent(plan: Plan, given: string | undefined): string | undefined {
  const { removed, managed, free } = plan.removal;
  const names = given !== undefined && given.length >= SHORT_DIGEST && plan.digest.startsWith(given);
  if (given !== undefined && !names)
    return `--allow-destroy names ${given}, and this is plan ${plan.digest}.`;
  if (names || !needsConsent(plan)) return undefined;
  return `It removes ${removed} of ${managed} objects, and ${free} need no consent: if that is meant, say --allow-destroy=${plan.digest.slice(0, SHORT_DIGEST)}`;
}
