/** Who changed an object, and when: versions of rules and suppressions, and the audit trail. Reads only. */

import type { Payload } from '@signalwright/model';
import { attributesOf, remoteIdOf, type RemoteKind } from './ownership.ts';
import { PATHS, pathOf } from './paths.ts';
import { isJsonObject } from './payload-reader.ts';
import { one } from './read-outcome.ts';
import type { ApiOutcome, Transport } from './transport.ts';

/** Kinds whose versions the API keeps. */
export type VersionedKind = Extract<RemoteKind, 'detection-rule' | 'suppression'>;

export interface ObjectVersion {
  readonly version: number;
  /** The object as it was, as an answer about it shows it. */
  readonly payload: Payload;
}

/** A change that the audit trail knows of. */
export interface AuditedChange {
  readonly atMs: number;
  /** Mail address, else name, else id of who did it. */
  readonly who: string;
  /** `update`, `delete`. */
  readonly action: string;
}

export interface HistoryApi {
  /** The newest versions first, at most MAX_VERSIONS. */
  versions(kind: VersionedKind, id: string): Promise<ApiOutcome<readonly ObjectVersion[]>>;
  /** What was done to an object in a span of time, the newest first, at most MAX_EVENTS. */
  changesOf(id: string, fromMs: number, toMs: number): Promise<ApiOutcome<readonly AuditedChange[]>>;
}

const MAX_VERSIONS = 100;
const MAX_EVENTS = 50;

export function historyApi(send: Transport): HistoryApi {
  return {
    versions: async (kind, id) => {
      const base = kind === 'suppression' ? PATHS.suppressions : PATHS.rules;
      const path = `${pathOf(base, id)}/version_history`;
      const query = { 'page[size]': String(MAX_VERSIONS), 'page[number]': '0' };
      return one(await send({ method: 'GET', path, query }), readVersions);
    },
    changesOf: async (id, fromMs, toMs) =>
      one(
        await send({
          method: 'POST',
          path: `${PATHS.auditEvents}/search`,
          readsOnly: true,
          body: {
            filter: {
              query: `@asset.id:${quoted(id)}`,
              from: new Date(fromMs).toISOString(),
              to: new Date(toMs).toISOString(),
            },
            sort: '-timestamp',
            page: { limit: MAX_EVENTS },
          },
        }),
        readChanges,
      ),
  };
}

/** Ids are the server's own words. */
function quoted(id: string): string {
  return `"${id.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** `{ data: { attributes: { data: { "3": { rule: …, changes: […] } } } } }`; of suppressions, `suppression`. */
function readVersions(answer: unknown): readonly ObjectVersion[] | undefined {
  const versions = attributesOf(answer)['data'];
  if (!isJsonObject(versions)) return undefined;
  const read = Object.entries(versions).flatMap(([key, value]): readonly ObjectVersion[] => {
    const payload = isJsonObject(value) ? (value['rule'] ?? value['suppression']) : undefined;
    return /^\d{1,9}$/.test(key) && isJsonObject(payload) ? [{ version: Number(key), payload }] : [];
  });
  return read.toSorted((a, b) => b.version - a.version).slice(0, MAX_VERSIONS);
}

function readChanges(answer: unknown): readonly AuditedChange[] | undefined {
  const rows = isJsonObject(answer) ? answer['data'] : undefined;
  if (!Array.isArray(rows)) return undefined;
  return (rows as readonly unknown[]).slice(0, MAX_EVENTS).flatMap((row) => readChange(row) ?? []);
}

function readChange(row: unknown): AuditedChange | undefined {
  if (remoteIdOf(row) === undefined) return undefined;
  const { attributes, timestamp } = attributesOf(row);
  const atMs = momentOf(timestamp);
  if (!isJsonObject(attributes) || atMs === undefined) return undefined;
  const { usr, action, http } = attributes;
  const who = isJsonObject(usr) ? [usr['email'], usr['name'], usr['id']].find(isWord) : undefined;
  if (who === undefined || (isJsonObject(http) && http['method'] === 'GET')) return undefined;
  return { atMs, who, action: isWord(action) ? action : 'change' };
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Who made the version of an object that an answer shows, and when, as far as the answer says it. */
export interface LastChange {
  readonly atMs?: number;
  readonly who?: string;
}

/** Each kind has names of its own for it. */
export function lastChangeOf(payload: Payload): LastChange {
  const fields = attributesOf(payload);
  const atMs = ['updatedAt', 'update_date', 'modified_at'].map((key) => momentOf(fields[key])).find(isGiven);
  const person = ['updater', 'modified_by'].map((key) => fields[key]).find(isJsonObject);
  const who = person === undefined ? undefined : [person['handle'], person['name']].find(isWord);
  return { ...(atMs !== undefined && { atMs }), ...(who !== undefined && { who }) };
}

function isGiven<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** Unix time in milliseconds, of that or of ISO 8601. */
function momentOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : value;
  return typeof ms === 'number' && Math.abs(ms) <= MAX_DATE_MS ? ms : undefined;
}

/** Beyond it a date cannot be printed. */
const MAX_DATE_MS = 8.64e15;
