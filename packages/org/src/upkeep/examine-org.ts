/** Looks an org's folder through, also while the org runs, and changes nothing. */

import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { verifyAudit } from '@signalwright/signals';
import { compareSchema, openDatabase, StoreError, type Database } from '@signalwright/store';
import { RUN_MIGRATIONS } from '@signalwright/workflow';

import type { Finding } from './finding.ts';
import { examineRetention } from './examine-retention.ts';
import { ORG_DATABASE, ORG_DATABASES, RUN_DATABASE } from './org-files.ts';

/** Chosen: an org that writes needs its log, a copy for the backup, and room to grow. */
const MIN_FREE_BYTES = 256 * 1024 * 1024;
/** Chosen: retries of a notice end after hours, so that nothing waits for days. */
const STUCK_MS = 6 * 60 * 60_000;
/** Chosen: clocks of one machine and its people differ by less. */
const MAX_AHEAD_MS = 60_000;

export function examineOrg(dataDir: string, nowMs: number): readonly Finding[] {
  return [
    ...ORG_DATABASES.flatMap(({ name }) => examineDatabase(dataDir, name, nowMs)),
    examineSpace(dataDir),
    examinePermissions(dataDir),
  ];
}

function examineDatabase(dataDir: string, name: string, nowMs: number): readonly Finding[] {
  const path = join(dataDir, name);
  if (name !== ORG_DATABASE && !existsSync(path)) return [];
  const migrations = ORG_DATABASES.find((each) => each.name === name)?.migrations ?? [];
  let db: Database;
  try {
    db = openDatabase(path, { migrations, asItIs: true });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const check = error.kind === 'version' ? 'migrations' : 'database';
    return [{ check, verdict: 'failed', message: error.message }];
  }
  try {
    const whole: Finding = { check: 'database', verdict: 'ok', message: `${name} is whole.` };
    const applied = db.all('SELECT version FROM schema_migrations').length;
    if (applied < migrations.length) {
      const message = `${name} has version ${applied} of ${migrations.length}: the next start brings it up to date.`;
      return [whole, { check: 'migrations', verdict: 'warning', message }];
    }
    const foreign = compareSchema(db, migrations);
    if (foreign.length > 0) {
      const message = `${name} has ${foreign.length} tables or triggers that this program did not make so: somebody changed it.`;
      return [whole, { check: 'migrations', verdict: 'failed', message }];
    }
    const current: Finding = {
      check: 'migrations',
      verdict: 'ok',
      message: `${name} has version ${applied}.`,
    };
    const inside = name === ORG_DATABASE ? examineInside(db, dataDir, nowMs) : [];
    return [whole, current, ...inside];
  } finally {
    db.close();
  }
}

function examineInside(db: Database, dataDir: string, nowMs: number): readonly Finding[] {
  return [
    examineAudit(db),
    examineIdentity(db),
    examineOutbox(db, nowMs),
    ...examineKept(db, dataDir, nowMs),
    examineClock(db, nowMs),
  ];
}

function examineKept(db: Database, dataDir: string, nowMs: number): readonly Finding[] {
  let runs: Database | undefined;
  try {
    runs = openRuns(dataDir);
    return examineRetention(db, runs, nowMs);
  } finally {
    runs?.close();
  }
}

