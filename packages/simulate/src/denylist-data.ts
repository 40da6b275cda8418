/**
 * Compiles a denylist into the data of the engine's two blocking rules.
 * Source: public enforcement shape `ASM_DATA` of Datadog's Remote Configuration; `expiration` counts seconds since
 * the epoch and is left out for a permanent entry.
 */

import { isIP } from 'node:net';
import { isBlocking, type DenylistEntry } from '@signalwright/model';

/** The engine holds the list in memory and is handed the whole of it at each change. Chosen. */
export const MAX_DENYLIST_ENTRIES = 10_000;

export interface BlockedValue {
  readonly value: string;
  readonly expiration?: number;
}

export type DenylistData =
  | {
      readonly id: 'blocked_ips';
      readonly type: 'ip_with_expiration';
      readonly data: readonly BlockedValue[];
    }
  | {
      readonly id: 'blocked_users';
      readonly type: 'data_with_expiration';
      readonly data: readonly BlockedValue[];
    };

export interface RefusedEntry {
  readonly entry: DenylistEntry;
  readonly reason: 'not_an_address' | 'empty_user' | 'list_is_full';
}

export interface CompiledDenylist {
  /** Never holds a data set without data: version 1.30.1 of the engine ends the process on one. */
  readonly rulesData: readonly DenylistData[];
  readonly refused: readonly RefusedEntry[];
  /** When the first of the compiled entries stops blocking, on the caller's clock; undefined if none will. */
  readonly nextExpiryMs: number | undefined;
}

/**
 * @param nowMs the clock that the entries' expiry is written in
 * @param engineNowMs the system clock, which the engine compares expiry with; a story may be told in another time,
 *   so what remains of an entry is counted from here
 */
export function compileDenylist(
  entries: readonly DenylistEntry[],
  nowMs: number,
  engineNowMs: number,
): CompiledDenylist {
  const expiryByValue = { ip: new Map<string, number>(), user: new Map<string, number>() };
  const refused: RefusedEntry[] = [];
  for (const entry of entries) {
    if (!isBlocking(entry, nowMs)) continue;
    const expiries = expiryByValue[entry.kind];
    const known = expiries.get(entry.value);
    const reason = whyRefused(
      entry,
      known === undefined ? expiryByValue.ip.size + expiryByValue.user.size : 0,
    );
    if (reason !== undefined) refused.push({ entry, reason });
    // Of two entries for one value the longer counts.
    else expiries.set(entry.value, Math.max(known ?? 0, entry.expiresAtMs ?? Number.POSITIVE_INFINITY));
  }
  const toEngine = (expiries: ReadonlyMap<string, number>): BlockedValue[] =>
    [...expiries].map(([value, expiresAtMs]) => ({
      value,
      ...(Number.isFinite(expiresAtMs) && {
        expiration: Math.ceil((engineNowMs + expiresAtMs - nowMs) / 1000),
      }),
    }));
  const sets: DenylistData[] = [
    { id: 'blocked_ips', type: 'ip_with_expiration', data: toEngine(expiryByValue.ip) },
    { id: 'blocked_users', type: 'data_with_expiration', data: toEngine(expiryByValue.user) },
  ];
  let firstExpiryMs = Number.POSITIVE_INFINITY;
  for (const expiries of [expiryByValue.ip, expiryByValue.user]) {
    for (const expiresAtMs of expiries.values()) firstExpiryMs = Math.min(firstExpiryMs, expiresAtMs);
  }
  return {
    rulesData: sets.filter((set) => set.data.length > 0),
    refused,
    nextExpiryMs: Number.isFinite(firstExpiryMs) ? firstExpiryMs : undefined,
  };
}

/** @param size how many values stand before this one, 0 when it adds none */
function whyRefused(entry: DenylistEntry, size: number): RefusedEntry['reason'] | undefined {
  // The engine passes over what it cannot read without a word, and the attacker walks in.
  if (entry.kind === 'ip' && !isAddressOrBlock(entry.value)) return 'not_an_address';
  if (entry.kind === 'user' && entry.value === '') return 'empty_user';
  return size >= MAX_DENYLIST_ENTRIES ? 'list_is_full' : undefined;
}

/** An IPv4 or IPv6 address, or a CIDR block of one. */
function isAddressOrBlock(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^(?:0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}
