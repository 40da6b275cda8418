/** One payload on its way to its files. */

import { MAX_UNKNOWN_FIELDS, type Payload, type UnknownFields } from '@signalwright/model';
import { attributesOf, collectUnknownFields, liveAgain } from '@signalwright/wire';
import { FOLDERS } from '../folders.ts';
import { environmentView } from '../environment/environments.ts';
import { escapeVariables } from '../environment/expand-variables.ts';
import { readContentTree } from '../load/content-tree.ts';
import { ParsedTexts } from '../link/parsed-texts.ts';
import { loadObjects, readObjects } from '../load/read-objects.ts';
import { MAX_FILE_BYTES } from '../parse/decode-utf8.ts';
import { isPinnedFile } from '../pinned-rule.ts';
import { isLayoutFile, layoutFileOf } from '../workflow-layout-file.ts';
import { printYaml, type WrittenMap } from '../write/print-yaml.ts';
import { writeFiles } from '../write/write.ts';
import type { IdentifiedPayload } from './assign-ids.ts';
import { pinnedIdOf, type ExistingContent } from './existing-content.ts';
import { mergeFile, withAdditions } from './merge-file.ts';
import { collectFields, compileObject, readPayload, type ImportedObject } from './payload-object.ts';
import { resolveReferences } from './resolve-references.ts';

export interface Draft {
  readonly source: IdentifiedPayload;
  /** What the files must compile to: as answered, with what a person added. */
  readonly payload: Payload;
  /** The object's own file first. */
  readonly parts: readonly DraftPart[];
}

export interface DraftPart {
  readonly file: string;
  /** Written form, of which what cannot be written is taken out step by step. */
  readonly data: WrittenMap;
  readonly text: string;
}

/** Files that say it already. */
export interface UnchangedDraft {
  readonly source: IdentifiedPayload;
  readonly unchanged: string;
}

export interface DraftContext {
  readonly stack: string;
  readonly existing: ExistingContent;
  /** Id of the workflow of content that a handle starts. */
  readonly workflowOf: (handle: string) => string | undefined;
}

/** @returns why there is none */
export function draftOf(source: IdentifiedPayload, context: DraftContext): Draft | UnchangedDraft | string {
  const { kind, id, existing } = source;
  if (kind === 'workflow' && !isGiven(attributesOf(source.payload)['spec']))
    return 'It has no spec: lists leave it out, the workflow itself has it.';
  const file = existing?.file ?? `${FOLDERS[kind]}/${id}.yaml`;
  if (existing !== undefined && existing.read === undefined) return `${file} has errors: mend them first.`;
  if (existing === undefined && context.existing.textOf(file) !== undefined)
    return `${file} is there already, for another object.`;
  const before = existing?.read?.object.object;
  const stage = stageAtTarget(source, existing, context.stack);
  const seen = stage.payload;
  const payload = before === undefined ? seen : withAdditions(seen, before, context.stack);
  if (before !== undefined && !stage.isPromoted && isSame(before, payload, source, context.stack))
    return { source, unchanged: file };
  if (existing?.isVaried === true)
    return `${file} differs between environments: bring the change in by hand.`;
  const object = readPayload(kind, payload, id);
  if (object === undefined) return 'It cannot be read.';
  const resolved = pinned(resolveReferences(object, payload, context.workflowOf), source, before);
  const layout = layoutFileOf(file);
  const [own, ...beside] = writeFiles(resolved, file);
  const written = [stage.isShadow ? { ...own, data: { ...own.data, stage: 'shadow' } } : own, ...beside];
  // Nothing is placed any more: an old layout must not say otherwise.
  const isStale = written.length === 1 && context.existing.textOf(layout) !== undefined;
  const all = isStale ? [...written, { file: layout, data: { layoutOf: id } }] : written;
  const parts = all.map((part) => printPart(part.file, part.data));
  return tooLarge(parts) ?? { source, payload, parts };
}

interface TargetStage {
  /** What the rule is when it is live, which is what its file says. */
  readonly payload: Payload;
  readonly isShadow: boolean;
  /** Its file says that it is a shadow, and somebody took it out of that at the target. */
  readonly isPromoted: boolean;
}

function stageAtTarget(
  { payload }: IdentifiedPayload,
  existing: IdentifiedPayload['existing'],
  stack: string,
): TargetStage {
  const there = existing?.read?.object;
  if (there?.kind !== 'detection-rule' || there.stage !== 'shadow')
    return { payload, isShadow: false, isPromoted: false };
  const live = liveAgain(payload, compileObject(there.object, stack) ?? {});
  return { payload: live ?? payload, isShadow: live !== undefined, isPromoted: live === undefined };
}

