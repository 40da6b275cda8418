/**
 * A channel of Microsoft Teams, by a webhook of its Workflows. An adaptive card whose texts are runs of a rich text
 * block: in these, unlike in text blocks and fact sets, Teams reads no Markdown.
 * Source: Microsoft "Create incoming webhooks with Workflows", "Adaptive Cards: RichTextBlock"; messages of more than
 * 28 KB are refused.
 */

import { postJson, type DeliveryOutcome } from '../delivery.ts';
import type { EgressBroker } from '../egress.ts';
import type { Secret } from '../secret.ts';
import { clipped, headline, reasonText, type SignalMessage } from './message.ts';

const MAX_BYTES = 28 * 1024;
const MAX_TITLE = 300;
const MAX_FACT = 500;
/** Halved until the whole message fits. */
const MAX_TEXT = 16_000;

/** Who knows the URL may write to the channel. */
export interface TeamsConnector {
  readonly kind: 'teams';
  readonly url: Secret;
}

export function tellTeams(
  { url }: TeamsConnector,
  message: SignalMessage,
  broker: EgressBroker,
  nowMs: number,
): Promise<DeliveryOutcome> {
  return postJson(broker, url.reveal(), teamsBody(message), nowMs);
}

/** JSON that Teams takes, whatever the signal holds. */
function teamsBody(message: SignalMessage): string {
  for (let maxText = MAX_TEXT; ; maxText = Math.floor(maxText / 2)) {
    const facts = message.facts.slice(0, maxText === 0 ? 0 : undefined);
    const body = JSON.stringify(card({ ...message, facts }, maxText));
    if (maxText === 0 || Buffer.byteLength(body) <= MAX_BYTES) return body;
  }
}

function card(message: SignalMessage, maxText: number): unknown {
  const { text, facts, url, source } = message;
  const content = {
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      paragraph([{ text: headline(message, MAX_TITLE), size: 'large', weight: 'bolder' }]),
      ...(text === '' || maxText === 0
        ? []
        : clipped(text, maxText)
            .split('\n')
            .map((line) => paragraph([{ text: line }]))),
      ...facts.map(({ name, value }) =>
        paragraph([{ text: `${name}: `, weight: 'bolder' }, { text: clipped(value, MAX_FACT) }]),
      ),
      paragraph([{ text: `${reasonText(message)} ${source}`, isSubtle: true, size: 'small' }]),
    ],
    ...(url !== undefined && { actions: [{ type: 'Action.OpenUrl', title: 'Open the signal', url }] }),
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

interface Run {
  readonly text: string;
  readonly size?: 'large' | 'small';
  readonly weight?: 'bolder';
  readonly isSubtle?: true;
}

function paragraph(runs: readonly Run[]): unknown {
  return { type: 'RichTextBlock', inlines: runs.map((run) => ({ type: 'TextRun', ...run })) };
}
