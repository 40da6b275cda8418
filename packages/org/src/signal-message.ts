/** What people are told of a signal, whichever way it reaches them. Plain text; what nobody sees is spelled out. */

import type { Signal } from '@signalwright/model';
import type { Fact, SignalMessage } from '@signalwright/outbound';
import type { Notice } from '@signalwright/signals';
import { spellOut } from '@signalwright/template';

import { markdownText } from './markdown/markdown-text.ts';

/** Who tells, and where people can look closer. */
export interface Teller {
  /** Shown to receivers. */
  readonly name: string;
  /** Where people open the pages of this org; without it messages have no link. */
  readonly publicUrl?: string;
}

/** More values than this help nobody in a chat. Chosen. */
const MAX_VALUES = 5;

export function messageOf(signal: Signal, notice: Notice, deliveryId: string, teller: Teller): SignalMessage {
  const { name, publicUrl } = teller;
  return {
    deliveryId,
    signalId: signal.id,
    reason: notice.reason,
    severity: notice.severity,
    title: spellOut(signal.title),
    text: markdownText(signal.message).split('\n').map(spellOut).join('\n'),
    facts: factsOf(signal, notice),
    source: name,
    ...(publicUrl !== undefined && {
      url: new URL(`signals/${encodeURIComponent(signal.id)}`, withSlash(publicUrl)).href,
    }),
    atMs: signal.lastSeenMs,
  };
}

function factsOf(signal: Signal, notice: Notice): readonly Fact[] {
  const of = (role: 'attacker' | 'victim'): readonly string[] =>
    signal.entities.filter((entity) => entity.role === role).map(({ value }) => value);
  const facts: readonly (readonly [name: string, values: readonly string[]])[] = [
    ['Rule', [signal.rule.name]],
    ['Service', signal.services],
    ['Environment', signal.env === undefined ? [] : [signal.env]],
    ['Attackers', of('attacker')],
    ['Victims', of('victim')],
    ['Events', [String(signal.eventsMatched)]],
    ['Told by', [notice.source]],
  ];
  return facts.flatMap(([name, values]) => (values.length === 0 ? [] : { name, value: listed(values) }));
}

function listed(values: readonly string[]): string {
  const rest = values.length - MAX_VALUES;
  return values.slice(0, MAX_VALUES).map(spellOut).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
