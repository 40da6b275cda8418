/** Bodies that the org takes and the client sends: triage, runs of workflows, and our own endpoints. */

import {
  ARCHIVE_REASONS,
  TRIAGE_STATES,
  type ArchiveReason,
  type DenylistEntry,
  type Payload,
  type TriageState,
} from '@signalwright/model';
import { attributesOf, remoteIdOf } from './ownership.ts';
import { PayloadReader, decoded, isJsonObject, type Decoded, type Problem } from './payload-reader.ts';

/** `PATCH …/signals/{id}/state`. A reason or comment that is not given stays as it is. */
export interface StateChange {
  readonly state: TriageState;
  readonly archiveReason?: ArchiveReason;
  readonly archiveComment?: string;
  /** The version that the caller saw; refused when the signal's is higher. */
  readonly version?: number;
}

export function encodeStateChange(change: StateChange): Payload {
  return {
    data: {
      attributes: {
        state: change.state,
        ...(change.archiveReason !== undefined && { archive_reason: change.archiveReason }),
        ...(change.archiveComment !== undefined && { archive_comment: change.archiveComment }),
        ...(change.version !== undefined && { version: change.version }),
      },
    },
  };
}

export function decodeStateChange(body: unknown): Decoded<StateChange> {
  return decodeAttributes(body, (reader) => {
    const version = reader.optionalCount('version');
    return {
      state: reader.oneOf('state', TRIAGE_STATES),
      ...(reader.has('archive_reason') && { archiveReason: reader.oneOf('archive_reason', ARCHIVE_REASONS) }),
      ...(reader.has('archive_comment') && { archiveComment: reader.text('archive_comment') }),
      ...(version !== undefined && { version }),
    };
  });
}

/** `PATCH …/signals/{id}/assignee`; an empty uuid assigns nobody. */
export interface AssigneeChange {
  readonly uuid: string;
  readonly version?: number;
}

export function encodeAssigneeChange(change: AssigneeChange): Payload {
  return {
    data: {
      attributes: {
        assignee: { uuid: change.uuid },
        ...(change.version !== undefined && { version: change.version }),
      },
    },
  };
}

export function decodeAssigneeChange(body: unknown): Decoded<AssigneeChange> {
  return decodeAttributes(body, (reader) => {
    const version = reader.optionalCount('version');
    // Clients send the whole user that an earlier answer gave them; only the uuid counts.
    const assignee = reader.child('assignee').ignore(['id', 'name', 'handle', 'icon']);
    const change = { uuid: assignee.text('uuid'), ...(version !== undefined && { version }) };
    assignee.close();
    return change;
  });
}

/** `PATCH …/signals/{id}/incidents`: public ids, all of them. */
export interface IncidentsChange {
  readonly incidentIds: readonly number[];
  readonly version?: number;
}

export function decodeIncidentsChange(body: unknown): Decoded<IncidentsChange> {
  return decodeAttributes(body, (reader) => {
    const version = reader.optionalCount('version');
    if (!reader.has('incident_ids')) reader.refuse('incident_ids', 'It is required.');
    const incidentIds = reader.list('incident_ids', (value) => {
      if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
      reader.refuse('incident_ids', 'Expected public ids of incidents.');
      return 0;
    });
    return { incidentIds, ...(version !== undefined && { version }) };
  });
}

/** `POST /api/v2/workflows/{id}/instances`: the trigger's parameters. */
export function encodeRunRequest(payload: Payload): Payload {
  return { meta: { payload } };
}

export function decodeRunRequest(body: unknown): Decoded<Payload> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(body ?? {}, '', problems);
  const meta = reader.child('meta');
  const payload = meta.raw('payload') ?? {};
  if (!isJsonObject(payload)) meta.refuse('payload', 'Expected an object.');
  meta.close();
  reader.close();
  return decoded(problems, isJsonObject(payload) ? payload : {});
}

/** `POST /api/signalwright/denylist`: blocks, or replaces the end of a block. Repeating it changes nothing. */
export interface BlockRequest {
  readonly kind: DenylistEntry['kind'];
  readonly value: string;
  /** Unix time in milliseconds; undefined blocks for ever. */
  readonly expiresAtMs?: number;
  readonly reason: string;
}

