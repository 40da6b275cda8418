/** What people are told of a signal, before it takes the form that a receiver wants. Plain text only: no receiver of ours is to find markup in it. */

import type { Severity } from '@signalwright/model';

export interface SignalMessage {
  /** The same for each attempt at this notice. */
  readonly deliveryId: string;
  /** What later notices of the same signal have in common with this one. */
  readonly signalId: string;
  readonly reason: 'opened' | 'raised';
  readonly severity: Severity;
  /** One line. */
  readonly title: string;
  /** Several lines. */
  readonly text: string;
  /** Shown in this order. */
  readonly facts: readonly Fact[];
  /** Who tells: name of the org. */
  readonly source: string;
  /** Page of the signal, where there is one that people can open. */
  readonly url?: string;
  /** When the signal was last seen, Unix time in milliseconds. */
  readonly atMs: number;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Never cuts a character in half. */
export function clipped(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const cut = text.slice(0, maxCharacters - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** One line, such as subjects and summaries want. */
export function headline({ severity, title }: SignalMessage, maxCharacters: number): string {
  return clipped(`${severity.toUpperCase()}: ${title.replace(/\s+/g, ' ').trim()}`, maxCharacters);
}

export function reasonText({ reason, severity }: SignalMessage): string {
  return reason === 'opened'
    ? `A signal of severity ${severity} was opened.`
    : `A signal was raised to ${severity}.`;
}
