/**
 * `GET …/{id}/version_history` of suppressions and rules: what an object was at each of its versions, and what changed.
 * Source: recorded conversations, of first versions alone; VersionHistoryUpdate for what a change says. Pages are of
 * versions, the newest first; `count` is of all of them.
 */

import { isDeepStrictEqual } from 'node:util';

import {
  listVersions,
  readContent,
  type ContentFields,
  type ContentVersion,
  type StoredContent,
} from '@signalwright/signals';
import { plainErrors } from '@signalwright/wire';

import { isObject } from '../http/json-body.ts';
import { json, jsonApi, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { authorOf, type OrgServices } from '../org-services.ts';
import type { ContentResource } from './content-resource.ts';
import { pageOf } from './paging.ts';

type Shown = Pick<ContentResource, 'kind' | 'path' | 'read' | 'answer' | 'notFound'>;

interface HistoryNames {
  /** What `data.type` says. */
  readonly type: string;
  /** Key of the object beside its `changes`. */
  readonly name: string;
}

export function versionHistoryRoute(services: OrgServices, resource: Shown, names: HistoryNames): Route {
  return {
    method: 'GET',
    path: `${resource.path}/:id/version_history`,
    access: { kind: 'permission', permission: resource.read },
    handle: (request) => answerHistory(services, resource, names, request),
  };
}

function answerHistory(
  services: OrgServices,
  resource: Shown,
  { type, name }: HistoryNames,
  { params, query }: RouteRequest,
): Answer {
  const id = params['id'] ?? '';
  const stored = readContent(services.context.db, resource.kind, id);
  if (stored === undefined) return json(404, plainErrors(resource.notFound(id)));
  const versions = listVersions(services.context.db, resource.kind, id);
  const result = pageOf(versions, query);
  if (!result.ok) return json(400, plainErrors(`input_validation_error(${result.reason})`));
  const first = versions.at(-1);
  const data = result.page.rows.map((version) => {
    const before = versions.find((each) => each.version === version.version - 1);
    const object = asStored(stored, version, first);
    const shown = attributesOf(resource.answer(object, (actorId) => authorOf(services, actorId)));
    return [
      version.version,
      {
        [name]: { ...shown, id },
        changes: before === undefined ? [] : changesOf(before.fields, version.fields),
      },
    ];
  });
  const attributes = { count: versions.length, data: Object.fromEntries(data) as object };
  return jsonApi(200, { data: { id, type, attributes } });
}

/** The object as it was. */
function asStored(
  now: StoredContent,
  { version, atMs, actorId, fields }: ContentVersion,
  first: ContentVersion | undefined,
): StoredContent {
  const createdBy = first?.actorId ?? now.createdBy;
  return { ...now, version, updatedAtMs: atMs, createdBy, updatedBy: actorId, fields: fields ?? {} };
}

/** Recorded: the attributes stand beside the id, without `type` and `attributes` around. */
function attributesOf(answered: object): object {
  const { attributes } = answered as { readonly attributes?: unknown };
  return isObject(attributes) ? attributes : answered;
}

interface VersionChange {
  readonly type: 'create' | 'update' | 'delete';
  readonly field: string;
  /** Chosen: the new value as JSON; of a field that is gone, the old one. */
  readonly change: string;
}

function changesOf(before: ContentFields = {}, after: ContentFields = {}): readonly VersionChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((field): readonly VersionChange[] => {
    const [old, now] = [before[field], after[field]];
    if (isDeepStrictEqual(old, now)) return [];
    if (old === undefined || old === null) return [{ type: 'create', field, change: JSON.stringify(now) }];
    if (now === undefined || now === null) return [{ type: 'delete', field, change: JSON.stringify(old) }];
    return [{ type: 'update', field, change: JSON.stringify(now) }];
  });
}
