/** What an org acknowledged, and whether its database still says so. */

import { SIGNALS_MIGRATIONS } from '@signalwright/signals';
import { openDatabase, type Database } from '@signalwright/store';

export type Acknowledged =
  /** Events of one address that the rule makes a signal of, which is told to somebody. */
  | { readonly kind: 'events'; readonly ids: readonly string[]; readonly address: string }
  | { readonly kind: 'comment'; readonly id: string }
  | { readonly kind: 'state'; readonly signalId: string; readonly comment: string }
  | { readonly kind: 'block'; readonly address: string }
  | { readonly kind: 'suppression'; readonly id: string; readonly version: number }
  | { readonly kind: 'user'; readonly id: string };

/** @returns what was acknowledged and is not there */
export function findLost(path: string, ledger: readonly Acknowledged[]): readonly string[] {
  const db = openDatabase(path, { migrations: SIGNALS_MIGRATIONS, asItIs: true });
  try {
    return ledger.filter((entry) => !isThere(db, entry)).map((entry) => JSON.stringify(entry));
  } finally {
    db.close();
  }
}

function isThere(db: Database, entry: Acknowledged): boolean {
  const has = (sql: string, ...params: readonly (string | number)[]): boolean =>
    (db.get<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`, params)?.n ?? 0) > 0;
  switch (entry.kind) {
    case 'events':
      return (
        entry.ids.every((id) => has('events WHERE id = ?', id)) &&
        has(
          `signals JOIN outbox ON outbox.signal_id = signals.id WHERE instr(signals.body, ?) > 0`,
          `"${entry.address}"`,
        )
      );
    case 'comment':
      return has('comments WHERE id = ?', entry.id);
    case 'state':
      return has(
        `audit WHERE subject = ? AND action = 'signal.state' AND instr(after, ?) > 0`,
        `signal:${entry.signalId}`,
        entry.comment,
      );
    case 'block':
      return has('denylist WHERE value = ?', entry.address);
    case 'suppression':
      return has('content WHERE id = ? AND version >= ?', entry.id, entry.version);
    case 'user':
      return has('users WHERE uuid = ?', entry.id);
  }
}
