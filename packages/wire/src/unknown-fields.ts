/**
 * Fields that an imported object carries beyond what its normal form holds: laid over what it compiles to, and
 * collected by comparing the payload with what was understood of it, so that there is no list of special cases.
 */

import type { Payload, UnknownFields } from '@signalwright/model';
import { isUnsafeName, parseFieldPath, type FieldPath } from './field-path.ts';
import { isJsonObject } from './payload-reader.ts';

/** Why a path of `unknownFields` cannot be laid over a payload. */
export type MisplacedField = 'not-a-path' | 'unsafe' | 'leads-nowhere';

/**
 * @param body fields of an object: a rule, or the attributes of a JSON:API resource
 * @throws when a path leads nowhere: content is checked with `misplacedField` before it is compiled
 */
export function layOver(body: Payload, fields: UnknownFields | undefined): Payload {
  let result: Payload = body;
  for (const [text, value] of Object.entries(fields ?? {})) {
    const path = parseFieldPath(text);
    const laid = path === undefined || isUnsafePath(path) ? undefined : set(result, path, value);
    if (!isJsonObject(laid)) throw new Error(`The unknown field ${text} leads nowhere.`);
    result = laid;
  }
  return result;
}

/** @returns undefined when the path can be laid over `body` */
export function misplacedField(body: Payload, text: string): MisplacedField | undefined {
  const path = parseFieldPath(text);
  if (path === undefined) return 'not-a-path';
  if (isUnsafePath(path)) return 'unsafe';
  return set(body, path, null) === undefined ? 'leads-nowhere' : undefined;
}

function isUnsafePath(path: FieldPath): boolean {
  return path.some((segment) => typeof segment === 'string' && isUnsafeName(segment));
}

/**
 * A copy of `target` with `value` at `path`; objects on the way are made where there is nothing.
 *
 * @returns undefined when the path runs into text or a number, or behind the end of a list
 */
function set(target: unknown, path: FieldPath, value: unknown): unknown {
  const [segment, ...rest] = path;
  if (segment === undefined) return value;
  if (typeof segment === 'number') {
    if (!Array.isArray(target) || segment >= target.length) return undefined;
    const inner = set(target[segment], rest, value);
    return inner === undefined ? undefined : target.with(segment, inner);
  }
  const object = target ?? {};
  if (!isJsonObject(object)) return undefined;
  const inner = set(Object.hasOwn(object, segment) ? object[segment] : undefined, rest, value);
  return inner === undefined ? undefined : { ...object, [segment]: inner };
}
