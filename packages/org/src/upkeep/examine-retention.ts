/** What is kept and until when, told from a database at rest or in use: one line for each thing that goes by its age. */

import { MAX_STORED_EVENTS, readRetention, type Kept } from '@signalwright/signals';
import type { Database } from '@signalwright/store';
import { formatDuration } from '@signalwright/model';

import type { Finding } from './finding.ts';

/** Chosen: what is due goes within minutes while the org runs; a day later somebody should look. */
const OVERDUE_MS = 24 * 60 * 60_000;

/** What of it goes next is the oldest; `sql` finds its time and how many there are. */
interface Examined {
  readonly what: Kept;
  readonly name: string;
  readonly sql: string;
}

const IN_ORG: readonly Examined[] = [
  {
    what: 'events',
    name: `Events (the newest ${MAX_STORED_EVENTS} at most)`,
    sql: 'SELECT count(*) AS n, min(received_at_ms) AS at FROM events',
  },
  {
    what: 'signals',
    name: 'Archived signals',
    sql: `SELECT count(*) AS n,
            min(max(json_extract(body, '$.lastSeenMs'), json_extract(body, '$.triage.stateUpdatedAtMs'))) AS at
          FROM signals WHERE json_extract(body, '$.triage.state') = 'archived'`,
  },
  {
    what: 'jobs',
    name: 'Historical jobs that ended',
    sql: `SELECT count(*) AS n, min(modified_at_ms) AS at FROM jobs WHERE status NOT IN ('pending', 'running')`,
  },
  {
    what: 'notices',
    name: 'Notices that were sent or given up',
    sql: 'SELECT count(*) AS n, min(settled_at_ms) AS at FROM outbox WHERE settled_at_ms IS NOT NULL',
  },
  {
    what: 'audit',
    name: 'Entries of the audit trail',
    sql: 'SELECT count(*) AS n, min(at_ms) AS at FROM audit',
  },
];

const RUNS: Examined = {
  what: 'runs',
  name: 'Runs that ended',
  sql: 'SELECT count(*) AS n, min(ended_at_ms) AS at FROM run WHERE ended_at_ms IS NOT NULL',
};

/** @param runs undefined when this org ran no workflows yet */
export function examineRetention(
  db: Database,
  runs: Database | undefined,
  nowMs: number,
): readonly Finding[] {
  const kept = readRetention(db);
  const examined = [
    ...IN_ORG.map((each) => ({ db, ...each })),
    ...(runs === undefined ? [] : [{ db: runs, ...RUNS }]),
  ];
  return examined
    .filter(({ what }) => kept.has(what))
    .map(({ db: source, what, name, sql }) => {
      const found = source.get<{ n: number; at: number | null }>(sql);
      return findingOf(
        name,
        kept.get(what),
        { count: found?.n ?? 0, oldestMs: found?.at ?? undefined },
        nowMs,
      );
    });
}

function findingOf(
  name: string,
  keptMs: number | undefined,
  { count, oldestMs }: { readonly count: number; readonly oldestMs: number | undefined },
  nowMs: number,
): Finding {
  const counted = `${name}: ${count}`;
  if (keptMs === undefined) return finding('ok', `${counted}, kept for good.`);
  const kept = `${counted}, kept for ${formatDuration(keptMs)}`;
  if (oldestMs === undefined) return finding('ok', `${kept}.`);
  const untilMs = oldestMs + keptMs;
  return untilMs + OVERDUE_MS < nowMs
    ? finding('warning', `${kept}, the oldest should be gone since ${moment(untilMs)}. Is the org up?`)
    : finding('ok', `${kept}, the oldest until ${moment(untilMs)}.`);
}

function finding(verdict: Finding['verdict'], message: string): Finding {
  return { check: 'retention', verdict, message };
}

function moment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}
