/**
 * Triage state machine of a security signal.
 * Source: Datadog "Investigate Security Signals", section "Triage a signal".
 *
 * The page spells out archived -> open within 30 days and under_review -> archived or open.
 * Chosen: open -> under_review and open -> archived are allowed (the state menu implies them);
 * archived -> under_review follows the same 30-day rule as archived -> open; a move to the state a
 * signal already has is refused, so that each audit entry is a change.
 */

export const REOPEN_WINDOW_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

export const TRIAGE_STATES = ['open', 'under_review', 'archived'] as const;

export type TriageState = (typeof TRIAGE_STATES)[number];

/** Source: archive reasons of the public API, `PATCH /api/v2/security_monitoring/signals/{id}/state`. */
export const ARCHIVE_REASONS = [
  'none',
  'false_positive',
  'testing_or_maintenance',
  'remediated',
  'investigated_case_opened',
  'true_positive_benign',
  'true_positive_malicious',
  'other',
] as const;

export type ArchiveReason = (typeof ARCHIVE_REASONS)[number];

export type TriageRefusal =
  | { readonly reason: 'already_in_state'; readonly state: TriageState }
  | { readonly reason: 'reopen_window_passed'; readonly ageDays: number; readonly windowDays: number };

export type TriageResult =
  | { readonly ok: true; readonly state: TriageState }
  | { readonly ok: false; readonly refusal: TriageRefusal };

/**
 * Decides whether a signal may move to `to`.
 *
 * @param detectedAtMs first detection, Unix time in milliseconds
 * @param nowMs the caller's clock, Unix time in milliseconds (never read here)
 * @returns the new state, or why the move is refused; never throws
 */
export function moveTriage(
  from: TriageState,
  to: TriageState,
  detectedAtMs: number,
  nowMs: number,
): TriageResult {
  if (from === to) return refuse({ reason: 'already_in_state', state: to });
  if (from === 'archived' && nowMs - detectedAtMs > REOPEN_WINDOW_DAYS * DAY_MS) {
    return refuse({
      reason: 'reopen_window_passed',
      ageDays: Math.floor((nowMs - detectedAtMs) / DAY_MS),
      windowDays: REOPEN_WINDOW_DAYS,
    });
  }
  return { ok: true, state: to };
}

function refuse(refusal: TriageRefusal): TriageResult {
  return { ok: false, refusal };
}
