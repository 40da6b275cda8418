/** Reads what requests about people send: `{ data: { type, id, attributes, relationships } }`. */

import { isObject, objectAt } from '../http/json-body.ts';
import type { RouteRequest } from '../http/route.ts';

export interface PeopleBody {
  readonly id: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, unknown>>;
}

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason?: string };

/** Chosen: what one request may name. */
const MAX_REFERENCES = 1_000;

const BAD = { ok: false } as const;

/** @param type that `data.type` must be; `isTypeNeeded` is false where the API does without it */
export async function readPeopleBody(
  request: RouteRequest,
  type: string,
  isTypeNeeded = true,
): Promise<Read<PeopleBody>> {
  const body = await request.json();
  if (!body.ok) return body;
  const data = objectAt(body.value, 'data');
  if (data === undefined) return { ok: false, reason: 'The body has no data.' };
  if (data['type'] !== type && (isTypeNeeded || data['type'] !== undefined)) return BAD;
  const { id, attributes = {}, relationships = {} } = data;
  if (id !== undefined && typeof id !== 'string') return BAD;
  if (!isObject(attributes) || !isObject(relationships)) return BAD;
  return { ok: true, value: { id, attributes, relationships } };
}

/** `{ data: { id, type } }`: the id. */
export async function readReference(request: RouteRequest, type: string): Promise<Read<string>> {
  const body = await request.json();
  if (!body.ok) return body;
  const id = referenceOf(objectAt(body.value, 'data'), type);
  return id === undefined ? BAD : { ok: true, value: id };
}

/** `relationships.<name>.data`: ids; undefined when the relationship is not told. */
export function relatedIds(
  { relationships }: PeopleBody,
  name: string,
  type: string,
): Read<readonly string[] | undefined> {
  if (!Object.hasOwn(relationships, name)) return { ok: true, value: undefined };
  const data = objectAt(relationships, name)?.['data'];
  if (!Array.isArray(data) || data.length > MAX_REFERENCES) return BAD;
  const ids = data.map((each) => referenceOf(each, type));
  return ids.every((id) => id !== undefined) ? { ok: true, value: ids } : BAD;
}

export function referenceOf(value: unknown, type: string): string | undefined {
  return isObject(value) && value['type'] === type && typeof value['id'] === 'string'
    ? value['id']
    : undefined;
}

/** Fields that are texts; null is as good as none. Undefined when one is something else. */
export function textsOf<Name extends string>(
  attributes: Readonly<Record<string, unknown>>,
  ...names: readonly Name[]
): { readonly [name in Name]?: string } | undefined {
  const texts: { [name in Name]?: string } = {};
  for (const name of names) {
    const value = attributes[name] ?? undefined;
    if (value === undefined) continue;
    if (typeof value !== 'string') return undefined;
    texts[name] = value;
  }
  return texts;
}