/** Undefined also when it cannot be used, which its own finding says. */
function openRuns(dataDir: string): Database | undefined {
  const path = join(dataDir, RUN_DATABASE);
  if (!existsSync(path)) return undefined;
  try {
    return openDatabase(path, { migrations: RUN_MIGRATIONS, asItIs: true });
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

function examineAudit(db: Database): Finding {
  const verdict = verifyAudit(db);
  return verdict.ok
    ? { check: 'audit', verdict: 'ok', message: `The audit trail holds: ${verdict.entries} entries.` }
    : {
        check: 'audit',
        verdict: 'failed',
        message: `The audit trail does not hold from entry ${verdict.firstBadSeq} on: somebody changed the database.`,
      };
}

/** Somebody must be able to let others in. */
function examineIdentity(db: Database): Finding {
  const managers =
    db.get<{ n: number }>(
      `SELECT count(DISTINCT users.uuid) AS n FROM users
       JOIN user_roles ON user_roles.user_uuid = users.uuid
       JOIN role_permissions ON role_permissions.role_id = user_roles.role_id
       WHERE users.is_disabled = 0 AND role_permissions.permission = 'user_access_manage'`,
    )?.n ?? 0;
  return managers > 0
    ? { check: 'identity', verdict: 'ok', message: `${managers} may manage users and keys.` }
    : { check: 'identity', verdict: 'failed', message: 'Nobody who is enabled may manage users and keys.' };
}

function examineOutbox(db: Database, nowMs: number): Finding {
  const stuck =
    db.get<{ n: number }>(`SELECT count(*) AS n FROM outbox WHERE status = 'pending' AND created_at_ms < ?`, [
      nowMs - STUCK_MS,
    ])?.n ?? 0;
  const failed = db.get<{ n: number }>(`SELECT count(*) AS n FROM outbox WHERE status = 'failed'`)?.n ?? 0;
  if (stuck > 0) {
    return { check: 'outbox', verdict: 'warning', message: `${stuck} notices wait for more than 6 hours.` };
  }
  return failed > 0
    ? {
        check: 'outbox',
        verdict: 'warning',
        message: `${failed} notices were given up; see the signals' notices.`,
      }
    : { check: 'outbox', verdict: 'ok', message: 'No notice is late, and none was given up.' };
}

/** What the org wrote last lies in the past, or one of the two clocks is wrong. */
function examineClock(db: Database, nowMs: number): Finding {
  const newestMs = db.get<{ at: number | null }>('SELECT max(at_ms) AS at FROM audit')?.at ?? 0;
  return newestMs - nowMs > MAX_AHEAD_MS
    ? {
        check: 'clock',
        verdict: 'failed',
        message: `The newest entry is of ${new Date(newestMs).toISOString()}, which is ahead of the clock.`,
      }
    : { check: 'clock', verdict: 'ok', message: 'The newest entry is not ahead of the clock.' };
}

function examineSpace(dataDir: string): Finding {
  try {
    const { bavail, bsize } = statfsSync(dataDir);
    const bytes = bavail * bsize;
    const database = statSync(join(dataDir, ORG_DATABASE), { throwIfNoEntry: false })?.size ?? 0;
    const needed = Math.max(MIN_FREE_BYTES, database * 2);
    const text = `${mebibytes(bytes)} MiB are free`;
    return bytes >= needed
      ? { check: 'space', verdict: 'ok', message: `${text}.` }
      : { check: 'space', verdict: 'warning', message: `${text}; the org wants ${mebibytes(needed)}.` };
  } catch (error) {
    return {
      check: 'space',
      verdict: 'failed',
      message: `${dataDir} cannot be looked at: ${codeOf(error)}.`,
    };
  }
}

/** Events and keys are for one user of the machine. */
function examinePermissions(dataDir: string): Finding {
  if (process.platform === 'win32') {
    return { check: 'permissions', verdict: 'ok', message: 'Not looked at on this system.' };
  }
  try {
    const isOpen = (path: string): boolean => (statSync(path).mode & 0o077) !== 0;
    const names = readdirSync(dataDir).filter((name) =>
      /\.db$|^credentials\.json$|^identity\.json/.test(name),
    );
    const open = [
      ...(isOpen(dataDir) ? ['the folder'] : []),
      ...names.filter((name) => isOpen(join(dataDir, name))),
    ];
    return open.length === 0
      ? { check: 'permissions', verdict: 'ok', message: 'Nobody else may read the folder.' }
      : {
          check: 'permissions',
          verdict: 'warning',
          message: `Others on this machine may reach ${open.join(', ')}: chmod go= removes that.`,
        };
  } catch (error) {
    return {
      check: 'permissions',
      verdict: 'failed',
      message: `The folder cannot be read: ${codeOf(error)}.`,
    };
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / (1024 * 1024));
}
