/**
 * The paths under the attributes of a document that lead to values, as a query names them: keys joined by dots, lists
 * standing for their elements.
 */

import type { Attributes, Scalar } from '@signalwright/model';

/** Chosen: paths of one document that are looked at. */
export const MAX_DOCUMENT_PATHS = 256;

export interface FlatAttributes {
  /** The one plain value of a path; undefined where a list or a key with dots has a part in it, so that a reader must say. */
  readonly paths: ReadonlyMap<string, Scalar | undefined>;
  /** False when the document has more than MAX_DOCUMENT_PATHS. */
  readonly isWhole: boolean;
}

/** @param first keys that are looked at before all others, so that no attribute of an event can crowd them out */
export function flattenAttributes(attributes: Attributes, first: readonly string[]): FlatAttributes {
  const paths = new Map<string, Scalar | undefined>();
  for (const key of first) {
    if (Object.hasOwn(attributes, key)) collect(attributes[key], key, true, paths);
  }
  const isWhole = Object.keys(attributes).every(
    (key) => first.includes(key) || collect(attributes[key], key, !key.includes('.'), paths),
  );
  return { paths, isWhole };
}

/** @returns false when it stopped at the limit */
function collect(
  value: unknown,
  path: string,
  isPlain: boolean,
  into: Map<string, Scalar | undefined>,
): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.every((item) => collect(item, path, false, into));
  if (typeof value === 'object') {
    return Object.keys(value).every((key) =>
      collect((value as Attributes)[key], `${path}.${key}`, isPlain && !key.includes('.'), into),
    );
  }
  const isKnown = into.has(path);
  if (!isKnown && into.size >= MAX_DOCUMENT_PATHS) return false;
  into.set(path, isPlain && !isKnown ? (value as Scalar) : undefined);
  return true;
}