/** @returns which file nobody could read again */
export function tooLarge(
  files: readonly { readonly file: string; readonly text: string }[],
): string | undefined {
  const large = files.find(({ text }) => Buffer.byteLength(text) > MAX_FILE_BYTES);
  return large === undefined ? undefined : `${large.file} would be larger than ${MAX_FILE_BYTES} bytes.`;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isSame(before: ImportedObject, payload: Payload, source: IdentifiedPayload, stack: string): boolean {
  const compiled = compileObject(before, stack);
  const needsPin = source.remoteId !== undefined && pinnedIdOf(before) !== source.remoteId;
  if (compiled === undefined || (needsPin && !isOwned(before))) return false;
  const { fields, unsafe } = collectUnknownFields(source.kind, payload, compiled);
  return Object.keys(fields).length === 0 && unsafe.length === 0;
}

function isOwned(object: ImportedObject): boolean {
  return object.kind === 'detection-rule' && object.tunes !== undefined;
}

/** By the remote id, the file is found again while the remote object carries no mark of ours. */
function pinned(
  object: ImportedObject,
  source: IdentifiedPayload,
  before: ImportedObject | undefined,
): ImportedObject {
  if (object.kind === 'saved-view' || isOwned(object)) return object;
  const old = before === undefined || before.kind === 'saved-view' ? undefined : before.remoteId;
  const remoteId = source.remoteId ?? old;
  return remoteId === undefined ? object : { ...object, remoteId };
}

/** What looks like a variable is the service's own text; beside the object's own file there are no variables. */
export function printPart(file: string, data: WrittenMap): DraftPart {
  const isBeside = isPinnedFile(file) || isLayoutFile(file);
  return { file, data, text: printYaml(isBeside ? data : escapeVariables(data)) };
}

/** Of a rule that Datadog owns: the keys that name it, which say nothing of what was tuned. */
const NAMING: ReadonlySet<string> = new Set(['kind', 'id', 'default']);

/** A rule of Datadog as Datadog wrote it, without a file so far. */
export function isUntuned({ source, parts }: Draft): boolean {
  const data = parts[0]?.data ?? {};
  return (
    source.existing === undefined &&
    data['default'] !== undefined &&
    Object.keys(data).every((key) => NAMING.has(key))
  );
}

/** The object as its files, read again, say it. */
function readParts(
  parts: readonly { readonly file: string; readonly text: string }[],
): ImportedObject | undefined {
  const files = new Map(parts.map(({ file, text }) => [file, text]));
  const tree = readContentTree(files, { config: undefined, readDiagnostics: [], manifest: undefined });
  const objects = readObjects(tree, environmentView(undefined, undefined), new ParsedTexts());
  const [first] = loadObjects(objects, tree.layouts).values();
  return first?.object.object;
}

/**
 * The draft with what its files do not say of the payload; called when they have no errors.
 * What is kept of a rule that Datadog owns is Datadog's, and stands in the pinned body.
 *
 * @returns why it cannot be kept
 */
export function keepRest(draft: Draft, stack: string): Draft | string {
  const object = readParts(draft.parts);
  if (object === undefined) throw new Error(`${draft.parts[0]?.file} was checked, and cannot be read.`);
  const collected = collectFields(object, draft.payload, stack);
  if (collected === undefined) return 'No file of Datadog holds such a view.';
  const [unsafe] = collected.unsafe;
  if (unsafe !== undefined) return `The name ${unsafe} reaches the prototype of JavaScript objects.`;
  const { fields } = collected;
  const count = Object.keys(fields).length;
  if (count === 0) return draft;
  if (count > MAX_UNKNOWN_FIELDS) return `${count} of its fields are not understood.`;
  if (isUnnamed(fields)) return 'It has no name.';
  const holder = isOwned(object) ? draft.parts.length - 1 : 0;
  const parts = draft.parts.map((part, index) =>
    index === holder ? printPart(part.file, { ...part.data, unknownFields: fields }) : part,
  );
  return { ...draft, parts };
}

/** Names of the fields under `unknownFields` that the files of the object did not hold before. */
export function newlyKept({ source, parts }: Draft): readonly string[] {
  const before = source.existing?.read?.object.object;
  const held = before === undefined || before.kind === 'saved-view' ? {} : (before.unknownFields ?? {});
  const kept = parts.flatMap(({ data }) => Object.keys((data['unknownFields'] ?? {}) as WrittenMap));
  return kept.filter((name) => !Object.hasOwn(held, name));
}

/** The mark of a notification rule stands in its name. */
function isUnnamed(fields: UnknownFields): boolean {
  return Object.hasOwn(fields, 'name') && typeof fields['name'] !== 'string';
}

export interface FinalText {
  readonly file: string;
  readonly text: string;
  /** As it stands; undefined for a new file. */
  readonly before?: string;
}

/** @returns the texts of the files, its own first; undefined when a file that is there cannot be edited */
export function finalTexts(draft: Draft, existing: ExistingContent): readonly FinalText[] | undefined {
  const [own, ...beside] = draft.parts;
  const there = draft.source.existing;
  const after = readParts(draft.parts);
  if (own === undefined || after === undefined) return undefined;
  const companions = beside.map(({ file, text }) => withBefore(file, text, existing.textOf(file)));
  if (there?.read === undefined) return [withBefore(own.file, own.text, undefined), ...companions];
  const says = (text: string): boolean =>
    isSameObject(readParts([{ file: own.file, text }, ...beside]), after);
  const merged = mergeFile(there, there.read, own.data, says);
  return merged === undefined ? undefined : [withBefore(own.file, merged, there.text), ...companions];
}

function withBefore(file: string, text: string, before: string | undefined): FinalText {
  return { file, text, ...(before !== undefined && { before }) };
}

function isSameObject(a: ImportedObject | undefined, b: ImportedObject): boolean {
  return a !== undefined && JSON.stringify(comparable(a)) === JSON.stringify(comparable(b));
}

/** Tags are a set; keys stand in any order. */
function comparable(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => comparable(item));
    return key === 'tags' ? [...new Set(items)].toSorted() : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, comparable(inner, name)]));
}
