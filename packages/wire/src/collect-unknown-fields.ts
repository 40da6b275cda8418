/**
 * What of a payload its normal form does not hold: the payload is compared with what it compiles to again, and
 * whatever is not explained is kept. Explained are the fields that the server fills, the defaults that it adds, and
 * the mark of ownership. So there is no list of what is understood that could be wrong.
 * Source: recorded answers of the public API; api notes, "Ignore in diffs" and "Server-added defaults".
 */

import type { Kind, UnknownFields } from '@signalwright/model';
import { isDeepStrictEqual } from 'node:util';
import { isUnsafeName, printFieldPath, type FieldPath } from './field-path.ts';
import { attributesOf, parseOwnershipTag, splitName } from './ownership.ts';
import { isJsonObject, type JsonObject } from './payload-reader.ts';
import { SERVER_FILLED, type ServerFilled } from './server-filled.ts';
import { removalOf } from './unknown-fields.ts';

export interface CollectedFields {
  /** As an object carries them; empty when everything is explained. */
  readonly fields: UnknownFields;
  /** Paths that no file may hold: names that reach prototypes. */
  readonly unsafe: readonly string[];
}

/**
 * Defaults that the server adds to what it was given: an answer with them and a request without are one.
 * Positions in lists are left out of the paths.
 */
const SERVER_DEFAULTS: Readonly<Record<Kind, Readonly<Record<string, unknown>>>> = {
  'detection-rule': {
    'queries.name': '',
    'queries.dataSource': 'logs',
    'queries.hasOptionalGroupByFields': false,
    'queries.distinctFields': [],
    'queries.groupByFields': [],
    'options.detectionMethod': 'threshold',
    filters: [],
    tags: [],
    hasExtendedTitle: false,
    'cases.notifications': [],
  },
  suppression: { tags: [], suppression_query: '', data_exclusion_query: '' },
  'notification-rule': { time_aggregation: 0 },
  workflow: { tags: [] },
  'saved-view': {},
};

/** Lists that come back in another order. */
const SETS: ReadonlySet<string> = new Set(['tags']);

/**
 * @param payload as the API answers it, or a create body
 * @param compiled body that the object of `payload` compiles to
 */
export function collectUnknownFields(kind: Kind, payload: unknown, compiled: unknown): CollectedFields {
  const found: Comparison = { kind, fields: {}, unsafe: [] };
  compareObjects(withoutMark(kind, payload), withoutMark(kind, compiled), [], found);
  return found;
}

interface Comparison {
  readonly kind: Kind;
  readonly fields: Record<string, unknown>;
  readonly unsafe: string[];
}

function compareObjects(before: JsonObject, after: JsonObject, path: FieldPath, found: Comparison): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const inner = [...path, key];
    if (isServerFilled(found.kind, inner, before)) continue;
    if (isUnsafeName(key)) found.unsafe.push(printFieldPath(inner));
    else compareValues(own(before, key), own(after, key), inner, found);
  }
}

function compareValues(before: unknown, after: unknown, path: FieldPath, found: Comparison): void {
  if (isJsonObject(before) && isJsonObject(after)) return compareObjects(before, after, path, found);
  if (Array.isArray(before) && Array.isArray(after)) {
    if (SETS.has(pattern(path)) && isDeepStrictEqual(sorted(before), sorted(after))) return;
    if (before.length === after.length && before.some(isJsonObject)) {
      before.forEach((item: unknown, index) => compareValues(item, after[index], [...path, index], found));
      return;
    }
  }
  if (
    isDeepStrictEqual(before, after) ||
    isDefault(found.kind, path, before ?? after, before === undefined || after === undefined)
  )
    return;
  if (before === undefined) found.fields[removalOf(printFieldPath(path))] = null;
  else if (hasUnsafeName(before)) found.unsafe.push(printFieldPath(path));
  else found.fields[printFieldPath(path)] = before;
}

/** Only one side has it, and it says what its absence says. */
function isDefault(kind: Kind, path: FieldPath, value: unknown, isAlone: boolean): boolean {
  const defaults = SERVER_DEFAULTS[kind];
  const name = pattern(path);
  return isAlone && Object.hasOwn(defaults, name) && isDeepStrictEqual(defaults[name], value);
}

function isServerFilled(kind: Kind, path: FieldPath, parent: JsonObject): boolean {
  const name = pattern(path);
  if (Object.hasOwn(serverFilled(kind), name)) return true;
  // Deprecated, and echoed from `metrics`.
  const metrics = own(parent, 'metrics');
  return (
    kind === 'detection-rule' &&
    name === 'queries.metric' &&
    Array.isArray(metrics) &&
    metrics.length === 1 &&
    metrics[0] === own(parent, 'metric')
  );
}

/** Views are files: no server fills them. */
function serverFilled(kind: Kind): ServerFilled {
  return kind === 'saved-view' ? {} : SERVER_FILLED[kind];
}

/** The path without positions: `queries.name`. */
function pattern(path: FieldPath): string {
  return path.filter((segment) => typeof segment === 'string').join('.');
}

function withoutMark(kind: Kind, payload: unknown): JsonObject {
  const fields = attributesOf(payload);
  const { name, tags } = fields;
  if (kind === 'notification-rule')
    return typeof name === 'string' ? { ...fields, name: splitName(name).name } : fields;
  if (!Array.isArray(tags)) return fields;
  return {
    ...fields,
    tags: tags.filter((tag) => typeof tag !== 'string' || parseOwnershipTag(tag) === undefined),
  };
}

/** A set holds each value once. */
function sorted(list: readonly unknown[]): readonly unknown[] {
  return [...new Set(list.map((item) => JSON.stringify(item)))].toSorted();
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function hasUnsafeName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => isUnsafeName(key) || hasUnsafeName(inner));
}
