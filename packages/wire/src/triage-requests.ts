/** Triage in one body: of one signal (`…/update`), of many (`…/bulk/…`), and in the words of version 1 of the API. */

import { ARCHIVE_REASONS, TRIAGE_STATES, type ArchiveReason, type TriageState } from '@signalwright/model';
import { attributesOf } from './ownership.ts';
import { PayloadReader, decoded, isJsonObject, type Decoded, type Problem } from './payload-reader.ts';

export interface TriageUpdateRequest {
  readonly state?: TriageState;
  readonly archiveReason?: ArchiveReason;
  readonly archiveComment?: string;
  /** Empty assigns nobody. */
  readonly assigneeUuid?: string;
  readonly version?: number;
}

interface BulkTriageItem extends TriageUpdateRequest {
  readonly signalId: string;
}

/** Source: the bulk endpoints, `maxItems`. */
const MAX_BULK_SIGNALS = 199;
/** Source: the schemas of the bulk endpoints, and those of one signal, whose clients are often the same. */
const BULK_TYPES = ['signal', 'signal_metadata'] as const;

/** `PATCH …/signals/{id}/update`. */
export function decodeTriageUpdate(body: unknown): Decoded<TriageUpdateRequest> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(attributesOf(body), '', problems);
  if (reader.has('assignee') && !isJsonObject(reader.raw('assignee'))) {
    reader.refuse('assignee', 'Expected a user.');
  }
  return decoded(problems, readUpdate(reader, 'archive_reason', 'archive_comment'));
}

/** `PATCH …/signals/bulk/{state,assignee,update}`: what each has to give is told apart by its attributes alone. */
export function decodeBulkTriage(body: unknown): Decoded<readonly BulkTriageItem[]> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(body, '', problems);
  const data = reader.raw('data');
  if (!Array.isArray(data) || data.length === 0 || data.length > MAX_BULK_SIGNALS) {
    reader.refuse('data', `Expected a list of 1 to ${MAX_BULK_SIGNALS} signals.`);
    return { ok: false, problems };
  }
  const items = reader.list('data', (value, path): BulkTriageItem => {
    const item = reader.item(value, path);
    if (item.has('type')) item.oneOf('type', BULK_TYPES);
    const attributes = item.child('attributes');
    return { signalId: item.text('id'), ...readUpdate(attributes, 'archive_reason', 'archive_comment') };
  });
  return decoded(problems, items);
}

/** `PATCH /api/v1/security_analytics/signals/{id}/{state,assignee}`. */
export function decodeFirstTriage(body: unknown): Decoded<TriageUpdateRequest> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(body, '', problems);
  return decoded(problems, readUpdate(reader, 'archiveReason', 'archiveComment'));
}

/** `PATCH /api/v1/security_analytics/signals/{id}/add_to_incident`. */
export function decodeAddToIncident(
  body: unknown,
): Decoded<{ readonly incidentId: number; readonly version?: number }> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(body, '', problems);
  const version = reader.optionalCount('version');
  reader.optionalFlag('add_to_signal_timeline');
  const incidentId = reader.count('incident_id');
  reader.close();
  return decoded(problems, { incidentId, ...(version !== undefined && { version }) });
}

function readUpdate(reader: PayloadReader, reasonKey: string, commentKey: string): TriageUpdateRequest {
  const version = reader.optionalCount('version');
  const update: TriageUpdateRequest = {
    ...(reader.has('state') && { state: reader.oneOf('state', TRIAGE_STATES) }),
    ...(reader.has(reasonKey) && { archiveReason: reader.oneOf(reasonKey, ARCHIVE_REASONS) }),
    ...(reader.has(commentKey) && { archiveComment: reader.text(commentKey) }),
    ...(reader.has('assignee') && { assigneeUuid: readAssignee(reader) }),
    ...(version !== undefined && { version }),
  };
  if (update.state === undefined && update.assigneeUuid === undefined) {
    reader.refuse('', 'Neither a state nor an assignee is given.');
  }
  reader.close();
  return update;
}

/** A uuid in bulk and in version 1, a user elsewhere. */
function readAssignee(reader: PayloadReader): string {
  return isJsonObject(reader.raw('assignee'))
    ? reader.child('assignee').text('uuid')
    : reader.text('assignee');
}
