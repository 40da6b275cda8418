/**
 * How long what is kept, as the org was started with it, and how much has been removed since the audit trail said so
 * last. It stands in the database, so that `org doctor` tells it also while the org is stopped.
 */

import type { Retention } from '@signalwright/model';
import type { Database } from '@signalwright/store';

import { appendAudit } from './audit.ts';

/** Chosen: settled notices are kept this long for people who ask. */
const NOTICE_RETENTION_MS = 30 * 24 * 60 * 60_000;

/** What is removed by its age. Historical jobs that ended go like signals, with their results. */
export const KEPT = ['events', 'notices', 'signals', 'suppressed', 'jobs', 'runs', 'audit'] as const;

export type Kept = (typeof KEPT)[number];

/** How long each is kept. */
export function keptMs(retention: Retention, what: Kept): number | undefined {
  switch (what) {
    case 'events':
      return retention.eventsMs;
    case 'notices':
      return NOTICE_RETENTION_MS;
    case 'signals':
    case 'suppressed':
    case 'jobs':
      return retention.signalsMs;
    case 'runs':
      return retention.runsMs;
    case 'audit':
      return retention.auditMs;
  }
}

/** Inside the caller's transaction. A change of what the org was started with before is audited. */
export function declareRetention(db: Database, retention: Retention, atMs: number): void {
  const before = Object.fromEntries(readRetention(db));
  const after = Object.fromEntries(KEPT.map((what) => [what, keptMs(retention, what)]));
  if (Object.keys(before).length > 0 && KEPT.some((what) => before[what] !== after[what])) {
    const actor = { id: 'system', name: 'Signalwright', cause: [] };
    appendAudit(db, { actor, atMs, action: 'retention.change', subject: 'org', before, after });
  }
  for (const what of KEPT) {
    db.run(
      `INSERT INTO retention (what, kept_ms) VALUES (?, ?)
       ON CONFLICT (what) DO UPDATE SET kept_ms = excluded.kept_ms`,
      [what, keptMs(retention, what) ?? null],
    );
  }
}

/** Undefined values are kept for good; empty when no org of this version has been here. */
export function readRetention(db: Database): ReadonlyMap<Kept, number | undefined> {
  const rows = db.all<{ what: Kept; kept_ms: number | null }>('SELECT what, kept_ms FROM retention');
  return new Map(rows.map(({ what, kept_ms: ms }) => [what, ms ?? undefined]));
}

/** Inside the transaction that removes them. */
export function countRemoved(db: Database, what: Kept, count: number): void {
  if (count > 0) db.run('UPDATE retention SET removed = removed + ? WHERE what = ?', [count, what]);
}

/** What was removed since this was asked last. Inside the caller's transaction. */
export function takeRemoved(db: Database): Readonly<Partial<Record<Kept, number>>> {
  const rows = db.all<{ what: Kept; removed: number }>(
    'SELECT what, removed FROM retention WHERE removed > 0 ORDER BY what',
  );
  if (rows.length > 0) db.run('UPDATE retention SET removed = 0 WHERE removed > 0');
  return Object.fromEntries(rows.map(({ what, removed }) => [what, removed]));
}
