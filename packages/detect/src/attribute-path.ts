/**
 * Paths into attributes: `@http.client_ip` is nested under `http`. Names that would reach an object's
 * prototype are refused in paths and left out of what is copied.
 */

import type { Attributes } from '@signalwright/model';

const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const MAX_SEGMENTS = 32;

export function isForbiddenName(name: string): boolean {
  return FORBIDDEN.has(name);
}

/**
 * The names of a field: `['http', 'client_ip']` for `@http.client_ip`, `['service']` for `service`.
 *
 * @returns undefined when it is no field
 */
export function attributeSegments(field: string): readonly string[] | undefined {
  const isAttribute = field.startsWith('@');
  const text = isAttribute ? field.slice(1) : field;
  const segments = isAttribute ? text.split('.') : [text];
  const isFine = segments.every((name) => name !== '' && !/\s/.test(name) && !isForbiddenName(name));
  return isFine && segments.length <= MAX_SEGMENTS ? segments : undefined;
}

/** A copy of `attributes` with `value` at `segments`; what stands in the way is replaced. */
export function withAttribute(
  attributes: Attributes,
  segments: readonly string[],
  value: unknown,
): Attributes {
  const [name, ...rest] = segments;
  if (name === undefined || isForbiddenName(name)) return attributes;
  if (rest.length === 0) return { ...attributes, [name]: value };
  const inner = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return { ...attributes, [name]: withAttribute(isObject(inner) ? inner : {}, rest, value) };
}

/** The value at `segments`, own properties only. */
export function attributeAt(attributes: Attributes, segments: readonly string[]): unknown {
  let value: unknown = attributes;
  for (const name of segments) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** True for nested attributes, false for lists and scalars. */
export function isObject(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
