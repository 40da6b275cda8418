/**
 * Reads a JSON body that somebody else wrote: bounded in size and depth, and without the keys that reach a prototype.
 * Source: reliability T13 (prototype pollution) and T38 (hostile peers).
 */

export const MAX_BODY_BYTES = 1024 * 1024;

/** Chosen: far deeper than any body of the API, far shallower than any stack. */
export const MAX_JSON_DEPTH = 64;

const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export type JsonResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string };

/**
 * What to do with a key that reaches a prototype: configuration is refused, so that its author learns of it; of an
 * event only the key is left out, since an attacker must not be able to lose the events beside his own.
 */
export type PrototypeKeys = 'refuse' | 'drop';

/** Parses `text`; never throws. Numbers beyond 2^53 lose digits, as with any JSON reader of this platform. */
export function parseJson(text: string, prototypeKeys: PrototypeKeys = 'refuse'): JsonResult {
  if (isDeeperThan(text, MAX_JSON_DEPTH)) {
    return { ok: false, reason: `The body is nested deeper than ${MAX_JSON_DEPTH} levels.` };
  }
  let refused: string | undefined;
  try {
    const value: unknown = JSON.parse(text, (key, inner: unknown) => {
      if (!PROTOTYPE_KEYS.has(key)) return inner;
      refused ??= key;
      return undefined;
    });
    if (refused !== undefined && prototypeKeys === 'refuse') {
      return { ok: false, reason: `The key "${refused}" is not allowed.` };
    }
    return { ok: true, value };
  } catch {
    // The parser's own words quote the body, which may hold a secret.
    return { ok: false, reason: 'The body is not valid JSON.' };
  }
}

/** Counts brackets outside strings, so that a hostile body is refused before any parser recurses. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index);
    if (inString) {
      if (char === BACKSLASH) index += 1;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      depth += 1;
      if (depth > limit) return true;
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) depth -= 1;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Reading `body.data.attributes.name` of an unknown value: a plain object, or undefined. */
export function objectAt(
  value: unknown,
  ...path: readonly string[]
): Readonly<Record<string, unknown>> | undefined {
  let current = value;
  for (const key of path) {
    if (!isObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return isObject(current) ? current : undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
