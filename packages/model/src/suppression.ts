/**
 * Suppression, normal form. Source: Datadog "Suppressions" and the suppressions API.
 */

import type { UnknownFields } from './unknown-fields.ts';

export interface Suppression {
  readonly kind: 'suppression';
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  /** Why it exists; compiled to `description`. */
  readonly reason: string;
  readonly tags: readonly string[];
  readonly rules: RuleSelection;
  /** Unix time in milliseconds. */
  readonly startsAtMs?: number;
  /** Unix time in milliseconds; undefined means `expires: never`. */
  readonly expiresAtMs?: number;
  /** Over signals, after evaluation: what matches is not created. Empty when only events are excluded. */
  readonly suppressSignals: string;
  /** Over events, before evaluation: what matches does not count. Empty when only signals are suppressed. */
  readonly excludeEvents: string;
  /**
   * The remote object that it was imported from, while that carries no mark of ours. Undefined for what was never
   * imported.
   */
  readonly remoteId?: string;
  /** See `UnknownFields`; left out when there are none. */
  readonly unknownFields?: UnknownFields;
}

/** Which rules it applies to: ids of this workspace, or a query over the list of detection rules. */
export type RuleSelection =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'query'; readonly query: string };

/** Chosen: the start belongs to the time in force, the end does not. */
export function isInForce(suppression: Suppression, nowMs: number): boolean {
  if (!suppression.enabled) return false;
  if (suppression.startsAtMs !== undefined && nowMs < suppression.startsAtMs) return false;
  return suppression.expiresAtMs === undefined || nowMs < suppression.expiresAtMs;
}
