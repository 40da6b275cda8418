/**
 * A kind of content as a resource of JSON:API: made, read, changed and deleted one at a time. What the kinds differ in
 * is data; lists, and what a kind has besides, stand with the kind.
 * Source: recorded conversations; optimistic locking as the notes on the API say it.
 */

import type { Permission } from '@signalwright/model';
import {
  listContent,
  readContent,
  type ContentFields,
  type ContentKind,
  type StoredContent,
} from '@signalwright/signals';
import { plainErrors } from '@signalwright/wire';

import { invalidField } from '../content/invalid-field.ts';
import { LONG_TEXT, findLongTexts } from '../content/long-text.ts';
import { isObject } from '../http/json-body.ts';
import { NO_CONTENT, json, jsonApi, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { authorOf, type OrgServices } from '../org-services.ts';
import type { Author } from '../content/rule-payload.ts';
import { changeObject, createObject, deleteObject } from './content-change.ts';
import { readAttributes } from './json-api-body.ts';

export interface ContentResource {
  readonly kind: ContentKind;
  readonly path: string;
  /** `suppressions`: what `data.type` says. */
  readonly type: string;
  readonly read: Permission;
  readonly write: Permission;
  readonly createdStatus: 200 | 201;
  /** Security filters are answered as plain JSON. */
  readonly respond?: typeof json;
  readonly newId: (random: OrgServices['context']['random']) => string;
  /** Fields that clients send back although the server fills them. */
  readonly filled: ReadonlySet<string>;
  /** @returns messages in the words of the service; none when it may be stored */
  readonly check: (fields: ContentFields) => readonly string[];
  /** The `data` of an answer. */
  readonly answer: (stored: StoredContent, authorOf: (actorId: string) => Author) => object;
  readonly notFound: (id: string) => string;
  /** Where an update must name the version that it changes: what it is told when it does not. */
  readonly needsVersion?: string;
  /** A text that no two objects may share, where there is one; `name` of the field that holds it. */
  readonly unique?: { readonly field: string; readonly of: (fields: ContentFields) => string | undefined };
  /** Why this one cannot be deleted; undefined when it can. */
  readonly keeps?: (stored: StoredContent) => string | undefined;
}

/** Routes of one object, and of making one. */
export function resourceRoutes(services: OrgServices, resource: ContentResource): readonly Route[] {
  const read = { kind: 'permission', permission: resource.read } as const;
  const write = { kind: 'permission', permission: resource.write } as const;
  const one = `${resource.path}/:id`;
  const route = (
    method: Route['method'],
    path: string,
    access: Route['access'],
    handle: (
      services: OrgServices,
      resource: ContentResource,
      request: RouteRequest,
    ) => Answer | Promise<Answer>,
  ): Route => ({ method, path, access, handle: (request) => handle(services, resource, request) });
  return [
    route('POST', resource.path, write, create),
    route('GET', one, read, get),
    route('PATCH', one, write, update),
    route('DELETE', one, write, remove),
  ];
}

/** One object, or several, as the kind answers them. */
export function answerData(
  services: OrgServices,
  resource: ContentResource,
  stored: StoredContent | readonly StoredContent[],
  meta?: object,
  status = 200,
): Answer {
  const data = (each: StoredContent): object => resource.answer(each, (id) => authorOf(services, id));
  const body = {
    data: isStored(stored) ? data(stored) : stored.map(data),
    ...(meta !== undefined && { meta }),
  };
  return (resource.respond ?? jsonApi)(status, body);
}

function isStored(stored: StoredContent | readonly StoredContent[]): stored is StoredContent {
  return !Array.isArray(stored);
}

/** Why a request of this kind cannot be taken. */
export function refuse(...messages: readonly string[]): Answer {
  return json(400, plainErrors(...messages));
}

async function create(
  services: OrgServices,
  resource: ContentResource,
  request: RouteRequest,
): Promise<Answer> {
  const body = await readBody(resource, request);
  if ('kind' in body) return body;
  const problems = resource.check(body.fields);
  if (problems.length > 0) return refuse(...problems);
  const isFree = (): boolean => !isTaken(services, resource, body.fields);
  const { kind, newId } = resource;
  const created = await createObject(services, request.actor, kind, body.fields, newId, isFree);
  if (!created.ok && created.reason === 'not_admitted') return taken(resource);
  if (!created.ok) return refuse(`The org holds no more ${resource.type.replaceAll('_', ' ')}.`);
  return answerData(services, resource, created.stored, undefined, resource.createdStatus);
}

/** Whether it could be stored: what creating would say, and nothing written. */
export async function validate(resource: ContentResource, request: RouteRequest): Promise<Answer> {
  const body = await readBody(resource, request);
  if ('kind' in body) return body;
  const problems = resource.check(body.fields);
  return problems.length > 0 ? refuse(...problems) : NO_CONTENT;
}

function get(services: OrgServices, resource: ContentResource, { params }: RouteRequest): Answer {
  const id = params['id'] ?? '';
  const stored = readContent(services.context.db, resource.kind, id);
  return stored === undefined ? notFound(resource, id) : answerData(services, resource, stored);
}

/** A field that is not named stays. */
async function update(
  services: OrgServices,
  resource: ContentResource,
  request: RouteRequest,
): Promise<Answer> {
  const { kind } = resource;
  const id = request.params['id'] ?? '';
  const body = await readBody(resource, request);
  if ('kind' in body) return body;
  const before = readContent(services.context.db, kind, id);
  if (before === undefined) return notFound(resource, id);
  const { needsVersion } = resource;
  if (needsVersion !== undefined && (body.version ?? 0) === 0) {
    return refuse(invalidField('version', needsVersion));
  }
  const problems = resource.check({ ...before.fields, ...body.fields });
  if (problems.length > 0) return refuse(...problems);
  const target = { kind, id, version: body.version ?? before.version };
  const merge = (stored: StoredContent): ContentFields => ({ ...stored.fields, ...body.fields });
  const isFree = (): boolean => !isTaken(services, resource, merge(before), id);
  const changed = await changeObject(services, request.actor, target, merge, isFree);
  if (changed.ok) return answerData(services, resource, changed.stored);
  if (changed.reason === 'not_found') return notFound(resource, id);
  return changed.reason === 'not_admitted' ? taken(resource) : concurrent();
}

/** Inside of the transaction that writes. */
function isTaken(
  { context }: OrgServices,
  { unique, kind }: ContentResource,
  fields: ContentFields,
  ownId?: string,
): boolean {
  const text = unique?.of(fields);
  if (unique === undefined || text === undefined) return false;
  return listContent(context.db, kind).some(
    ({ id, fields: other }) => id !== ownId && unique.of(other) === text,
  );
}

function taken({ unique, type }: ContentResource): Answer {
  const message = `already_exists(Another of the ${type.replaceAll('_', ' ')} has this ${unique?.field ?? ''})`;
  return json(409, plainErrors(message));
}

async function remove(
  services: OrgServices,
  resource: ContentResource,
  { actor, params }: RouteRequest,
): Promise<Answer> {
  const id = params['id'] ?? '';
  const stored = readContent(services.context.db, resource.kind, id);
  const kept = stored && resource.keeps?.(stored);
  if (kept !== undefined) return refuse(kept);
  return (await deleteObject(services, actor, resource.kind, id)) ? NO_CONTENT : notFound(resource, id);
}

interface ResourceBody {
  readonly fields: ContentFields;
  readonly version?: number;
}

/** A type that is not the resource's is a request for another endpoint; one that is left out is the resource's. */
export async function readBody(
  resource: ContentResource,
  request: RouteRequest,
): Promise<ResourceBody | Answer> {
  const attributes = await readAttributes(request);
  if (!attributes.ok) return refuse(`input_validation_error(${attributes.reason})`);
  const data = isObject(attributes.body) ? attributes.body['data'] : undefined;
  const type = isObject(data) ? data['type'] : undefined;
  if (type !== undefined && type !== resource.type) {
    return refuse(`input_validation_error(Field 'data.type' is invalid: expected ${resource.type})`);
  }
  const tooLong = findLongTexts(attributes.value).map((path) => invalidField(path, LONG_TEXT));
  if (tooLong.length > 0) return refuse(...tooLong);
  const { version, ...sent } = attributes.value;
  const fields = Object.fromEntries(Object.entries(sent).filter(([key]) => !resource.filled.has(key)));
  if (version === undefined) return { fields };
  if (!Number.isSafeInteger(version)) return refuse(invalidField('version', 'it must be a number'));
  return { fields, version: version as number };
}

function notFound(resource: ContentResource, id: string): Answer {
  return json(404, plainErrors(resource.notFound(id)));
}

/** Recorded words of the service; two writers at once meet them. */
function concurrent(): Answer {
  const message = 'already_exists(Concurrent modifications detected, please reload and try again)';
  return json(409, plainErrors(message));
}
