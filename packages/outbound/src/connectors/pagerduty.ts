/**
 * PagerDuty, by its Events API v2. All notices of a signal share a key, so that a repeated delivery and a raise join the
 * alert that is open: nobody is called twice for one thing.
 * Source: PagerDuty "Send an alert event" (fields, lengths, severities), "Events API v2 overview" (answers, 512 KB).
 */

import type { Severity } from '@signalwright/model';

import { postJson, type DeliveryOutcome } from '../delivery.ts';
import type { EgressBroker } from '../egress.ts';
import type { Secret } from '../secret.ts';
import { clipped, headline, reasonText, type SignalMessage } from './message.ts';

export const PAGERDUTY_EVENTS_URL = 'https://events.pagerduty.com/v2/enqueue';
const MAX_SUMMARY = 1_024;
const MAX_TEXT = 32_000;
const MAX_KEY = 255;

const SEVERITIES: Readonly<Record<Severity, 'critical' | 'error' | 'warning' | 'info'>> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'info',
  info: 'info',
};

export interface PagerDutyConnector {
  readonly kind: 'pagerduty';
  /** Integration key of a service. */
  readonly routingKey: Secret;
  /** @default PAGERDUTY_EVENTS_URL; that of the European region differs */
  readonly url?: string;
}

export function tellPagerDuty(
  { routingKey, url = PAGERDUTY_EVENTS_URL }: PagerDutyConnector,
  message: SignalMessage,
  broker: EgressBroker,
  nowMs: number,
): Promise<DeliveryOutcome> {
  return postJson(
    broker,
    url,
    JSON.stringify({ routing_key: routingKey.reveal(), ...pagerDutyEvent(message) }),
    nowMs,
  );
}

/** The event without the key that says whose it is. */
function pagerDutyEvent(message: SignalMessage): Readonly<Record<string, unknown>> {
  const { signalId, severity, source, text, facts, url, atMs } = message;
  return {
    event_action: 'trigger',
    dedup_key: signalId.slice(0, MAX_KEY),
    payload: {
      summary: headline(message, MAX_SUMMARY),
      source,
      severity: SEVERITIES[severity],
      timestamp: new Date(atMs).toISOString(),
      custom_details: {
        reason: reasonText(message),
        message: clipped(text, MAX_TEXT),
        ...Object.fromEntries(facts.map(({ name, value }) => [name, clipped(value, MAX_TEXT)])),
      },
    },
    client: 'Signalwright',
    ...(url !== undefined && { client_url: url, links: [{ href: url, text: 'Open the signal' }] }),
  };
}
