/** Scalars of the written form whose shape the schema has checked. */

import { parseDuration, present, type UnknownFields } from '@signalwright/model';

/** Milliseconds of a duration that matches the schema; throws for any other text. */
export function durationMs(text: string): number {
  const value = parseDuration(text);
  if (value === undefined) throw new Error(`Not a duration, though the schema let it pass: ${text}`);
  return value;
}

/** Unix milliseconds of an RFC 3339 time that matches the schema. A leap second is the second after it. */
export function timestampMs(text: string): number {
  const isLeap = /:60(?=[.Zz+-])/.test(text);
  const value = Date.parse(isLeap ? text.replace(':60', ':59') : text) + (isLeap ? 1_000 : 0);
  if (Number.isNaN(value)) throw new Error(`Not a time, though the schema let it pass: ${text}`);
  return value;
}

/** The tags of an object: those written, and the one of its owner. */
export function tagsWithOwner(tags: readonly string[] = [], owner?: string): readonly string[] {
  return owner === undefined ? tags : [...new Set([...tags, `team:${owner}`])];
}

interface WrittenByImport {
  readonly remoteId?: string;
  readonly unknownFields?: UnknownFields;
}

/** What import writes beside the object's own keys; the same names in both forms. */
export function importedParts({ remoteId, unknownFields }: WrittenByImport): WrittenByImport {
  return present({ remoteId, unknownFields });
}