export function encodeBlockRequest(block: BlockRequest): Payload {
  return { data: { type: 'denylist_entries', attributes: blockAttributes(block) } };
}

export function decodeBlockRequest(body: unknown): Decoded<BlockRequest> {
  return decodeAttributes(body, readBlock);
}

function blockAttributes(block: BlockRequest): Payload {
  return {
    kind: block.kind,
    value: block.value,
    reason: block.reason,
    ...(block.expiresAtMs !== undefined && { expires_at: block.expiresAtMs }),
  };
}

function readBlock(reader: PayloadReader): BlockRequest {
  const expiresAtMs = reader.optionalCount('expires_at');
  return {
    kind: reader.oneOf('kind', ['ip', 'user']),
    value: reader.text('value'),
    reason: reader.text('reason', ''),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  };
}

/** One element of `data` of `GET /api/signalwright/denylist`. */
export function encodeDenylistEntry(entry: DenylistEntry): Payload {
  return {
    id: `${entry.kind}:${entry.value}`,
    type: 'denylist_entries',
    attributes: { ...blockAttributes(entry), created_at: entry.createdAtMs, created_by: entry.createdBy },
  };
}

export function decodeDenylistEntry(payload: unknown): Decoded<DenylistEntry> {
  return decodeAttributes(payload, (reader) => ({
    ...readBlock(reader),
    createdAtMs: reader.count('created_at'),
    createdBy: reader.text('created_by'),
  }));
}

/** `POST /api/signalwright/signals/{id}/comments`; the same key writes no second comment. */
export interface CommentRequest {
  readonly text: string;
  readonly key?: string;
}

export function encodeCommentRequest(comment: CommentRequest): Payload {
  return { data: { type: 'comments', attributes: { ...comment } } };
}

export function decodeCommentRequest(body: unknown): Decoded<CommentRequest> {
  return decodeAttributes(body, (reader) => ({
    text: reader.text('text'),
    ...(reader.has('key') && { key: reader.text('key') }),
  }));
}

/** `GET /api/signalwright/threat_intel?ip=…` */
export interface ThreatIntelAnswer {
  readonly verdict: 'malicious' | 'suspicious' | 'benign' | 'unknown';
  /** The list that says so; empty when unknown. */
  readonly source: string;
  readonly category: string;
}

export function encodeThreatIntel(ip: string, answer: ThreatIntelAnswer): Payload {
  return { data: { id: ip, type: 'threat_intel', attributes: { ...answer } } };
}

export function decodeThreatIntel(body: unknown): Decoded<ThreatIntelAnswer> {
  return decodeAttributes(body, (reader) => ({
    verdict: reader.oneOf('verdict', ['malicious', 'suspicious', 'benign', 'unknown']),
    source: reader.text('source', ''),
    category: reader.text('category', ''),
  }));
}

/** One element of `data` of `GET /api/signalwright/users`. */
export interface UserAnswer {
  readonly uuid: string;
  readonly name: string;
  /** An address or a short name. */
  readonly handle: string;
  readonly role: string;
}

/** @returns undefined for what is no user. Open to fields it does not know. */
export function decodeUser(payload: unknown): UserAnswer | undefined {
  const problems: Problem[] = [];
  const reader = new PayloadReader(attributesOf(payload), '', problems);
  const user = {
    uuid: remoteIdOf(payload) ?? '',
    name: reader.text('name'),
    handle: reader.text('handle', ''),
    role: reader.text('role', ''),
  };
  return problems.length > 0 || user.uuid === '' ? undefined : user;
}

/** Reads `data.attributes` of a body, or its own fields. */
export function decodeAttributes<T>(body: unknown, read: (reader: PayloadReader) => T): Decoded<T> {
  const problems: Problem[] = [];
  if (!isJsonObject(body)) return { ok: false, problems: [{ path: '', message: 'Expected a JSON object.' }] };
  const reader = new PayloadReader(attributesOf(body), '', problems);
  const value = read(reader);
  reader.close();
  return decoded(problems, value);
}
