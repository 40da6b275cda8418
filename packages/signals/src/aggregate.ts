/**
 * Counts by up to three fields, as a top list in each level or over time. Source: "Aggregate events" of the logs API,
 * for what a group is; the same for signals, which have no such endpoint there.
 */

import { MISSING, UNKEPT, type Cell } from './columns/cell.ts';
import type { FieldValues } from './signal-field.ts';

export const MAX_GROUP_FIELDS = 3;
export const DEFAULT_GROUP_LIMIT = 10;
/** Chosen: groups that one level shows. */
export const MAX_GROUP_LIMIT = 1_000;
/** Chosen: points of one line. */
export const MAX_TIME_BUCKETS = 1_000;
/** Chosen: groups that are counted before the top of them is known; signals of further ones are left out. */
const MAX_COUNTED_GROUPS = 100_000;
/** Chosen: groups that one signal can count for, when it has several values in several fields. */
const MAX_GROUPS_OF_ONE = 1_000;

export interface GroupBy {
  /** As queries name it. */
  readonly field: string;
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  /** What stands for no value; without it, what has none is left out. */
  readonly missing?: string;
}

export interface Aggregation {
  /** At most MAX_GROUP_FIELDS. */
  readonly groupBy: readonly GroupBy[];
  /** Width of a point of time; without it there is one count for all of the time. */
  readonly intervalMs?: number;
}

export interface Bucket {
  /** A value for each field of `groupBy`, in its order. */
  readonly by: readonly string[];
  readonly count: number;
  /** Points that have something, oldest first; empty without an interval. */
  readonly series: readonly TimePoint[];
}

export interface TimePoint {
  /** Where the point begins, a multiple of the interval. */
  readonly atMs: number;
  readonly count: number;
}

/** What is counted: `length` things, each with its time and a code in each field. */
export interface Counted {
  readonly length: number;
  readonly timeOf: (at: number) => number;
  /** One for each field of `groupBy`. */
  readonly fields: readonly FieldValues[];
}

export interface AggregateCounts {
  readonly buckets: readonly Bucket[];
  /** False when a limit left something out. */
  readonly isComplete: boolean;
}

export function aggregate(counted: Counted, aggregation: Aggregation): AggregateCounts {
  const { tallies, isComplete } = tallyCodes(counted, aggregation.intervalMs);
  const groups = new Map<string, Group>();
  let isWhole = isComplete;
  for (const { codes, tally } of tallies) {
    if (codes.includes(UNKEPT)) isWhole = false;
    for (const by of groupsOf(codes, counted.fields, aggregation.groupBy)) addTo(groups, by, tally);
  }
  return { buckets: topOf([...groups.values()], aggregation.groupBy, 0), isComplete: isWhole };
}

interface Tally {
  count: number;
  readonly points: Map<number, number>;
}

interface Group {
  readonly by: readonly string[];
  readonly tally: Tally;
}

interface CodeTally {
  /** By field. */
  readonly codes: readonly number[];
  readonly tally: Tally;
}

/** By the codes alone, since texts need to be looked at only once for all that share them. */
function tallyCodes(
  { length, timeOf, fields }: Counted,
  intervalMs: number | undefined,
): { readonly tallies: readonly CodeTally[]; readonly isComplete: boolean } {
  const numbers = new Map<number | string, number>();
  const keys = numberKeys(fields, length);
  const tallies: CodeTally[] = [];
  let isComplete = true;
  for (let at = 0; at < length; at += 1) {
    const key = keys?.[at] ?? fields.map((field) => codeAt(field, at)).join();
    const number = numbers.get(key) ?? tallies.length;
    if (number === tallies.length) {
      if (number >= MAX_COUNTED_GROUPS) {
        isComplete = false;
        continue;
      }
      numbers.set(key, number);
      tallies.push({
        codes: fields.map((field) => codeAt(field, at)),
        tally: { count: 0, points: new Map() },
      });
    }
    const { tally } = tallies[number] as CodeTally;
    tally.count += 1;
    if (intervalMs === undefined) continue;
    const atMs = Math.floor(timeOf(at) / intervalMs) * intervalMs;
    tally.points.set(atMs, (tally.points.get(atMs) ?? 0) + 1);
  }
  return { tallies, isComplete };
}

/** All codes of a thing in one number, field by field for all things; undefined when they do not fit into one. */
function numberKeys(fields: readonly FieldValues[], length: number): Float64Array | undefined {
  if (!Number.isSafeInteger(fields.reduce((product, { size }) => product * size, 1))) return undefined;
  const keys = new Float64Array(length);
  for (const { codes, places, size } of fields) {
    for (let at = 0; at < length; at += 1) {
      keys[at] = (keys[at] as number) * size + (codes[places[at] as number] as number);
    }
  }
  return keys;
}

function codeAt({ codes, places }: FieldValues, at: number): number {
  return codes[places[at] as number] as number;
}

/** The groups that something belongs to: one for each choice of a value in each field. */
function groupsOf(
  codes: readonly number[],
  fields: readonly FieldValues[],
  groupBy: readonly GroupBy[],
): readonly (readonly string[])[] {
  let groups: readonly (readonly string[])[] = [[]];
  groupBy.forEach(({ missing }, level) => {
    const code = codes[level] as number;
    const cell: Cell = code === MISSING ? [] : (fields[level]?.cellOf(code) ?? []);
    const texts = cell.length > 0 ? [...new Set(cell.map(String))] : missing === undefined ? [] : [missing];
    groups = groups.flatMap((by) => texts.map((text) => [...by, text])).slice(0, MAX_GROUPS_OF_ONE);
  });
  return groups;
}

function addTo(groups: Map<string, Group>, by: readonly string[], { count, points }: Tally): void {
  const key = JSON.stringify(by);
  const group = groups.get(key) ?? { by, tally: { count: 0, points: new Map<number, number>() } };
  groups.set(key, group);
  group.tally.count += count;
  for (const [atMs, each] of points) group.tally.points.set(atMs, (group.tally.points.get(atMs) ?? 0) + each);
}

/** In each level the values with the most, or the fewest, under those of the level above. */
function topOf(groups: readonly Group[], groupBy: readonly GroupBy[], level: number): readonly Bucket[] {
  const here = groupBy[level];
  if (here === undefined) {
    return groups.map(({ by, tally }) => ({ by, count: tally.count, series: seriesOf(tally) }));
  }
  const byValue = new Map<string, { count: number; readonly groups: Group[] }>();
  for (const group of groups) {
    const value = group.by[level] as string;
    const known = byValue.get(value) ?? { count: 0, groups: [] };
    byValue.set(value, known);
    known.count += group.tally.count;
    known.groups.push(group);
  }
  const sign = here.order === 'asc' ? 1 : -1;
  return [...byValue]
    .toSorted(([a, one], [b, other]) => sign * (one.count - other.count) || (a < b ? -1 : 1))
    .slice(0, here.limit)
    .flatMap(([, { groups: below }]) => topOf(below, groupBy, level + 1));
}

function seriesOf({ points }: Tally): readonly TimePoint[] {
  return [...points].toSorted(([a], [b]) => a - b).map(([atMs, count]) => ({ atMs, count }));
}
