/**
 * Looking up a path in plain data that came from outside. Own properties only, so that names such
 * as `constructor` or `__proto__` find nothing that the data does not hold itself.
 */

/** Longest path this room reads; bounds the search among dotted keys. Chosen: real paths have at most 8. */
export const PATH_SEGMENTS_MAX = 16;

/** Plain data: what JSON can hold. */
export type Data = Readonly<Record<string, unknown>>;

/**
 * The value at `segments`, or undefined. Numbers as segments index arrays (`0`, `12`).
 * Inherited properties, getters and functions are never seen.
 */
export function lookupPath(data: unknown, segments: readonly string[]): unknown {
  let value = data;
  for (const segment of segments) value = ownValue(value, segment);
  return value;
}

/**
 * Like `lookupPath`, and a key may itself hold dots: `http.client_ip` is found under `http` →
 * `client_ip` and under the one key `http.client_ip`. The nested reading wins.
 */
export function lookupDotted(data: unknown, segments: readonly string[]): unknown {
  if (segments.length > PATH_SEGMENTS_MAX) return undefined;
  return lookupFrom(data, segments, 0);
}

function lookupFrom(data: unknown, segments: readonly string[], from: number): unknown {
  if (from === segments.length) return data;
  let key = '';
  for (let to = from; to < segments.length; to += 1) {
    key = to === from ? (segments[to] ?? '') : `${key}.${segments[to] ?? ''}`;
    const next = ownValue(data, key);
    if (next === undefined) continue;
    const found = lookupFrom(next, segments, to + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function ownValue(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const property = Object.getOwnPropertyDescriptor(value, key);
  if (property === undefined || !property.enumerable) return undefined;
  return typeof property.value === 'function' ? undefined : property.value;
}
