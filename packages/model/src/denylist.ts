/** Addresses and users whose requests are refused. The org owns this object: Datadog has no public API for it. */

export interface DenylistEntry {
  /** `ip` holds an address or CIDR block, `user` an authenticated user's id. */
  readonly kind: 'ip' | 'user';
  readonly value: string;
  /** Unix time in milliseconds from which it no longer blocks; undefined blocks for ever. */
  readonly expiresAtMs?: number;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly reason: string;
}

/**
 * Entries that a denylist holds and the WAF engine enforces: one number, so that nothing is listed and not enforced.
 * Chosen: the engine is handed the whole list at each change.
 */
export const MAX_DENYLIST_ENTRIES = 20_000;

export function isBlocking(entry: DenylistEntry, nowMs: number): boolean {
  return entry.expiresAtMs === undefined || nowMs < entry.expiresAtMs;
}
