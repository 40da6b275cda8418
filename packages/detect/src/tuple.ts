/**
 * Values of one event at several paths: groups, and distinct combinations.
 *
 * Where a path holds several values, the event stands in one tuple for each, at most MAX_TUPLES_PER_EVENT
 * in all (docs/decisions/0071).
 */

import { createHash } from 'node:crypto';
import type { Scalar, SearchDocument } from '@signalwright/model';
import { clipText } from './clip-text.ts';
import { compileQuickReader, type Reader } from './quick-reader.ts';

export const MAX_TUPLES_PER_EVENT = 16;
/** Longer values are cut and closed with a digest, so that two long values stay two. */
export const MAX_VALUE_CHARS = 256;
/** What stands for a missing value of an optional group. Source: rules API, `hasOptionalGroupByFields`. */
const MISSING_VALUE = 'N/A';

const HEAD_CHARS = 192;

/** The tuples of one document; one empty tuple for no paths: the group of everything. */
export type TupleReader = (document: SearchDocument) => readonly (readonly string[])[];

/** @param optional a missing value becomes `N/A`; otherwise an event that lacks one has no tuples */
export function compileTuples(paths: readonly string[], optional: boolean): TupleReader {
  const readers = paths.map(compileQuickReader);
  return (document) => readTuples(document, readers, optional);
}

function readTuples(
  document: SearchDocument,
  readers: readonly Reader[],
  optional: boolean,
): readonly (readonly string[])[] {
  let tuples: readonly (readonly string[])[] = [[]];
  for (const read of readers) {
    const values = boundedValues(read(document));
    if (values.length === 0 && !optional) return [];
    const choices = values.length === 0 ? [MISSING_VALUE] : values;
    const [only] = choices;
    tuples =
      choices.length === 1 && only !== undefined
        ? tuples.map((tuple) => [...tuple, only])
        : tuples
            .flatMap((tuple) => choices.map((choice) => [...tuple, choice]))
            .slice(0, MAX_TUPLES_PER_EVENT);
  }
  return tuples;
}

/** A text that no other tuple has: lengths come first, so no value can pose as two. */
export function tupleKey(tuple: readonly string[]): string {
  let key = '';
  for (const value of tuple) key += `${value.length}:${value}`;
  return key;
}

function boundedValues(values: readonly Scalar[]): readonly string[] {
  if (values.length <= 1) return values.map((value) => boundedValue(String(value)));
  const distinct = new Set<string>();
  for (const value of values) {
    distinct.add(boundedValue(String(value)));
    if (distinct.size === MAX_TUPLES_PER_EVENT) break;
  }
  return [...distinct];
}

function boundedValue(text: string): string {
  if (text.length <= MAX_VALUE_CHARS) return text;
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  return `${clipText(text, HEAD_CHARS)}…${digest}`;
}
