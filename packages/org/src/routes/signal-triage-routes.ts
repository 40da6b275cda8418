/**
 * Triage beside the endpoints of one field: state and assignee in one body, many signals at once, and version 1.
 * Source: SecurityMonitoringSignalsBulk… of the specification, one recorded answer of version 1.
 */

import { UNASSIGNED, type Assignee, type Signal } from '@signalwright/model';
import { readSignal, type CommandResult, type TriageUpdate } from '@signalwright/signals';
import {
  PATHS,
  decodeAddToIncident,
  decodeBulkTriage,
  decodeFirstTriage,
  decodeTriageUpdate,
  encodeSignalMetadata,
  plainErrors,
  type Decoded,
  type TriageUpdateRequest,
} from '@signalwright/wire';

import { objectAt } from '../http/json-body.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { authorOf, type OrgServices } from '../org-services.ts';
import { answerRefusal } from './command-answer.ts';

type Handle = (services: OrgServices, request: RouteRequest) => Promise<Answer>;

export function signalTriageRoutes(services: OrgServices): readonly Route[] {
  const route = (path: string, handle: Handle): Route => ({
    method: 'PATCH',
    path,
    access: { kind: 'permission', permission: 'security_monitoring_signals_write' },
    handle: (request) => handle(services, request),
  });
  const first = `${PATHS.firstSignals}/:signalId`;
  return [
    ...['state', 'assignee', 'update'].map((what) => route(`${PATHS.signals}/bulk/${what}`, updateMany)),
    route(`${PATHS.signals}/:signalId/update`, updateOne),
    route(`${first}/state`, updateFirst),
    route(`${first}/assignee`, updateFirst),
    route(`${first}/add_to_incident`, addToIncident),
  ];
}

async function updateOne(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const result = await changeOne(services, request, decodeTriageUpdate);
  return 'kind' in result ? result : json(200, metadataOf(services, result.signal));
}

async function updateFirst(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const result = await changeOne(services, request, decodeFirstTriage);
  return 'kind' in result ? result : done(services);
}

/** The incidents that the signal has already stay. */
async function addToIncident(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await readBody(request, decodeAddToIncident);
  if ('kind' in body) return body;
  const signalId = request.params['signalId'] ?? '';
  const { incidentId, version } = body.value;
  const before = readSignal(services.context.db, signalId);
  const result = await services.commands.setIncidents(request.actor, {
    signalId,
    incidentIds: [...(before?.triage.incidentIds ?? []), incidentId],
    // What was read above must be what is changed.
    ...(before !== undefined && { version: version ?? before.version }),
  });
  return result.ok ? done(services) : answerRefusal(result.refusal);
}

/** Chosen: signals that are not there, or that refuse the change, are left out of the answer. */
async function updateMany(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await readBody(request, decodeBulkTriage);
  if ('kind' in body) return body;
  const changes: TriageUpdate[] = [];
  for (const { signalId, ...update } of body.value) {
    const change = changeOf(services, signalId, update);
    if ('kind' in change) return change;
    changes.push(change);
  }
  const results = await services.commands.updateEach(request.actor, changes);
  const events = results.flatMap((result, index) => {
    const signal = changedSignal(services, changes[index]?.signalId ?? '', result);
    if (signal === undefined) return [];
    const attributes = objectAt(metadataOf(services, signal), 'data', 'attributes');
    return [{ id: signal.id, event: { id: signal.id, ...attributes } }];
  });
  return json(200, { type: 'status', status: 'done', result: { count: events.length, events } });
}

async function changeOne(
  services: OrgServices,
  request: RouteRequest,
  decode: (body: unknown) => Decoded<TriageUpdateRequest>,
): Promise<{ readonly signal: Signal } | Answer> {
  const body = await readBody(request, decode);
  if ('kind' in body) return body;
  const signalId = request.params['signalId'] ?? '';
  const change = changeOf(services, signalId, body.value);
  if ('kind' in change) return change;
  const result = await services.commands.updateTriage(request.actor, change);
  const signal = changedSignal(services, signalId, result);
  if (signal !== undefined) return { signal };
  return result.ok ? json(404, plainErrors('Signal not found')) : answerRefusal(result.refusal);
}

/** A state that the signal has already is no error to a client that repeats its request: nothing is written. */
function changedSignal(
  services: OrgServices,
  signalId: string,
  result: CommandResult<Signal>,
): Signal | undefined {
  if (result.ok) return result.value;
  return result.refusal.reason === 'already_in_state' ? readSignal(services.context.db, signalId) : undefined;
}

function changeOf(
  services: OrgServices,
  signalId: string,
  update: TriageUpdateRequest,
): TriageUpdate | Answer {
  const { assigneeUuid, ...rest } = update;
  if (assigneeUuid === undefined) return { signalId, ...rest };
  const user = assigneeUuid === '' ? UNASSIGNED : services.identity.findUser(assigneeUuid);
  if (user === undefined) return json(400, plainErrors(`No user has the uuid ${assigneeUuid}.`));
  const assignee: Assignee = { id: user.id, uuid: user.uuid, name: user.name };
  return { signalId, ...rest, assignee };
}

async function readBody<T>(
  request: RouteRequest,
  decode: (body: unknown) => Decoded<T>,
): Promise<{ readonly value: T } | Answer> {
  const body = await request.json();
  if (!body.ok) return json(400, plainErrors(body.reason));
  const read = decode(body.value);
  if (read.ok) return { value: read.value };
  const messages = read.problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return json(400, plainErrors(...messages));
}

function metadataOf(services: OrgServices, signal: Signal): object {
  return encodeSignalMetadata(signal, (uuid) => authorOf(services, uuid).handle);
}

const REQUEST_ID_BYTES = 16;

/** Recorded. */
function done(services: OrgServices): Answer {
  const requestId = Buffer.from(services.context.random(REQUEST_ID_BYTES)).toString('base64url');
  return json(200, { status: 'done', elapsed: 0, hitCount: 1, type: 'status', requestId });
}
