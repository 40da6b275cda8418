/** What must be edited in a file so that it says something else: as little as possible, so that comments stay. */

import type { ContentPath } from '@signalwright/model';
import { isDeepStrictEqual } from 'node:util';
import type { Edit } from './edit-source.ts';
import type { WrittenMap } from './print-yaml.ts';

/** @returns edits in the order they must be made: positions count what earlier ones did */
export function diffWritten(before: WrittenMap, after: WrittenMap, path: ContentPath = []): readonly Edit[] {
  const gone = Object.keys(before).filter((key) => before[key] !== undefined && after[key] === undefined);
  const kept = Object.keys(after).filter((key) => after[key] !== undefined);
  return [
    ...gone.map((key): Edit => ({ kind: 'remove', path: [...path, key] })),
    ...kept.flatMap((key) => diffValues(before[key], after[key], [...path, key])),
  ];
}

function diffValues(before: unknown, after: unknown, path: ContentPath): readonly Edit[] {
  if (isDeepStrictEqual(before, after)) return [];
  // A map of which nothing stays is written anew.
  if (isMap(before) && isMap(after) && Object.keys(before).some((key) => after[key] !== undefined))
    return diffWritten(before, after, path);
  if (Array.isArray(before) && Array.isArray(after) && before.length > 0 && after.length > 0)
    return diffLists(before, after, path);
  return [{ kind: 'set', path, value: after }];
}

/** Equal items at both ends stay; those between change in place, and what is too many or too few goes or comes. */
function diffLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: ContentPath,
): readonly Edit[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && isDeepStrictEqual(before[head], after[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && isDeepStrictEqual(before.at(-1 - tail), after.at(-1 - tail))) tail += 1;
  const common = shorter - head - tail;
  const changed = Array.from({ length: common }, (_, index) => head + index).flatMap((index) =>
    diffValues(before[index], after[index], [...path, index]),
  );
  const start = head + common;
  const removed = before
    .slice(start, before.length - tail)
    .map((): Edit => ({ kind: 'remove', path: [...path, start] }));
  const added = after
    .slice(start, after.length - tail)
    .map((value, index): Edit => ({ kind: 'insert', path: [...path, start + index], value }));
  return [...changed, ...removed, ...added];
}

function isMap(value: unknown): value is WrittenMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
