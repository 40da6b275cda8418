/** What the answer to a call that writes means: whether it is asked again, when, and what people are told. */

import { unreachable } from '@signalwright/model';
import type { ApiClock, ApiError, ApiOutcome } from '@signalwright/wire';

/** Calls for one object within one apply, each after a look. */
const MAX_WRITES = 3;
/** The same when the last answer was a limit: others may take what it allows time and again, and nothing was done. */
const MAX_LIMITED_WRITES = 20;
/** When a limit names no time. */
const DEFAULT_LIMIT_WAIT_MS = 5_000;

/** Refusals that say "not now": a limit, a concurrent change elsewhere in the area, a request that came too early. */
export function isNotNow(status: number): boolean {
  return status === 429 || status === 409 || status === 425;
}

/** Refusals of an update that say "not that version": documented as 401 for rules; 412 is what HTTP itself says. */
export function isStale(status: number): boolean {
  return status === 401 || status === 412;
}

function isLimited(answer: ApiOutcome<unknown>): boolean {
  return answer.kind === 'refused' && answer.error.status === 429;
}

/** How many calls for one object within one apply, given what the last one met. */
export function mostWrites(answer: ApiOutcome<unknown>): number {
  return isLimited(answer) ? MAX_LIMITED_WRITES : MAX_WRITES;
}

export async function waitForLimit(
  answer: ApiOutcome<unknown>,
  { clock }: { readonly clock: ApiClock },
): Promise<void> {
  if (answer.kind !== 'refused' || !isLimited(answer)) return;
  await clock.sleep(answer.error.retryAfterMs ?? DEFAULT_LIMIT_WAIT_MS);
}

export function reasonOf(answer: ApiOutcome<unknown>): string {
  switch (answer.kind) {
    case 'done':
      return 'The answer speaks of another object.';
    case 'unknown':
      return answer.reason;
    case 'refused':
      return describeRefusal(answer.error);
    default:
      return unreachable(answer);
  }
}

function describeRefusal({ status, messages, permissions = [] }: ApiError): string {
  const taken = permissions.length === 0 ? '' : ` (it takes the permission ${permissions.join(', ')})`;
  return `HTTP ${status}: ${messages.join('; ')}${taken}`;
}
