/** How long the embedded org keeps what it has stored. */

const DAY_MS = 24 * 60 * 60_000;

/** What detection depends on: the longest maximum signal duration and the longest window before it. */
export const DETECTION_SPAN_MS = 2 * DAY_MS;

/** Milliseconds; undefined keeps for good. */
export interface Retention {
  /** From when they came in. Never less than detection depends on. */
  readonly eventsMs: number | undefined;
  /** From when they were archived or last seen. Signals that are not archived are kept whatever their age. */
  readonly signalsMs: number | undefined;
  readonly auditMs: number | undefined;
  /** From when they ended. */
  readonly runsMs: number | undefined;
}

/**
 * Source: the service keeps signals for 15 months. Chosen: the audit trail as long, since it names whom they name, and
 * for runs a quarter of a year.
 */
export const DEFAULT_RETENTION: Retention = {
  eventsMs: DETECTION_SPAN_MS,
  signalsMs: 455 * DAY_MS,
  auditMs: 455 * DAY_MS,
  runsMs: 90 * DAY_MS,
};

/** Why these cannot be; undefined when they can. */
export function retentionProblem({ eventsMs, signalsMs, auditMs, runsMs }: Retention): string | undefined {
  const least = Math.min(...[signalsMs, auditMs, runsMs].map(orForGood));
  if (orForGood(eventsMs) < DETECTION_SPAN_MS) return 'Detection depends on the events of the last 2 days.';
  // What a replay finds again would be opened again.
  if (orForGood(signalsMs) < orForGood(eventsMs)) return 'Signals are kept at least as long as events.';
  return least < DAY_MS ? 'Nothing is kept for less than a day.' : undefined;
}

function orForGood(ms: number | undefined): number {
  return ms ?? Number.POSITIVE_INFINITY;
}
