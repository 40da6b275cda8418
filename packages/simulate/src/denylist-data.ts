/** Decides what of a denylist the WAF engine can enforce, and compiles it into data that the engine survives. */

import { isIP } from 'node:net';
import { MAX_DENYLIST_ENTRIES, isBlocking, unreachable, type DenylistEntry } from '@signalwright/model';
import { encodeDenylist, type AsmRuleData } from '@signalwright/wire';

export interface RefusedEntry {
  readonly entry: DenylistEntry;
  readonly reason: 'not_an_address' | 'empty_user' | 'list_is_full';
}

export interface CompiledDenylist {
  /** Never holds a list without data: version 1.30.1 of the engine ends the process on one (decision 0131). */
  readonly rulesData: readonly AsmRuleData[];
  readonly refused: readonly RefusedEntry[];
  /** When the list has to be compiled again, on the caller's clock; undefined if nothing in it expires. */
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
  const refused: RefusedEntry[] = [];
  const enforced: DenylistEntry[] = [];
  const values = new Set<string>();
  let nextExpiryMs: number | undefined;
  for (const entry of entries) {
    if (!isBlocking(entry, nowMs)) continue;
    const value = `${entry.kind}:${entry.value}`;
    const isFull = values.size >= MAX_DENYLIST_ENTRIES && !values.has(value);
    const reason = isFull ? 'list_is_full' : whyRefused(entry);
    if (reason !== undefined) {
      refused.push({ entry, reason });
      continue;
    }
    values.add(value);
    if (entry.expiresAtMs === undefined) {
      enforced.push(entry);
    } else {
      enforced.push({ ...entry, expiresAtMs: engineNowMs + entry.expiresAtMs - nowMs });
      nextExpiryMs = Math.min(nextExpiryMs ?? Number.POSITIVE_INFINITY, entry.expiresAtMs);
    }
  }
  const { rules_data: lists } = encodeDenylist(enforced, engineNowMs);
  return { rulesData: lists.filter((list) => list.data.length > 0), refused, nextExpiryMs };
}

/** The engine passes over what it cannot read without a word, and the attacker walks in. */
function whyRefused(entry: DenylistEntry): RefusedEntry['reason'] | undefined {
  switch (entry.kind) {
    case 'ip':
      return isAddressOrBlock(entry.value) ? undefined : 'not_an_address';
    case 'user':
      return entry.value === '' ? 'empty_user' : undefined;
    default:
      return unreachable(entry.kind);
  }
}

/** An IPv4 or IPv6 address, or a CIDR block of one. */
function isAddressOrBlock(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^(?:0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}
