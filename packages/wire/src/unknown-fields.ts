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
    const laid = layOne(result, text, value);
    if (typeof laid === 'string') throw new Error(`The unknown field ${text} leads nowhere.`);
    result = laid;
  }
  return result;
}

/** @returns undefined when the field can be laid over `body` */
export function misplacedField(body: Payload, text: string, value: unknown): MisplacedField | undefined {
  const laid = layOne(body, text, value);
  return typeof laid === 'string' ? laid : undefined;
}

/** `-options.keepAlive: null` takes away what the other fields compile to: the original does not have it. */
export function removalOf(path: string): string {
  return `-${path}`;
}

function layOne(body: Payload, text: string, value: unknown): Payload | MisplacedField {
  const isRemoval = text.startsWith('-');
  const path = parseFieldPath(isRemoval ? text.slice(1) : text);
  if (path === undefined || (isRemoval && value !== null)) return 'not-a-path';
  if (path.some((segment) => typeof segment === 'string' && isUnsafeName(segment))) return 'unsafe';
  const laid = set(body, path, isRemoval ? REMOVED : value);
  return isJsonObject(laid) ? laid : 'leads-nowhere';
}

const REMOVED = Symbol('removed');

/**
 * A copy of `target` with `value` at `path`; objects on the way are made where there is nothing.
 *
 * @returns undefined when the path runs into text or a number, behind the end of a list, or has nothing to remove
 */
function set(target: unknown, path: FieldPath, value: unknown): unknown {
  const [segment, ...rest] = path;
  if (segment === undefined) return value;
  if (typeof segment === 'number') {
    if (!Array.isArray(target) || segment >= target.length) return undefined;
    const inner = set(target[segment], rest, value);
    return inner === undefined || inner === REMOVED ? undefined : target.with(segment, inner);
  }
  const object = target ?? {};
  if (!isJsonObject(object)) return undefined;
  const { [segment]: present, ...others } = object;
  const inner = set(Object.hasOwn(object, segment) ? present : undefined, rest, value);
  if (inner === REMOVED) return Object.hasOwn(object, segment) ? others : undefined;
  return inner === undefined ? undefined : { ...object, [segment]: inner };
}
