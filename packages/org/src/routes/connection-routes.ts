/** `/api/v2/actions/connections`. Source: recorded conversations; there is no list of them. */

import { newUuid, readContent, type StoredContent } from '@signalwright/signals';
import { PATHS } from '@signalwright/wire';

import { readConnection, type ConnectionResult } from '../content/action-connection.ts';
import { isObject } from '../http/json-body.ts';
import { NO_CONTENT, jsonApi, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { changeObject, createObject, deleteObject } from './content-change.ts';
import { readAttributes } from './json-api-body.ts';

const KIND = 'action-connection';
const TYPE = 'action_connection';
const READ = { kind: 'permission', permission: 'connections_read' } as const;
const WRITE = { kind: 'permission', permission: 'connections_write' } as const;
const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

export function connectionRoutes(services: OrgServices): readonly Route[] {
  const one = `${PATHS.actionConnections}/:connectionId`;
  return [
    {
      method: 'POST',
      path: PATHS.actionConnections,
      access: WRITE,
      handle: (request) => create(services, request),
    },
    { method: 'GET', path: one, access: READ, handle: (request) => get(services, request) },
    { method: 'PATCH', path: one, access: WRITE, handle: (request) => update(services, request) },
    { method: 'DELETE', path: one, access: WRITE, handle: (request) => remove(services, request) },
  ];
}

async function create(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const sent = await readSent(request);
  if (!sent.ok) return refuse(400, 'creating', `InvalidArgument desc = ${sent.reason}`);
  const read = readConnection(sent.value, undefined, newExternalId(services));
  if (!read.ok) return refuseFields(read, 'create');
  const created = await createObject(services, request.actor, KIND, read.fields, newUuid);
  if (!created.ok)
    return refuse(400, 'creating', 'ResourceExhausted desc = the org holds no more connections');
  return answer(201, created.stored);
}

function get(services: OrgServices, { params }: RouteRequest): Answer {
  const id = params['connectionId'] ?? '';
  if (!UUID.test(id)) return refuse(400, 'getting', 'InvalidArgument desc = the connection id is no UUID');
  const stored = readContent(services.context.db, KIND, id);
  return stored === undefined ? notFound('getting') : answer(200, stored);
}

/** Recorded: what is sent is looked at before the connection is. */
async function update(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const id = request.params['connectionId'] ?? '';
  const sent = await readSent(request);
  if (!sent.ok) return refuse(400, 'updating', `InvalidArgument desc = ${sent.reason}`);
  const before = readContent(services.context.db, KIND, id);
  const read = readConnection(sent.value, before?.fields, newExternalId(services));
  if (!read.ok) return refuseFields(read, 'update');
  if (before === undefined) return notFound('updating');
  const target = { kind: KIND, id, version: before.version } as const;
  const changed = await changeObject(services, request.actor, target, () => read.fields);
  if (changed.ok) return answer(200, changed.stored);
  return changed.reason === 'not_found'
    ? notFound('updating')
    : refuse(409, 'updating', 'Aborted desc = somebody else changed the connection at the same time');
}

async function remove(services: OrgServices, { actor, params }: RouteRequest): Promise<Answer> {
  const isDeleted = await deleteObject(services, actor, KIND, params['connectionId'] ?? '');
  return isDeleted ? NO_CONTENT : notFound('deleting');
}

type Sent =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly reason: string };

async function readSent(request: RouteRequest): Promise<Sent> {
  const attributes = await readAttributes(request);
  if (!attributes.ok) return attributes;
  const data = isObject(attributes.body) ? attributes.body['data'] : undefined;
  const type = isObject(data) ? data['type'] : undefined;
  return type === TYPE ? attributes : { ok: false, reason: `data.type: expected ${TYPE}` };
}

/** The recorded form: 32 hexadecimal digits. */
function newExternalId({ context }: OrgServices): () => string {
  return () => Buffer.from(context.random(16)).toString('hex');
}

function answer(status: 200 | 201, { id, fields }: StoredContent): Answer {
  return jsonApi(status, { data: { id, type: TYPE, attributes: fields } });
}

function notFound(doing: Doing): Answer {
  return refuse(404, doing, 'NotFound desc = connection not found');
}

type Doing = 'creating' | 'getting' | 'updating' | 'deleting';

function refuse(status: 400 | 404 | 409, doing: Doing, code: string): Answer {
  const detail = `error ${doing} connection: rpc error: code = ${code}`;
  return jsonApi(status, { errors: [{ title: 'Generic Error', detail }] });
}

/** Recorded: a change says that it could not create. */
function refuseFields(read: Exclude<ConnectionResult, { ok: true }>, operation: 'create' | 'update'): Answer {
  const detail = read.reason === 'account_id' ? ACCOUNT_REFUSALS[operation] : read.detail;
  return refuse(400, 'creating', `InvalidArgument desc = ${detail}`);
}

/** Recorded words. @param field of the message, the innermost; @param path to it, the outermost first */
function accountRefusal(field: string, ...path: readonly string[]): string {
  const steps = path
    .map((step) => `invalid ${step}: embedded message failed validation | caused by: `)
    .join('');
  const why = `invalid ${field}: value does not match regex pattern "^\\\\d{12}$"`;
  return `multiple errors: 1 error occurred:\n\t* [error_code=8]: ${steps}${why}\n\n`;
}

const ACCOUNT_REFUSALS = {
  create: accountRefusal(
    'CustomConnectionData_AwsAuthData_AssumeRole.AccountId',
    'CreateCustomConnectionRequest.Data',
    'CustomConnectionData.Aws',
    'CustomConnectionData_AwsAuthData.AssumeRole',
  ),
  update: accountRefusal(
    'CustomConnectionDataUpdate_AwsAuth_AssumeRole.AccountId',
    'UpdateCustomConnectionRequest.DataUpdate',
    'CustomConnectionDataUpdate.Aws',
    'CustomConnectionDataUpdate_AwsAuth.AssumeRole',
  ),
} as const;
