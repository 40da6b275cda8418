/**
 * Reads a JSON body that somebody else wrote: bounded in size and depth, and without the keys that reach a prototype.
 * Source: reliability T13 (prototype pollution) and T38 (hostile peers).
 */

import { MAX_JSON_DEPTH, isJsonDeeperThan } from '@signalwright/wire';

export const MAX_BODY_BYTES = 1024 * 1024;

const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export type JsonResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string };

/**
 * Parses `text`; never throws. Numbers beyond 2^53 lose digits, as with any JSON reader of this platform; one that is
 * too large for it at all (1e400) is refused, since it would be stored as nothing.
 */
export function parseJson(text: string): JsonResult {
  if (isJsonDeeperThan(text, MAX_JSON_DEPTH)) {
    return { ok: false, reason: `The body is nested deeper than ${MAX_JSON_DEPTH} levels.` };
  }
  let refused: string | undefined;
  const parsed = parse(text, (key, inner) => {
    if (PROTOTYPE_KEYS.has(key)) refused ??= `The key "${key}" is not allowed.`;
    else if (inner === Infinity || inner === -Infinity)
      refused ??= 'The body has a number that is too large.';
    else return inner;
    return undefined;
  });
  return refused === undefined ? parsed : { ok: false, reason: refused };
}

/**
 * Parses a body of events as deep as it is and with whatever keys it has: an attacker writes into events, and must not
 * be able to lose those beside his own. The reader of each event bounds it alone.
 */
export function parseEvents(text: string): JsonResult {
  return parse(text);
}

function parse(text: string, revive?: (key: string, value: unknown) => unknown): JsonResult {
  try {
    return { ok: true, value: JSON.parse(text, revive) };
  } catch {
    // The parser's own words quote the body, which may hold a secret.
    return { ok: false, reason: 'The body is not valid JSON.' };
  }
}

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
