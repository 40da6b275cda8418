/** `/api/v2/security_monitoring/signals`. Source: recorded conversations and the signals API. */

import { UNASSIGNED, type Signal } from '@signalwright/model';
import {
  readSignal,
  searchSignals,
  type CommandRefusal,
  type CommandResult,
  type SignalSearch,
  type SignalSearchResult,
} from '@signalwright/signals';
import {
  PATHS,
  decodeAssigneeChange,
  decodeIncidentsChange,
  decodeStateChange,
  encodeSignal,
  encodeSignalMetadata,
  plainErrors,
} from '@signalwright/wire';

import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { authorOf, type OrgServices } from '../org-services.ts';
import { answerRefusal } from './command-answer.ts';
import { answerSearch, askedByBody, askedByParameters } from './signal-search.ts';

const READ = { kind: 'permission', permission: 'security_monitoring_signals_read' } as const;
const WRITE = { kind: 'permission', permission: 'security_monitoring_signals_write' } as const;

export function signalRoutes(services: OrgServices): readonly Route[] {
  const all = PATHS.signals;
  const one = `${all}/:signalId`;
  return [
    { method: 'GET', path: all, access: READ, handle: (request) => listSignals(services, request) },
    { method: 'POST', path: `${all}/search`, access: READ, handle: (request) => search(services, request) },
    { method: 'GET', path: one, access: READ, handle: (request) => getSignal(services, request) },
    {
      method: 'PATCH',
      path: `${one}/state`,
      access: WRITE,
      handle: (request) => setState(services, request),
    },
    {
      method: 'PATCH',
      path: `${one}/assignee`,
      access: WRITE,
      handle: (request) => assign(services, request),
    },
    {
      method: 'PATCH',
      path: `${one}/incidents`,
      access: WRITE,
      handle: (request) => setIncidents(services, request),
    },
  ];
}

function listSignals(services: OrgServices, { query }: RouteRequest): Promise<Answer> {
  return answerSearch(services, askedByParameters(query), findSignals(services));
}

async function search(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const asked = await askedByBody(request);
  return asked.ok ? answerSearch(services, asked.value, findSignals(services)) : asked.answer;
}

function findSignals({ signals }: OrgServices): (search: SignalSearch) => Promise<SignalSearchResult> {
  return async (asked) => {
    await signals.reached(asked.fromMs);
    return searchSignals(signals, asked);
  };
}

function getSignal(services: OrgServices, { params }: RouteRequest): Answer {
  const signal = readSignal(services.context.db, params['signalId'] ?? '');
  if (signal === undefined) return json(404, plainErrors('Signal not found'));
  return json(200, { data: encodeSignal(signal, 'one') });
}

async function setState(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await request.json();
  if (!body.ok) return json(400, plainErrors(body.reason));
  const change = decodeStateChange(body.value);
  if (!change.ok) return json(400, plainErrors(...change.problems.map(describe)));
  const signalId = request.params['signalId'] ?? '';
  const result = await services.commands.setState(request.actor, { signalId, ...change.value });
  return answerChange(services, signalId, result);
}

async function assign(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await request.json();
  if (!body.ok) return json(400, plainErrors(body.reason));
  const change = decodeAssigneeChange(body.value);
  if (!change.ok) return json(400, plainErrors(...change.problems.map(describe)));
  const { uuid, version } = change.value;
  const user = uuid === '' ? UNASSIGNED : services.identity.findUser(uuid);
  if (user === undefined) return json(400, plainErrors(`No user has the uuid ${uuid}.`));
  const signalId = request.params['signalId'] ?? '';
  const assignee = { id: user.id, uuid: user.uuid, name: user.name };
  const result = await services.commands.assign(request.actor, {
    signalId,
    assignee,
    ...(version !== undefined && { version }),
  });
  return answerChange(services, signalId, result);
}

/** Chosen: ids are kept as they are given, since this org has no incidents yet that could be looked up. */
async function setIncidents(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await request.json();
  if (!body.ok) return json(400, plainErrors(body.reason));
  const change = decodeIncidentsChange(body.value);
  if (!change.ok) return json(400, plainErrors(...change.problems.map(describe)));
  const signalId = request.params['signalId'] ?? '';
  const result = await services.commands.setIncidents(request.actor, { signalId, ...change.value });
  return answerChange(services, signalId, result);
}

/** A state that the signal has already is no error to a client that repeats its request: nothing is written. */
function answerChange(services: OrgServices, signalId: string, result: CommandResult<Signal>): Answer {
  const metadata = (signal: Signal): Answer =>
    json(
      200,
      encodeSignalMetadata(signal, (uuid) => authorOf(services, uuid).handle),
    );
  if (result.ok) return metadata(result.value);
  const refusal: CommandRefusal = result.refusal;
  const signal =
    refusal.reason === 'already_in_state' ? readSignal(services.context.db, signalId) : undefined;
  return signal === undefined ? answerRefusal(refusal) : metadata(signal);
}

function describe(problem: { readonly path: string; readonly message: string }): string {
  return problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`;
}
