/** Every place of a valid body, and the body with something else in one of them. */

import { isObject } from '../../architecture/manifest.ts';
import type { HostileValue } from './hostile-values.ts';

export type Place = readonly (string | number)[];

/** Stands for raw JSON that `JSON.stringify` would not write. */
const MARK = '\u{f8ff}here\u{f8ff}';

/** Places of arrays beyond this index are like those before. */
const MAX_ITEMS = 2;

export function placesOf(body: unknown, at: Place = []): readonly Place[] {
  const children = Array.isArray(body)
    ? body.slice(0, MAX_ITEMS).flatMap((item, index) => placesOf(item, [...at, index]))
    : isObject(body)
      ? Object.entries(body).flatMap(([key, value]) => placesOf(value, [...at, key]))
      : [];
  return [at, ...children];
}

export function bodyWith(body: unknown, place: Place, value: HostileValue): string {
  return JSON.stringify(withMark(body, place)).replace(JSON.stringify(MARK), () => value.json);
}

/** Without what stands there; undefined at the top. */
export function bodyWithout(body: unknown, place: Place): string | undefined {
  const last = place.at(-1);
  if (last === undefined) return undefined;
  const copy = structuredClone(body);
  const parent = place.slice(0, -1).reduce<unknown>(childOf, copy);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isObject(parent)) delete (parent as Record<string, unknown>)[last];
  return JSON.stringify(copy);
}

/** With the same key once more before it, as another value. */
export function bodyTwice(body: unknown, place: Place): string | undefined {
  const key = place.at(-1);
  if (typeof key !== 'string') return undefined;
  const named = `${JSON.stringify(key)}:`;
  return JSON.stringify(withMark(body, place)).replace(
    named + JSON.stringify(MARK),
    () => `${named}"first",${named}"second"`,
  );
}

function withMark(body: unknown, place: Place): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return MARK;
  if (Array.isArray(body)) return body.map((item, index) => (index === key ? withMark(item, rest) : item));
  if (!isObject(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, name === key ? withMark(value, rest) : value]),
  );
}

function childOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) ? value[key] : undefined;
}
