/** What each step of the story came to. A step that yields nothing is a failure, not a zero. */

import type { Severity } from '@signalwright/model';

export interface StoryCounts {
  readonly check: { readonly files: number; readonly objects: number; readonly warnings: number };
  readonly test: { readonly passed: number; readonly failed: number };
  readonly plan: {
    readonly create: number;
    readonly update: number;
    readonly noop: number;
    readonly link: number;
  };
  readonly apply: { readonly created: number; readonly updated: number; readonly unchanged: number };
  /** Of the second plan, right after the apply. */
  readonly planAgain: { readonly changes: number };
  readonly attack: {
    readonly engine: string;
    readonly requests: number;
    readonly benign: number;
    readonly hostile: number;
    readonly events: number;
    readonly byActivity: Readonly<Record<string, number>>;
  };
  readonly detect: {
    readonly signals: number;
    readonly bySeverity: Readonly<Record<Severity, number>>;
    readonly suppressed: number;
  };
  readonly notify: { readonly delivered: number; readonly byHandle: Readonly<Record<string, number>> };
  readonly run: {
    readonly runs: number;
    readonly succeeded: number;
    /** Addresses on the denylist, by workflows and by rules. */
    readonly blockedAddresses: number;
    readonly underReview: number;
  };
  /** The attackers come again: requests from blocked addresses, how many were refused, and who else was. */
  readonly comeback: {
    readonly fromBlocked: number;
    readonly refused: number;
    readonly othersRefused: number;
  };
}

export interface EmptyStep {
  readonly step: keyof StoryCounts;
  readonly reason: string;
}

/** Each line says what must hold for the story to be true; the first word is the step. */
export function emptySteps(counts: StoryCounts): readonly EmptyStep[] {
  const { check, test, plan, apply, planAgain, attack, detect, notify, run, comeback } = counts;
  const rules: readonly (readonly [keyof StoryCounts, boolean, string])[] = [
    ['check', check.objects > 0, 'no content was found'],
    ['test', test.passed > 0 && test.failed === 0, 'no test passed, or one failed'],
    ['plan', plan.create + plan.noop > 0, 'there was nothing to plan'],
    ['apply', apply.created === plan.create, 'not everything that was planned was created'],
    ['planAgain', planAgain.changes === 0, 'a plan right after the apply has changes'],
    ['attack', attack.hostile > 0 && attack.benign > 0 && attack.events > 0, 'no request became an event'],
    ['detect', detect.signals > 0, 'no event became a signal'],
    ['detect', detect.suppressed > 0, 'the suppression hid nothing'],
    ['notify', notify.delivered > 0, 'no notification arrived at the sink'],
    ['run', run.runs > 0 && run.succeeded > 0, 'no workflow ran'],
    ['run', run.blockedAddresses > 0, 'no address was blocked'],
    ['run', run.underReview > 0, 'no signal went under review'],
    ['comeback', comeback.fromBlocked > 0, 'no blocked attacker came again'],
    ['comeback', comeback.refused === comeback.fromBlocked, 'the engine let a blocked attacker through'],
    ['comeback', comeback.othersRefused === 0, 'the engine refused somebody who is not blocked'],
  ];
  return rules.filter(([, holds]) => !holds).map(([step, , reason]) => ({ step, reason }));
}
