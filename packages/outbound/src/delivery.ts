/** What a delivery came to, whoever the receiver is. */

import { unreachable } from '@signalwright/model';

import type { EgressBroker } from './egress.ts';
import type { EgressOutcome, EgressResponse } from './outcome.ts';
import { retryAfterMs } from './retry-after.ts';

/** Before another attempt when the receiver does not say. Chosen. */
const RETRY_MS = 1_000;
/** Of what a receiver says is wrong, in a reason. Chosen. */
const MAX_SAID_CHARACTERS = 200;

/** What the caller does next. Deliveries happen at least once: a receiver drops repeats by their id. */
export type DeliveryOutcome =
  | { readonly kind: 'done'; readonly status: number }
  | { readonly kind: 'retry'; readonly afterMs: number; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * One JSON document by POST, as chats and pagers take it. A redirect would turn it into a GET whose success says nothing.
 *
 * @param nowMs the caller's clock, Unix time in milliseconds
 */
export async function postJson(
  broker: EgressBroker,
  url: string,
  body: string,
  nowMs: number,
): Promise<DeliveryOutcome> {
  const headers = { 'content-type': 'application/json' };
  const outcome = await broker.fetch({ url, method: 'POST', headers, body, followRedirects: false });
  return deliveryOutcome(outcome, nowMs);
}

/** @param nowMs the caller's clock, Unix time in milliseconds */
export function deliveryOutcome(outcome: EgressOutcome, nowMs: number): DeliveryOutcome {
  switch (outcome.kind) {
    case 'refused':
      return outcome.reason === 'busy'
        ? { kind: 'retry', afterMs: RETRY_MS, reason: outcome.message }
        : { kind: 'failed', reason: outcome.message };
    case 'failed':
      return { kind: 'retry', afterMs: RETRY_MS, reason: outcome.message };
    case 'response': {
      const { status, headers } = outcome.response;
      if (status >= 200 && status < 300) return { kind: 'done', status };
      const reason = `The receiver answered ${status}${said(outcome.response)}`;
      if (!isWorthRetrying(status)) return { kind: 'failed', reason };
      return { kind: 'retry', afterMs: retryAfterMs(headers['retry-after'], nowMs) ?? RETRY_MS, reason };
    }
    default:
      return unreachable(outcome);
  }
}

function isWorthRetrying(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** The first line of a short text: most receivers say in it what they do not like. It is theirs: shown, never read. */
function said({ headers, body }: EgressResponse): string {
  const type = headers['content-type'] ?? '';
  if (!/^(text\/plain|application\/json)\b/.test(type) || body.length === 0) return '.';
  const [line = ''] = new TextDecoder().decode(body.subarray(0, MAX_SAID_CHARACTERS * 4)).split('\n');
  const shown = line.replace(/[\p{Cc}\p{Cf}]/gu, ' ').trim();
  if (shown === '') return '.';
  return `: ${shown.length > MAX_SAID_CHARACTERS ? `${shown.slice(0, MAX_SAID_CHARACTERS - 1)}…` : shown}`;
}
