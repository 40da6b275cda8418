/** A payload with one field as a change says, in whatever envelope its attributes stand. */

import type { FieldChange, Payload } from '@signalwright/model';
import { attributesOf, isJsonObject, parseFieldPath, type FieldPath } from '@signalwright/wire';

/** The body with the field as `after` says. */
export function withField(body: Payload, { path, after }: FieldChange): Payload {
  const steps = parseFieldPath(path);
  if (steps === undefined) return body;
  const put = (payload: Payload): Payload => {
    const inner = ['data', 'attributes'].find(
      (key) => attributesOf(payload) !== payload && isJsonObject(payload[key]),
    );
    if (inner === undefined) return putAt(payload, steps, after) as Payload;
    return { ...payload, [inner]: put(payload[inner] as Payload) };
  };
  return put(body);
}

/** undefined takes the field away. */
function putAt(value: unknown, [step, ...rest]: FieldPath, put: unknown): unknown {
  if (step === undefined) return put;
  if (typeof step === 'number') {
    const list: readonly unknown[] = Array.isArray(value) ? value : [];
    const inner = putAt(list[step], rest, put);
    return inner === undefined ? list.toSpliced(step, 1) : list.toSpliced(step, 1, inner);
  }
  const { [step]: old, ...others } = isJsonObject(value) ? value : {};
  const inner = putAt(old, rest, put);
  return inner === undefined ? others : { ...others, [step]: inner };
}
