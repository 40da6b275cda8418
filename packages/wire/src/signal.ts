/**
 * Signals on the wire. The documented shape holds `custom`, the recorded search answers hold `attributes`, the
 * recorded get-one answers hold both `custom` and the fields of the list: all are written, either is read.
 */

import {
  SEVERITIES,
  TRIAGE_STATES,
  UNASSIGNED,
  signalDocument,
  type Assignee,
  type Attributes,
  type Payload,
  type Severity,
  type Signal,
  type TriageState,
} from '@signalwright/model';
import { attributesOf, remoteIdOf } from './ownership.ts';
import { PayloadReader, decoded, isJsonObject, type Decoded, type Problem } from './payload-reader.ts';

/** One element of `data` of a list or search answer; with `shape: 'one'` the `data` of a get-one answer. */
export function encodeSignal(signal: Signal, shape: 'search' | 'one'): Payload {
  const custom = {
    ...signalDocument(signal).attributes,
    samples: signal.sampleEventIds.map((id) => ({ id })),
    events_matched_per_query: signal.eventsMatchedPerQuery,
  };
  return {
    id: signal.id,
    type: 'signal',
    attributes: {
      title: signal.title,
      message: wrapMarkdown(signal.message),
      status: signal.severity,
      service: [...signal.services],
      ...(signal.host !== undefined && { host: signal.host }),
      ...(signal.env !== undefined && { env: signal.env }),
      tags: [...signal.tags],
      timestamp: new Date(signal.createdAtMs).toISOString(),
      custom,
      ...(shape === 'search'
        ? { attributes: custom }
        : { severity: signal.severity, version: signal.version }),
    },
  };
}

const MARKDOWN_FENCE = '%%%';

function wrapMarkdown(message: string): string {
  return `${MARKDOWN_FENCE}\n${message}\n${MARKDOWN_FENCE}`;
}

function unwrapMarkdown(message: string): string {
  return /^%%%\s?([\s\S]*?)\s?%%%$/.exec(message)?.[1] ?? message;
}

/**
 * Answer of the triage endpoints, `{ data: { type: 'signal_metadata', … } }`.
 *
 * @param handleOf the handle of whoever changed the state last, by uuid or name of a workflow
 */
export function encodeSignalMetadata(signal: Signal, handleOf: (uuid: string) => string): Payload {
  const { triage } = signal;
  const updater = triage.stateUpdatedBy;
  return {
    data: {
      id: signal.id,
      type: 'signal_metadata',
      attributes: {
        state: triage.state,
        assignee: encodeAssignee(triage.assignee),
        incident_ids: [...triage.incidentIds],
        archive_reason: triage.archiveReason ?? 'none',
        ...(triage.archiveComment !== undefined && { archive_comment: triage.archiveComment }),
        ...(triage.stateUpdatedAtMs !== undefined && { state_update_timestamp: triage.stateUpdatedAtMs }),
        ...(updater !== undefined && {
          state_update_user: { ...encodeAssignee(updater), handle: handleOf(updater.uuid), icon: '' },
        }),
      },
    },
  };
}

function encodeAssignee(user: Assignee): Payload {
  return { id: user.id, name: user.name, uuid: user.uuid };
}

/** What the API says about a signal, ours or Datadog's: enough to show it and to run a workflow on it. */
export interface SignalAnswer {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly message: string;
  readonly services: readonly string[];
  readonly env?: string;
  readonly host?: string;
  readonly tags: readonly string[];
  readonly timestampMs: number;
  /** Undefined in lists. */
  readonly version?: number;
  readonly state: TriageState;
  readonly assignee: Assignee;
  readonly incidentIds: readonly number[];
  /** `workflow`, `entities`, `title`, group values: what `Source.securitySignal.custom` reads. */
  readonly custom: Attributes;
}

/** Reads one signal of an answer, with or without `data` around. Open to fields it does not know. */
export function decodeSignal(payload: unknown): Decoded<SignalAnswer> {
  const problems: Problem[] = [];
  const fields = attributesOf(payload);
  const reader = new PayloadReader(fields, '', problems);
  const custom = [fields['custom'], fields['attributes']].find(isJsonObject) ?? {};
  const triage = new PayloadReader(objectAt(custom, 'workflow', 'triage'), 'workflow.triage', problems);
  const version = reader.optionalCount('version');
  const env = optionalText(reader, 'env') ?? tagValue(reader.texts('tags'), 'env');
  const host = optionalText(reader, 'host');
  const answer: SignalAnswer = {
    id: remoteIdOf(payload) ?? '',
    severity: reader.has('severity')
      ? reader.oneOf('severity', SEVERITIES)
      : reader.oneOf('status', SEVERITIES, 'info'),
    title: optionalText(reader, 'title') ?? (typeof custom['title'] === 'string' ? custom['title'] : ''),
    message: unwrapMarkdown(reader.text('message', '')),
    services: typeof fields['service'] === 'string' ? [fields['service']] : reader.texts('service'),
    ...(env !== undefined && { env }),
    ...(host !== undefined && { host }),
    tags: reader.texts('tags'),
    timestampMs: readTimestamp(reader),
    ...(version !== undefined && { version }),
    state: triage.oneOf('state', TRIAGE_STATES, 'open'),
    assignee: decodeAssignee(triage),
    incidentIds: triage.list('incidentIds', (value) => (typeof value === 'number' ? value : -1)),
    custom,
  };
  if (answer.id === '') reader.refuse('id', 'The signal has no id.');
  return decoded(problems, answer);
}

/** What the triage endpoints answer. */
export interface SignalMetadata {
  readonly id: string;
  readonly state: TriageState;
  readonly assignee: Assignee;
  readonly incidentIds: readonly number[];
}

export function decodeSignalMetadata(payload: unknown): Decoded<SignalMetadata> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(attributesOf(payload), '', problems);
  return decoded(problems, {
    id: remoteIdOf(payload) ?? '',
    state: reader.oneOf('state', TRIAGE_STATES),
    assignee: decodeAssignee(reader),
    incidentIds: reader.list('incident_ids', (value) => (typeof value === 'number' ? value : -1)),
  });
}

function decodeAssignee(reader: PayloadReader): Assignee {
  if (!reader.has('assignee')) return UNASSIGNED;
  const user = reader.child('assignee');
  const id = user.raw('id');
  return {
    id: typeof id === 'number' ? id : UNASSIGNED.id,
    uuid: user.text('uuid', ''),
    name: user.text('name', ''),
  };
}

function readTimestamp(reader: PayloadReader): number {
  const value = reader.raw('timestamp');
  const ms = typeof value === 'number' ? value : Date.parse(String(value));
  if (Number.isFinite(ms)) return ms;
  reader.refuse('timestamp', 'Expected a date.');
  return 0;
}

function optionalText(reader: PayloadReader, key: string): string | undefined {
  return reader.has(key) ? reader.text(key) : undefined;
}

function tagValue(tags: readonly string[], key: string): string | undefined {
  return tags.find((tag) => tag.startsWith(`${key}:`))?.slice(key.length + 1);
}

function objectAt(from: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isJsonObject(value) ? (value[key] ?? {}) : {}), from);
}
