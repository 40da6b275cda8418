/** One payload on its way to a file. */

import type { Payload, UnknownFields } from '@signalwright/model';
import { MAX_UNKNOWN_FIELDS } from '@signalwright/model';
import { attributesOf, collectUnknownFields } from '@signalwright/wire';
import { FOLDERS } from '../folders.ts';
import { printYaml, type WrittenMap } from '../write/print-yaml.ts';
import { write } from '../write/write.ts';
import type { IdentifiedPayload } from './assign-ids.ts';
import { readContentFile, type ExistingContent } from './existing-content.ts';
import { mergeFile, withAdditions } from './merge-file.ts';
import { collectFields, compileObject, readPayload, type ImportedObject } from './payload-object.ts';
import { resolveReferences } from './resolve-references.ts';

export interface Draft {
  readonly source: IdentifiedPayload;
  readonly file: string;
  /** What the file must compile to: as answered, with what a person added. */
  readonly payload: Payload;
  /** Written form, of which what cannot be written is taken out step by step. */
  readonly data: WrittenMap;
  readonly text: string;
}

/** A file that says it already. */
export interface UnchangedDraft {
  readonly source: IdentifiedPayload;
  readonly file: string;
  readonly unchanged: string;
}

export interface DraftContext {
  readonly stack: string;
  readonly existing: ExistingContent;
  readonly isWorkflow: (id: string) => boolean;
}

/** @returns why there is none */
export function draftOf(source: IdentifiedPayload, context: DraftContext): Draft | UnchangedDraft | string {
  const { kind, id, existing } = source;
  if (kind === 'workflow' && !isGiven(attributesOf(source.payload)['spec']))
    return 'It has no spec: lists leave it out, the workflow itself has it.';
  const file = existing?.file ?? `${FOLDERS[kind]}/${id}.yaml`;
  if (existing !== undefined && existing.read === undefined) return `${file} has errors: mend them first.`;
  if (existing === undefined && context.existing.hasPath(file))
    return `${file} is there already, for another object.`;
  const before = existing?.read?.object.object;
  const payload =
    before === undefined ? source.payload : withAdditions(source.payload, before, context.stack);
  if (before !== undefined && isSame(before, payload, source, context.stack)) {
    return { source, file, unchanged: existing?.text ?? '' };
  }
  const object = readPayload(kind, payload, id);
  if (object === undefined) return 'It cannot be read.';
  const resolved = pinned(resolveReferences(object, payload, context.isWorkflow), source, before);
  return printDraft({ source, file, payload }, write(resolved) as unknown as WrittenMap);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isSame(before: ImportedObject, payload: Payload, source: IdentifiedPayload, stack: string): boolean {
  const compiled = compileObject(before, stack);
  if (compiled === undefined || needsPin(before, source)) return false;
  const { fields, unsafe } = collectUnknownFields(source.kind, payload, compiled);
  return Object.keys(fields).length === 0 && unsafe.length === 0;
}

function needsPin(before: ImportedObject, { remoteId }: IdentifiedPayload): boolean {
  return remoteId !== undefined && before.kind !== 'saved-view' && remoteIdOfContent(before) !== remoteId;
}

function remoteIdOfContent(object: Exclude<ImportedObject, { kind: 'saved-view' }>): string | undefined {
  return object.kind === 'detection-rule' ? (object.defaultRuleId ?? object.remoteId) : object.remoteId;
}

/** By the remote id, the file is found again while the remote object carries no mark of ours. */
function pinned(
  object: ImportedObject,
  source: IdentifiedPayload,
  before: ImportedObject | undefined,
): ImportedObject {
  if (
    object.kind === 'saved-view' ||
    (object.kind === 'detection-rule' && object.defaultRuleId !== undefined)
  )
    return object;
  const old = before === undefined || before.kind === 'saved-view' ? undefined : before.remoteId;
  const remoteId = source.remoteId ?? old;
  return remoteId === undefined ? object : { ...object, remoteId };
}

export function printDraft(draft: Omit<Draft, 'data' | 'text'>, data: WrittenMap): Draft {
  return { ...draft, data, text: printYaml(data) };
}

/**
 * The draft with what its text does not say of the payload; called when the text has no errors.
 *
 * @returns why it cannot be kept
 */
export function keepRest(draft: Draft, stack: string): Draft | string {
  const { read } = readContentFile(draft.file, draft.text);
  if (read === undefined) throw new Error(`${draft.file} was checked, and cannot be read.`);
  const collected = collectFields(read.object.object, draft.payload, stack);
  if (collected === undefined) return 'No file of Datadog holds such a view.';
  const [unsafe] = collected.unsafe;
  if (unsafe !== undefined) return `The name ${unsafe} reaches the prototype of JavaScript objects.`;
  const { fields } = collected;
  const count = Object.keys(fields).length;
  if (count === 0) return draft;
  if (count > MAX_UNKNOWN_FIELDS) return `${count} of its fields are not understood.`;
  if (isUnnamed(fields)) return 'It has no name.';
  return printDraft(draft, { ...draft.data, unknownFields: fields });
}

/** The mark of a notification rule stands in its name. */
function isUnnamed(fields: UnknownFields): boolean {
  return Object.hasOwn(fields, 'name') && typeof fields['name'] !== 'string';
}

/** @returns the text of the file, undefined when the file that is there cannot be edited */
export function finalText(draft: Draft): string | undefined {
  const before = draft.source.existing?.read?.object.object;
  if (before === undefined || draft.source.existing === undefined) return draft.text;
  const { read } = readContentFile(draft.file, draft.text);
  return read === undefined ? undefined : mergeFile(draft.source.existing, before, read.object.object);
}
