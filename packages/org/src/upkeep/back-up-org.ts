/** Saves an org to one file and brings it back, both checked before anything is given a name or replaced. */

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { verifyAudit } from '@signalwright/signals';
import {
  acquireLock,
  compareSchema,
  fromSystemError,
  openDatabase,
  readBackup,
  StoreError,
  syncFolder,
  writeBackup,
  type BackedUpFile,
  type Backup,
  type BackupPart,
} from '@signalwright/store';

import { ORG_DATABASE, ORG_DATABASES, ORG_SETTINGS } from './org-files.ts';

/** What a backup holds, told from the copy and not from the org. */
export interface BackupSummary {
  readonly createdAtMs: number;
  readonly files: readonly BackedUpFile[];
  readonly counts: OrgCounts;
}

export interface OrgCounts {
  readonly signals: number;
  readonly content: number;
  readonly events: number;
  readonly auditEntries: number;
  /** Hash of the newest entry: what to write down elsewhere, to see a lost tail later. */
  readonly auditHead: string;
}

/**
 * While the org runs: each database is copied as it is at one moment, and both copies are read through.
 *
 * @param path of the new file; what stands there is replaced at the end, in one step
 * @throws StoreError when there is no org, or it or the machine cannot be used
 */
export function backUpOrg(dataDir: string, path: string, nowMs: number): BackupSummary {
  const folder = `${path}.${process.pid}.parts`;
  makeEmpty(folder);
  try {
    const parts = ORG_DATABASES.flatMap(({ name, migrations }): readonly BackupPart[] => {
      const source = join(dataDir, name);
      // An org without workflows has no database of runs.
      if (name !== ORG_DATABASE && !existsSync(source)) return [];
      const db = openDatabase(source, { migrations, asItIs: true });
      try {
        db.copyTo(join(folder, name));
      } finally {
        db.close();
      }
      return [{ name, path: join(folder, name) }];
    });
    const settings = ORG_SETTINGS.filter((name) => existsSync(join(dataDir, name)));
    const counts = checkCopies(folder);
    const all = [...parts, ...settings.map((name) => ({ name, path: join(dataDir, name) }))];
    return summaryOf(writeBackup(path, all, nowMs), counts);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export type RestoreResult =
  | {
      readonly ok: true;
      readonly summary: BackupSummary;
      /** Where what stood there before is kept; undefined when there was nothing. */
      readonly keptIn?: string;
    }
  /** An org has its data there already. */
  | { readonly ok: false; readonly present: readonly string[] };

/**
 * Everything is written out and checked beside the folder first. What is replaced is moved aside, never removed. A
 * crash while files are moved leaves an org that refuses to start until the restore is repeated.
 *
 * @param mayReplace an org that is there already
 * @throws StoreError `damaged` or `version` for a file that cannot be restored, `busy` while an org runs on the folder
 */
export function restoreOrg(
  path: string,
  dataDir: string,
  { mayReplace, nowMs }: { readonly mayReplace: boolean; readonly nowMs: number },
): RestoreResult {
  const present = [...ORG_DATABASES.map(({ name }) => name), 'identity.json'].filter((name) =>
    existsSync(join(dataDir, name)),
  );
  if (present.length > 0 && !mayReplace) return { ok: false, present };
  const folder = join(dirname(dataDir), `.${basename(dataDir)}.${process.pid}.restore`);
  makeEmpty(folder);
  try {
    const names = [...ORG_DATABASES.map(({ name }) => name), ...ORG_SETTINGS];
    const backup = readBackup(
      path,
      names.map((name) => ({ name, path: join(folder, name) })),
    );
    const summary = summaryOf(backup, checkCopies(folder));
    const keptIn = putInPlace(folder, dataDir, { names, nowMs });
    return { ok: true, summary, ...(keptIn !== undefined && { keptIn }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A name in a hostile file may be of any length, and talk to the terminal. */
const MAX_NAME_CHARACTERS = 100;

/** @throws StoreError `damaged` when a copy is not whole or not as made, or its audit trail does not hold */
function checkCopies(folder: string): OrgCounts {
  let counts: OrgCounts | undefined;
  for (const { name, migrations } of ORG_DATABASES) {
    const path = join(folder, name);
    if (name !== ORG_DATABASE && !existsSync(path)) continue;
    const db = openDatabase(path, { migrations, asItIs: true });
    try {
      const [foreign] = compareSchema(db, migrations);
      if (foreign !== undefined) {
        const named = foreign.slice(0, MAX_NAME_CHARACTERS).replaceAll(/[^\x20-\x7e]/g, '?');
        const message = `${name} holds what this program did not make: ${named}.`;
        throw new StoreError('damaged', 'store/database-damaged', path, message);
      }
      if (name !== ORG_DATABASE) continue;
      const verdict = verifyAudit(db);
      if (!verdict.ok) {
        const message = `The audit trail in ${name} does not hold from entry ${verdict.firstBadSeq} on.`;
        throw new StoreError('damaged', 'store/database-damaged', path, message);
      }
      const count = (table: 'signals' | 'content' | 'events'): number =>
        db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0;
      counts = {
        signals: count('signals'),
        content: count('content'),
        events: count('events'),
        auditEntries: verdict.entries,
        auditHead: verdict.head,
      };
    } finally {
      db.close();
    }
  }
  if (counts === undefined) throw new Error('A backup without the database of the org was checked.');
  return counts;
}

function putInPlace(
  folder: string,
  dataDir: string,
  { names, nowMs }: { readonly names: readonly string[]; readonly nowMs: number },
): string | undefined {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = acquireLock(join(dataDir, `${ORG_DATABASE}.lock`), nowMs);
  try {
    const replaced = [...names, 'identity.json']
      .flatMap((name) => [name, `${name}-wal`, `${name}-shm`])
      .filter((name) => existsSync(join(dataDir, name)));
    const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
    const keptIn = replaced.length === 0 ? undefined : join(dataDir, `before-restore-${stamp}`);
    if (keptIn !== undefined) {
      mkdirSync(keptIn, { mode: 0o700 });
      for (const name of replaced) renameSync(join(dataDir, name), join(keptIn, name));
    }
    for (const name of names) {
      if (existsSync(join(folder, name))) renameSync(join(folder, name), join(dataDir, name));
    }
    syncFolder(dataDir);
    return keptIn;
  } catch (error) {
    throw fromSystemError(error, 'write', dataDir);
  } finally {
    lock.release();
  }
}

function makeEmpty(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
    // Of nobody else: what another user put there meanwhile is refused.
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    throw fromSystemError(error, 'write', folder);
  }
}

function summaryOf({ createdAtMs, files }: Backup, counts: OrgCounts): BackupSummary {
  return { createdAtMs, files, counts };
}
