/**
 * An imported object and the file that has it already: what a person added stays, and of the rest only what differs is
 * edited, where it stands.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Payload } from '@signalwright/model';
import { attributesOf } from '@signalwright/wire';
import { formatSource } from '../format/format-source.ts';
import { diffWritten } from '../write/diff-written.ts';
import { editSource, type Edit } from '../write/edit-source.ts';
import type { WrittenMap } from '../write/print-yaml.ts';
import { write } from '../write/write.ts';
import { readContentFile, type ExistingFile } from './existing-content.ts';
import { compileObject, type ImportedObject } from './payload-object.ts';

/**
 * The payload with what a person added to the file and Datadog does not have yet: an owner, and why a suppression
 * exists. Tests and the sample are in no payload.
 */
export function withAdditions(payload: Payload, existing: ImportedObject, stack: string): Payload {
  const fields = attributesOf(payload);
  const compiled = attributesOf(compileObject(existing, stack));
  const teams = textsOf(compiled['tags']).filter(isTeam);
  const addsTeam = teams.length > 0 && !textsOf(fields['tags']).some(isTeam);
  const reason = compiled['description'];
  const addsReason = existing.kind === 'suppression' && isBlank(fields['description']) && !isBlank(reason);
  return replaceAttributes(payload, {
    ...(addsTeam && { tags: [...textsOf(fields['tags']), ...teams] }),
    ...(addsReason && { description: reason }),
  });
}

function isTeam(tag: string): boolean {
  return tag.startsWith('team:');
}

function isBlank(value: unknown): boolean {
  return typeof value !== 'string' || value.trim() === '';
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The same envelope around other attributes. */
function replaceAttributes(payload: Payload, change: Payload): Payload {
  if (Object.keys(change).length === 0) return payload;
  const inner = ['data', 'attributes'].find((key) => isMap(payload[key]));
  return inner === undefined
    ? { ...payload, ...change }
    : { ...payload, [inner]: replaceAttributes(payload[inner] as Payload, change) };
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The text of the file with the object in it.
 *
 * @returns undefined when the file is laid out in a way that cannot be edited; nothing is written then
 */
export function mergeFile(
  existing: ExistingFile,
  before: ImportedObject,
  after: ImportedObject,
): string | undefined {
  const edits = diffWritten(writtenOf(before), writtenOf(after));
  const inPlace = editSource(existing.text, edits, existing.kind);
  if (inPlace !== undefined && says(existing, inPlace, after)) return tidy(existing, inPlace);
  // What stands there was written in another way than `write` does: whole keys are set anew.
  const whole = editSource(existing.text, wholeKeys(edits, writtenOf(after)), existing.kind);
  return whole !== undefined && says(existing, whole, after) ? tidy(existing, whole) : undefined;
}

function writtenOf(object: ImportedObject): WrittenMap {
  return write(object) as unknown as WrittenMap;
}

function wholeKeys(edits: readonly Edit[], after: WrittenMap): readonly Edit[] {
  const keys = [...new Set(edits.map(({ path }) => String(path[0])))];
  return keys.map((key): Edit => {
    const value = after[key];
    return value === undefined ? { kind: 'remove', path: [key] } : { kind: 'set', path: [key], value };
  });
}

/** Whether the text, read again, is the object; the person's parts do not count. */
function says({ file }: ExistingFile, text: string, object: ImportedObject): boolean {
  const { read } = readContentFile(file, text);
  return read !== undefined && isDeepStrictEqual(plain(read.object.object), plain(object));
}

/** A file that was formatted stays so. */
function tidy(existing: ExistingFile, text: string): string {
  const before = formatSource(existing.file, existing.text);
  if (!before.ok || before.changed) return text;
  const formatted = formatSource(existing.file, text);
  return formatted.ok ? formatted.text : text;
}

/** For comparison: tags are a set, and maps of files have no prototype. */
function plain(object: ImportedObject): unknown {
  const copy = JSON.parse(JSON.stringify(object)) as ImportedObject;
  return 'tags' in copy ? { ...copy, tags: [...new Set(copy.tags)].toSorted() } : copy;
}
