/** Whose keys these are: `GET /api/v2/current_user` names the organisation and asks for no permission. */

import { attributesOf } from './ownership.ts';
import { isJsonObject } from './payload-reader.ts';

export interface OrgAnswer {
  /** Public id. */
  readonly id: string;
  /** For people; may be edited. */
  readonly name: string;
}

/** No id that the service gives is longer. */
const MAX_CHARACTERS = 100;

/** @returns undefined for an answer that names no organisation */
export function readOrg(body: unknown): OrgAnswer | undefined {
  const included = isJsonObject(body) && Array.isArray(body['included']) ? body['included'] : [];
  const org: unknown = included.find((each: unknown) => isJsonObject(each) && each['type'] === 'orgs');
  if (org === undefined) return undefined;
  const { public_id: id, name } = attributesOf(org);
  if (typeof id !== 'string' || id === '' || id.length > MAX_CHARACTERS) return undefined;
  return { id, name: typeof name === 'string' ? name.slice(0, MAX_CHARACTERS) : '' };
}
