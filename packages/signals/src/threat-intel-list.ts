/**
 * Lists of known addresses that people put in while the org runs. A list is kept as it was sent, a CSV text, and is
 * replaced as a whole; the audit trail has its digest, since a text of a megabyte is no entry.
 */

import { createHash } from 'node:crypto';

import type { Actor } from '@signalwright/model';
import type { Database } from '@signalwright/store';

import { audit, invalid, requirePermission, type CommandContext, type CommandResult } from './command.ts';

/** Chosen: with what one request may hold, 50 MB in all. */
const MAX_THREAT_INTEL_LISTS = 50;
const NAME = /^[a-z][a-z0-9_-]{0,63}$/;
const MAX_DESCRIPTION_CHARACTERS = 1_000;

export interface ThreatIntelList {
  readonly name: string;
  readonly description: string;
  /** How many addresses and blocks it has. */
  readonly rows: number;
  /** 1, and one more with each change. */
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Stable id of the actor. */
  readonly createdBy: string;
  readonly updatedBy: string;
  readonly csv: string;
}

export interface ThreatIntelChange {
  readonly name: string;
  readonly description: string;
  /** Read by the caller, who says how many rows it has. */
  readonly csv: string;
  readonly rows: number;
  /** That the caller has seen; left out, the last write counts. */
  readonly version?: number;
}

interface ListRow {
  readonly name: string;
  readonly description: string;
  readonly csv: string;
  readonly entries: number;
  readonly version: number;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
  readonly created_by: string;
  readonly updated_by: string;
}

/** In the order of the alphabet. */
export function readThreatIntelLists(db: Database): readonly ThreatIntelList[] {
  return db
    .all<ListRow>('SELECT * FROM threat_intel_lists ORDER BY name LIMIT ?', [MAX_THREAT_INTEL_LISTS])
    .map(toList);
}

export function readThreatIntelList(db: Database, name: string): ThreatIntelList | undefined {
  const row = db.get<ListRow>('SELECT * FROM threat_intel_lists WHERE name = ?', [name]);
  return row && toList(row);
}

/** Makes or replaces a list. One that would change nothing is answered, not written. */
export function putThreatIntelList(
  context: CommandContext,
  actor: Actor,
  change: ThreatIntelChange,
): CommandResult<ThreatIntelList> {
  const refusal = requirePermission(actor, 'reference_tables_write') ?? checkChange(change);
  if (refusal !== undefined) return refusal;
  const { db } = context;
  const { name, description, csv, rows, version } = change;
  const before = readThreatIntelList(db, name);
  if (version !== undefined && version !== (before?.version ?? 0)) {
    const current = before?.version ?? 0;
    return { ok: false, refusal: { reason: 'list_conflict', given: version, current } };
  }
  if (before?.csv === csv && before.description === description) return { ok: true, value: before };
  const count = db.get<{ n: number }>('SELECT count(*) AS n FROM threat_intel_lists')?.n ?? 0;
  if (before === undefined && count >= MAX_THREAT_INTEL_LISTS) {
    return { ok: false, refusal: { reason: 'lists_full', limit: MAX_THREAT_INTEL_LISTS } };
  }
  const after = changed(before, { name, description, csv, rows }, { id: actor.id, atMs: context.nowMs() });
  db.run(
    `INSERT OR REPLACE INTO threat_intel_lists
       (name, description, csv, entries, version, created_at_ms, updated_at_ms, created_by, updated_by)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      name,
      description,
      csv,
      rows,
      after.version,
      after.createdAtMs,
      after.updatedAtMs,
      after.createdBy,
      after.updatedBy,
    ],
  );
  audit(context, actor, 'threat_intel_list.put', `threat-intel-list:${name}`, told(before), told(after));
  return { ok: true, value: after };
}

export function deleteThreatIntelList(
  context: CommandContext,
  actor: Actor,
  name: string,
): CommandResult<ThreatIntelList> {
  const refusal = requirePermission(actor, 'reference_tables_write');
  if (refusal !== undefined) return refusal;
  const before = readThreatIntelList(context.db, name);
  if (before === undefined) return { ok: false, refusal: { reason: 'list_not_found', name } };
  context.db.run('DELETE FROM threat_intel_lists WHERE name = ?', [name]);
  audit(context, actor, 'threat_intel_list.delete', `threat-intel-list:${name}`, told(before), undefined);
  return { ok: true, value: before };
}

function checkChange({ name, description }: ThreatIntelChange): CommandResult<never> | undefined {
  if (!NAME.test(name))
    return invalid(
      'name',
      'A name has at most 64 small letters, digits, "-" and "_", and begins with a letter.',
    );
  if (description.length > MAX_DESCRIPTION_CHARACTERS)
    return invalid('description', `A description has at most ${MAX_DESCRIPTION_CHARACTERS} characters.`);
  return undefined;
}

function changed(
  before: ThreatIntelList | undefined,
  list: Pick<ThreatIntelList, 'name' | 'description' | 'csv' | 'rows'>,
  by: { readonly id: string; readonly atMs: number },
): ThreatIntelList {
  return {
    ...list,
    version: (before?.version ?? 0) + 1,
    createdAtMs: before?.createdAtMs ?? by.atMs,
    createdBy: before?.createdBy ?? by.id,
    updatedAtMs: by.atMs,
    updatedBy: by.id,
  };
}

/** What the audit trail has of a list. */
function told(list: ThreatIntelList | undefined): object | undefined {
  if (list === undefined) return undefined;
  const { description, rows, version, csv } = list;
  return { description, rows, version, sha256: createHash('sha256').update(csv).digest('hex') };
}

function toList(row: ListRow): ThreatIntelList {
  return {
    name: row.name,
    description: row.description,
    csv: row.csv,
    rows: row.entries,
    version: row.version,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
  };
}
