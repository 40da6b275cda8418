/**
 * The denylist as the WAF engine takes it: rule data of the Remote Configuration product ASM_DATA.
 * Source: dd-trace-js, `blocked_ips` and `blocked_users` of the built-in rules blk-001-001 and blk-001-002.
 */

import { isBlocking, type DenylistEntry } from '@signalwright/model';

export interface AsmData {
  readonly rules_data: readonly AsmRuleData[];
}

export interface AsmRuleData {
  readonly id: 'blocked_ips' | 'blocked_users';
  readonly type: 'ip_with_expiration' | 'data_with_expiration';
  /** `expiration` in epoch seconds; without it the value is blocked for ever. */
  readonly data: readonly { readonly value: string; readonly expiration?: number }[];
}

const LISTS = [
  { kind: 'ip', id: 'blocked_ips', type: 'ip_with_expiration' },
  { kind: 'user', id: 'blocked_users', type: 'data_with_expiration' },
] as const;

/** Entries that no longer block are left out; of several for one value the longest counts. */
export function encodeDenylist(entries: readonly DenylistEntry[], nowMs: number): AsmData {
  return {
    rules_data: LISTS.map(({ kind, id, type }) => {
      const expirations = new Map<string, number>();
      for (const entry of entries.filter((candidate) => candidate.kind === kind)) {
        if (!isBlocking(entry, nowMs)) continue;
        const untilMs = entry.expiresAtMs ?? Number.POSITIVE_INFINITY;
        expirations.set(entry.value, Math.max(expirations.get(entry.value) ?? 0, untilMs));
      }
      return {
        id,
        type,
        data: [...expirations].map(([value, untilMs]) => ({
          value,
          // Rounded up: a block may last a part of a second longer, never shorter.
          ...(Number.isFinite(untilMs) && { expiration: Math.ceil(untilMs / 1_000) }),
        })),
      };
    }),
  };
}
