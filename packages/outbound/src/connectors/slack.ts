/**
 * A channel of Slack, by an incoming webhook. Everything is sent as plain text objects, in which Slack looks for neither
 * mentions nor links nor formatting; the fallback text, in which it does, holds nothing from outside.
 * Source: Slack "Sending messages using incoming webhooks", "Reference: blocks" (lengths).
 */

import { postJson, type DeliveryOutcome } from '../delivery.ts';
import type { EgressBroker } from '../egress.ts';
import type { Secret } from '../secret.ts';
import { clipped, headline, reasonText, type SignalMessage } from './message.ts';

const MAX_HEADER = 150;
const MAX_TEXT = 3_000;
const MAX_FIELD = 2_000;
const MAX_FIELDS = 10;

/** Who knows the URL may write to the channel. */
export interface SlackConnector {
  readonly kind: 'slack';
  readonly url: Secret;
}

export function tellSlack(
  { url }: SlackConnector,
  message: SignalMessage,
  broker: EgressBroker,
  nowMs: number,
): Promise<DeliveryOutcome> {
  return postJson(broker, url.reveal(), JSON.stringify(slackBody(message)), nowMs);
}

function slackBody(message: SignalMessage): unknown {
  const { text, facts, url, source } = message;
  return {
    text: reasonText(message),
    blocks: [
      { type: 'header', text: plain(headline(message, MAX_HEADER)) },
      ...(text === '' ? [] : [{ type: 'section', text: plain(clipped(text, MAX_TEXT)) }]),
      ...(facts.length === 0 ? [] : [{ type: 'section', fields: facts.slice(0, MAX_FIELDS).map(field) }]),
      ...(url === undefined
        ? []
        : [{ type: 'actions', elements: [{ type: 'button', text: plain('Open the signal'), url }] }]),
      { type: 'context', elements: [plain(`${reasonText(message)} ${source}`)] },
    ],
  };
}

function field({ name, value }: SignalMessage['facts'][number]): unknown {
  return plain(clipped(`${name}\n${value}`, MAX_FIELD));
}

function plain(text: string): unknown {
  return { type: 'plain_text', text, emoji: false };
}
