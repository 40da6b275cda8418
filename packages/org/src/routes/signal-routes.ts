/** `/api/v2/security_monitoring/signals`. Source: recorded conversations and the signals API. */

import { UNASSIGNED, type Signal } from '@signalwright/model';
import {
  readSignal,
  searchSignals,
  type CommandRefusal,
  type CommandResult,
  type SignalSearch,
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

import { isObject, objectAt } from '../http/json-body.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { authorOf, type OrgServices } from '../org-services.ts';
import { answerRefusal } from './command-answer.ts';
import { parseTimeFilter } from './time-filter.ts';

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

function listSignals(services: OrgServices, { query }: RouteRequest): Answer {
  return answerSearch(services, {
    query: query.get('filter[query]') ?? undefined,
    from: query.get('filter[from]') ?? undefined,
    to: query.get('filter[to]') ?? undefined,
    sort: query.get('sort') ?? undefined,
    cursor: query.get('page[cursor]') ?? undefined,
    limit: query.has('page[limit]') ? Number(query.get('page[limit]')) : undefined,
  });
}

async function search(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await request.json();
  if (!body.ok) return json(400, plainErrors(body.reason));
  if (!isObject(body.value)) return json(400, plainErrors('The body must be an object.'));
  const filter = objectAt(body.value, 'filter') ?? {};
  const page = objectAt(body.value, 'page') ?? {};
  return answerSearch(services, {
    query: filter['query'],
    from: filter['from'],
    to: filter['to'],
    sort: body.value['sort'],
    cursor: page['cursor'],
    limit: page['limit'],
  });
}

/** What a request asked for, not yet looked at. */
type AskedSearch = Readonly<Record<'query' | 'from' | 'to' | 'sort' | 'cursor' | 'limit', unknown>>;

function answerSearch(services: OrgServices, asked: AskedSearch): Answer {
  const nowMs = services.context.nowMs();
  const fromMs = asked.from === undefined ? undefined : parseTimeFilter(asked.from, nowMs);
  const toMs = asked.to === undefined ? undefined : parseTimeFilter(asked.to, nowMs);
  const { sort, cursor, limit } = asked;
  const query = asked.query ?? '';
  if (asked.from !== undefined && fromMs === undefined) return json(400, plainErrors('Invalid filter.from'));
  if (asked.to !== undefined && toMs === undefined) return json(400, plainErrors('Invalid filter.to'));
  if (typeof query !== 'string') return json(400, plainErrors('Invalid filter.query'));
  if (sort !== undefined && sort !== 'timestamp' && sort !== '-timestamp') {
    return json(400, plainErrors('Invalid sort: expected timestamp or -timestamp'));
  }
  if (cursor !== undefined && typeof cursor !== 'string')
    return json(400, plainErrors('Invalid page.cursor'));
  if (limit !== undefined && typeof limit !== 'number') return json(400, plainErrors('Invalid page.limit'));
  const signalSearch: SignalSearch = {
    query,
    ...(fromMs !== undefined && { fromMs }),
    ...(toMs !== undefined && { toMs }),
    ...(sort !== undefined && { sort }),
    ...(cursor !== undefined && { cursor }),
    ...(limit !== undefined && { limit }),
  };
  const result = searchSignals(services.signals, signalSearch);
  if (result.ok) {
    const data = result.signals.map((signal) => encodeSignal(signal, 'search'));
    const { nextCursor } = result;
    return json(200, { data, ...(nextCursor !== undefined && { meta: { page: { after: nextCursor } } }) });
  }
  const { refusal } = result;
  switch (refusal.reason) {
    case 'bad_query':
      return json(
        400,
        plainErrors(...refusal.errors.map((error) => `Invalid query at ${error.start}: ${error.message}`)),
      );
    case 'bad_cursor':
      return json(400, plainErrors('Invalid page.cursor'));
    case 'bad_limit':
      return json(400, plainErrors('Invalid page.limit: expected 1 to 1000'));
  }
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
