/** Field-level difference of two normal forms: paths as `options.keepAlive` and `cases[0].status`. */

import type { FieldChange, Payload } from '@signalwright/model';
import { canonicalJson } from '@signalwright/store';
import { isJsonObject } from '@signalwright/wire';

/** Lists of plain values change as a whole; lists of objects position by position. */
export function diffFields(before: Payload, after: Payload): readonly FieldChange[] {
  return diffValues('', before, after);
}

function diffValues(path: string, before: unknown, after: unknown): readonly FieldChange[] {
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
    return keys.flatMap((key) =>
      diffValues(path === '' ? key : `${path}.${key}`, own(before, key), own(after, key)),
    );
  }
  if (Array.isArray(before) && Array.isArray(after) && [...before, ...after].some(isJsonObject)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      diffValues(`${path}[${index}]`, before[index], after[index]),
    );
  }
  return isSame(before, after) ? [] : [{ path, before, after }];
}

function isSame(before: unknown, after: unknown): boolean {
  if (before === undefined || after === undefined) return before === after;
  return canonicalJson(before) === canonicalJson(after);
}

/** Keys are data: every object answers to `constructor`. */
function own(object: Payload, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
