/**
 * What an environment says of an object, laid over what its file says: maps merge, lists and scalars replace. Places
 * follow: what comes from signalwright.yaml is shown there.
 */

import type { ContentPath, Origin } from '@signalwright/model';
import type { Data, DataMap } from '../parse/node-reader.ts';

export interface Override {
  readonly data: DataMap;
  /** Of signalwright.yaml. */
  readonly origin: Origin;
  /** Where the override stands in it. */
  readonly at: ContentPath;
}

export interface LaidOver {
  readonly data: DataMap;
  readonly origin: Origin;
}

/** Keys that say nothing of what an object does once it is live, which is what its tests are about. */
const UNTESTED: ReadonlySet<string> = new Set(['stage']);

/**
 * Tests of the file are about what the file says, so they are left out; the override may give its own. One that says
 * no more than the stage of a rule leaves them.
 */
export function layOverride(data: DataMap, origin: Origin, override: Override): LaidOver {
  const { tests, ...others } = data;
  const isUntested = Object.keys(override.data).every((key) => UNTESTED.has(key));
  const rest = isUntested && tests !== undefined ? { ...others, tests } : others;
  return { data: merge(rest, override.data), origin: laidOrigin(rest, origin, override) };
}

function merge(under: DataMap, over: DataMap): DataMap {
  const result: Record<string, Data> = Object.create(null) as Record<string, Data>;
  for (const [key, value] of Object.entries(under)) result[key] = value;
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(under, key) ? under[key] : undefined;
    result[key] = isMap(below) && isMap(value) ? merge(below, value) : value;
  }
  return result;
}

function laidOrigin(written: DataMap, under: Origin, { data, origin, at }: Override): Origin {
  const placed = (path: ContentPath): readonly [Origin, ContentPath] =>
    isReplaced(written, data, path) ? [origin, [...at, ...path]] : [under, path];
  return {
    file: under.file,
    rangeOf: (path) => {
      const [place, inner] = placed(path);
      return place.rangeOf(inner);
    },
    keyRangeOf: (path) => {
      const [place, inner] = placed(path);
      return place.keyRangeOf(inner);
    },
    rangeInScalar: (path, start, end) => {
      const [place, inner] = placed(path);
      return place.rangeInScalar(inner, start, end);
    },
  };
}

/** Whether the value at `path` is the override's own: a map that both have is merged and belongs to the file. */
function isReplaced(under: DataMap, over: DataMap, path: ContentPath): boolean {
  let below: Data | undefined = under;
  let above: Data | undefined = over;
  for (const step of path) {
    if (!isMap(above) || !isMap(below)) return true;
    if (typeof step !== 'string' || !Object.hasOwn(above, step)) return false;
    above = above[step];
    below = Object.hasOwn(below, step) ? below[step] : undefined;
  }
  return !isMap(above) || !isMap(below);
}

function isMap(value: Data | undefined): value is DataMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
