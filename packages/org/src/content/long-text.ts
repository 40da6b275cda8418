/** Texts that nobody writes: what is stored is also in the history and in the audit trail, each time it changes. */

import { isObject } from '../http/json-body.ts';

/** Chosen: longer than any real message, query or policy. */
const MAX_TEXT_CHARACTERS = 65_536;

export const LONG_TEXT = `it is longer than ${MAX_TEXT_CHARACTERS} characters`;

/** Paths of texts and names that are longer, `cases[0].name`; what is read is bounded by the depth of a body. */
export function findLongTexts(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'string') return value.length > MAX_TEXT_CHARACTERS ? [path] : [];
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => findLongTexts(item, `${path}[${index}]`));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const name = path === '' ? key : `${path}.${key}`;
    // A name that is too long is not worth repeating.
    return key.length > MAX_TEXT_CHARACTERS ? [path] : findLongTexts(inner, name);
  });
}
