/**
 * An imported object and the file that has it already: what a person added stays, and of the rest only what differs is
 * edited, where it stands.
 */

import type { Payload } from '@signalwright/model';
import { attributesOf } from '@signalwright/wire';
import { escapeVariables } from '../environment/expand-variables.ts';
import { formatSource } from '../format/format-source.ts';
import { schemaNameOf } from '../format/key-order.ts';
import { diffWritten } from '../write/diff-written.ts';
import { editSource, type Edit } from '../write/edit-source.ts';
import type { WrittenMap } from '../write/print-yaml.ts';
import { write } from '../write/write.ts';
import type { LoadedObject } from '../link/content-entry.ts';
import type { ExistingFile } from './existing-content.ts';
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

/** Keys that no payload has: they are a person's. */
const PERSONAL: ReadonlySet<string> = new Set(['sample', 'tests']);

/** Characters that edits in place may read again, as the file is after each: beyond it whole keys are set anew. */
const MAX_READ_CHARACTERS = 5_000_000;

/**
 * The text of the file with the object in it.
 *
 * @param after written form of the object
 * @param says whether a text, read again with what stands beside it, is the object
 * @returns undefined when the file is laid out in a way that cannot be edited; nothing is written then
 */
export function mergeFile(
  existing: ExistingFile,
  { object, written }: LoadedObject,
  after: WrittenMap,
  says: (text: string) => boolean,
): string | undefined {
  const name = schemaNameOf(after) ?? existing.kind;
  // As `write` would have written it, so that another way to say the same is no difference.
  const before = isTuned(written) ? (written as unknown as WrittenMap) : withStage(object);
  const edits = diffWritten(withoutPersonal(before), withoutPersonal(after)).map(escapeVariables);
  const mayReadAll = edits.length * existing.text.length <= MAX_READ_CHARACTERS;
  const inPlace = mayReadAll ? editSource(existing.text, edits, name) : undefined;
  if (inPlace !== undefined && says(inPlace)) return tidy(existing, inPlace);
  // What stands there was written in another way: whole keys are set anew.
  const whole = editSource(existing.text, wholeKeys(edits, escapeVariables(after)), name);
  return whole !== undefined && says(whole) ? tidy(existing, whole) : undefined;
}

/** The stage of a rule is no part of the rule, and an import may end it. */
function withStage(content: LoadedObject['object']): WrittenMap {
  const data = asMap(write(content.object));
  return content.kind === 'detection-rule' && content.stage !== undefined
    ? { ...data, stage: content.stage }
    : data;
}

function isTuned(written: LoadedObject['written']): boolean {
  return 'default' in written;
}

function asMap(written: object): WrittenMap {
  return written as WrittenMap;
}

function withoutPersonal(data: WrittenMap): WrittenMap {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !PERSONAL.has(key)));
}

function wholeKeys(edits: readonly Edit[], after: WrittenMap): readonly Edit[] {
  const keys = [...new Set(edits.map(({ path }) => String(path[0])))];
  return keys.map((key): Edit => {
    const value = after[key];
    return value === undefined ? { kind: 'remove', path: [key] } : { kind: 'set', path: [key], value };
  });
}

/** A file that was formatted stays so. */
function tidy(existing: ExistingFile, text: string): string {
  const before = formatSource(existing.file, existing.text);
  if (!before.ok || before.changed) return text;
  const formatted = formatSource(existing.file, text);
  return formatted.ok ? formatted.text : text;
}
