/** Reads the attributes of a JSON:API body, `{ data: { type, attributes } }`. */

import { isObject, objectAt } from '../http/json-body.ts';
import type { RouteRequest } from '../http/route.ts';

export type AttributesResult =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>>; readonly body: unknown }
  | { readonly ok: false; readonly reason: string };

export async function readAttributes(request: RouteRequest): Promise<AttributesResult> {
  const body = await request.json();
  if (!body.ok) return body;
  if (!isObject(body.value)) return { ok: false, reason: 'The body must be an object.' };
  const attributes = objectAt(body.value, 'data', 'attributes');
  if (attributes === undefined) return { ok: false, reason: 'The body has no data.attributes.' };
  const type = objectAt(body.value, 'data')?.['type'];
  if (type !== undefined && typeof type !== 'string')
    return { ok: false, reason: "Field 'data.type' is invalid: expected a text" };
  return { ok: true, value: attributes, body: body.value };
}
