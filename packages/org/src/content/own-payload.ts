/** Saved views and entries of the service catalog, as our own endpoints take and answer them. */

import { parseQuery } from '@signalwright/query';
import type { ContentFields, StoredContent } from '@signalwright/signals';
import { decodeCatalogService, decodeView, encodeView } from '@signalwright/wire';

import { invalidField, invalidFields } from './invalid-field.ts';
import type { Author } from './rule-payload.ts';

type AuthorOf = (actorId: string) => Author;

/** @returns messages; none when it may be stored */
export function checkView(fields: ContentFields): readonly string[] {
  const decoded = decodeView(fields, 'new-view');
  if (!decoded.ok) return invalidFields(decoded);
  return parseQuery(decoded.value.query).ok ? [] : [invalidField('query', 'query is invalid')];
}

/** The `data` of an answer: the view in full, with its defaults. */
export function answerView(stored: StoredContent, authorOf: AuthorOf): object {
  const decoded = decodeView(stored.fields, stored.id);
  const attributes = decoded.ok ? encodeView(decoded.value) : stored.fields;
  return { id: stored.id, type: 'saved_views', attributes: { ...attributes, ...history(stored, authorOf) } };
}

/** @returns messages; none when it may be stored */
export function checkCatalogService(fields: ContentFields): readonly string[] {
  return invalidFields(decodeCatalogService(fields));
}

/** The `data` of an answer. */
export function answerCatalogService(stored: StoredContent, authorOf: AuthorOf): object {
  const { name, description = '', team = '', on_call = '', links = [] } = stored.fields;
  const attributes = { name, description, team, on_call, links, ...history(stored, authorOf) };
  return { id: stored.id, type: 'services', attributes };
}

function history(stored: StoredContent, authorOf: AuthorOf): object {
  const name = (actorId: string): object => {
    const { handle, name } = authorOf(actorId);
    return { handle, name };
  };
  return {
    version: stored.version,
    created_at: new Date(stored.createdAtMs).toISOString(),
    created_by: name(stored.createdBy),
    modified_at: new Date(stored.updatedAtMs).toISOString(),
    modified_by: name(stored.updatedBy),
  };
}
