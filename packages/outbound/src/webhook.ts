/**
 * The webhook connector: one JSON document by POST, signed so that the receiver knows where it comes from
 * and when. The signature covers the timestamp and the exact bytes:
 *
 *     x-signalwright-delivery: <id>           the same for each attempt, for the receiver to drop repeats
 *     x-signalwright-timestamp: <seconds>
 *     x-signalwright-signature: v1=<hex of HMAC-SHA256(secret, "<seconds>.<body>")>
 */

import { createHmac, timingSafeEqual } from 'node:crypto';

import { deliveryOutcome, type DeliveryOutcome } from './delivery.ts';
import type { EgressBroker } from './egress.ts';
import type { Secret } from './secret.ts';

/** Bytes of one document. Chosen; receivers commonly stop at 1 MiB. */
export const WEBHOOK_MAX_BYTES = 1_048_576;
/** Age in which a receiver should accept a signature. Chosen; the same as Slack's and Stripe's. */
export const SIGNATURE_TOLERANCE_MS = 300_000;

export interface WebhookDelivery {
  readonly url: string;
  /** Plain data; sent as JSON. */
  readonly body: unknown;
  /** Names this delivery; the same for every attempt. */
  readonly deliveryId: string;
  readonly signingSecret?: Secret;
  /** The caller's clock, Unix time in milliseconds. */
  readonly nowMs: number;
  readonly timeoutMs?: number;
}

/** Delivers once; never throws for what the receiver does. */
export async function deliverWebhook(
  delivery: WebhookDelivery,
  broker: EgressBroker,
): Promise<DeliveryOutcome> {
  const body = JSON.stringify(delivery.body);
  if (Buffer.byteLength(body) > WEBHOOK_MAX_BYTES) {
    return { kind: 'failed', reason: `The document has more than ${WEBHOOK_MAX_BYTES} bytes.` };
  }
  const outcome = await broker.fetch({
    url: delivery.url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-signalwright-delivery': delivery.deliveryId,
      ...(delivery.signingSecret !== undefined &&
        signatureHeaders(body, delivery.signingSecret, delivery.nowMs)),
    },
    body,
    // A redirect would turn the POST into a GET whose success says nothing about the delivery.
    followRedirects: false,
    ...(delivery.timeoutMs !== undefined && { timeoutMs: delivery.timeoutMs }),
  });
  return deliveryOutcome(outcome, delivery.nowMs);
}

/** The headers that sign a body. */
export function signatureHeaders(
  body: string,
  secret: Secret,
  nowMs: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000));
  return {
    'x-signalwright-timestamp': timestamp,
    'x-signalwright-signature': `v1=${signature(body, secret, timestamp)}`,
  };
}

/**
 * Whether a body was signed with the secret, not longer ago than the tolerance. For receivers; compares in
 * constant time. Give it the raw bytes as text, before parsing.
 */
export function isSignedBy(
  body: string,
  headers: { readonly timestamp: string; readonly signature: string },
  secret: Secret,
  nowMs: number,
): boolean {
  if (!/^\d{1,12}$/.test(headers.timestamp)) return false;
  if (Math.abs(nowMs - Number(headers.timestamp) * 1000) > SIGNATURE_TOLERANCE_MS) return false;
  const expected = Buffer.from(`v1=${signature(body, secret, headers.timestamp)}`);
  const given = Buffer.from(headers.signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function signature(body: string, secret: Secret, timestamp: string): string {
  return createHmac('sha256', secret.reveal()).update(`${timestamp}.${body}`).digest('hex');
}
