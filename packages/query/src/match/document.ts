/**
 * What a query is matched against, and how values are read from it. Everything under `attributes` comes from
 * outside: it is read by own properties only, and never deeper than `MAX_NESTING`.
 */

/** Plain data. A signal or an event becomes one without copying its attributes. */
export interface QueryDocument {
  /** `service`, `status` and the like. On signals `status` is the severity. */
  readonly reserved: Readonly<Record<string, string | number | readonly string[]>>;
  /** `key:value` or bare tags, as stored. */
  readonly tags: readonly string[];
  /** Nested JSON. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export type Scalar = string | number | boolean;

/** Values nested deeper are not seen. Bounds the recursion over a document. */
const MAX_NESTING = 256;

/** Looks at values until one passes; tells whether one did. */
export type ValueSearch = (document: QueryDocument, passes: (value: Scalar) => boolean) => boolean;

/**
 * The values of an attribute path. Arrays stand for their elements, at every step. Where no nested object
 * leads to a value, keys that hold dots themselves are tried (`{"http.url": …}` for `http.url`); an attribute
 * spelled that way can therefore never stand in for a nested one.
 */
export function searchPath(path: string): ValueSearch {
  const segments = path.split('.');
  const joins = joinedKeys(segments);
  return (document, passes) => {
    const seen = { any: false };
    const nested = searchNested(document.attributes, segments, 0, 0, seen, passes);
    if (nested || seen.any || segments.length === 1) return nested;
    return searchJoined(document.attributes, joins, 0, 0, passes);
  };
}

/** Whether a path leads to a value, or to an object that has one somewhere below. */
export function hasPath(path: string): (document: QueryDocument) => boolean {
  const joins = joinedKeys(path.split('.'));
  return (document) => hasJoined(document.attributes, joins, 0, 0);
}

/** A reserved field, else the values of the tags with that key. */
export function searchReserved(name: string): ValueSearch {
  const inTags = searchTag(name);
  return (document, passes) => {
    const value = Object.hasOwn(document.reserved, name) ? document.reserved[name] : undefined;
    if (value === undefined) return inTags(document, passes);
    if (typeof value !== 'object') return passes(value);
    return value.length === 0 ? inTags(document, passes) : value.some(passes);
  };
}

/** What stands after `key:` in each tag of that key. */
export function searchTag(key: string): ValueSearch {
  const prefix = `${key}:`;
  return (document, passes) =>
    document.tags.some((tag) => tag.startsWith(prefix) && passes(tag.slice(prefix.length)));
}

/** Every scalar under the attributes, as text. */
export function attributeTexts(attributes: Readonly<Record<string, unknown>>): readonly string[] {
  const texts: string[] = [];
  collectTexts(attributes, 0, texts);
  return texts;
}

export function textOf(value: Scalar): string {
  return typeof value === 'string' ? value : String(value);
}

/** keys[from][length - 1] is the key made of `length` segments from `from` on. */
function joinedKeys(segments: readonly string[]): readonly (readonly string[])[] {
  return segments.map((_, from) =>
    segments.slice(from).map((__, more) => segments.slice(from, from + more + 1).join('.')),
  );
}

function searchNested(
  value: unknown,
  segments: readonly string[],
  at: number,
  depth: number,
  seen: { any: boolean },
  passes: (value: Scalar) => boolean,
): boolean {
  if (value === null || value === undefined || depth > MAX_NESTING) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (searchNested(item, segments, at, depth + 1, seen, passes)) return true;
    return false;
  }
  const key = segments[at];
  if (key === undefined) {
    if (!isScalar(value)) return false;
    seen.any = true;
    return passes(value);
  }
  if (!isObject(value) || !Object.hasOwn(value, key)) return false;
  return searchNested(value[key], segments, at + 1, depth + 1, seen, passes);
}

function searchJoined(
  value: unknown,
  joins: readonly (readonly string[])[],
  at: number,
  depth: number,
  passes: (value: Scalar) => boolean,
): boolean {
  if (value === null || value === undefined || depth > MAX_NESTING) return false;
  if (Array.isArray(value)) return value.some((item) => searchJoined(item, joins, at, depth + 1, passes));
  const keys = joins[at];
  if (keys === undefined) return isScalar(value) && passes(value);
  if (!isObject(value)) return false;
  return keys.some(
    (key, more) =>
      Object.hasOwn(value, key) && searchJoined(value[key], joins, at + more + 1, depth + 1, passes),
  );
}

function hasJoined(
  value: unknown,
  joins: readonly (readonly string[])[],
  at: number,
  depth: number,
): boolean {
  if (value === null || value === undefined || depth > MAX_NESTING) return false;
  if (Array.isArray(value)) return value.some((item) => hasJoined(item, joins, at, depth + 1));
  const keys = joins[at];
  if (keys === undefined) return hasScalar(value, depth);
  if (!isObject(value)) return false;
  const found = keys.some(
    (key, more) => Object.hasOwn(value, key) && hasJoined(value[key], joins, at + more + 1, depth + 1),
  );
  if (found) return true;
  // A key with dots may start with the whole rest of the path: `{"http.url": …}` has `http`.
  const prefix = `${keys.at(-1) ?? ''}.`;
  return Object.keys(value).some((key) => key.startsWith(prefix) && hasScalar(value[key], depth + 1));
}

function hasScalar(value: unknown, depth: number): boolean {
  if (isScalar(value)) return true;
  if (depth > MAX_NESTING) return false;
  if (Array.isArray(value)) return value.some((item) => hasScalar(item, depth + 1));
  return isObject(value) && Object.values(value).some((item) => hasScalar(item, depth + 1));
}

function collectTexts(value: unknown, depth: number, into: string[]): void {
  if (depth > MAX_NESTING) return;
  if (isScalar(value)) into.push(textOf(value));
  else if (Array.isArray(value)) for (const item of value) collectTexts(item, depth + 1, into);
  else if (isObject(value)) for (const item of Object.values(value)) collectTexts(item, depth + 1, into);
}

/** `null` is no value: an attribute that holds it is missing. */
function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
