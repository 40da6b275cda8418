/** Where events come in: log lines as the public API takes them, and spans in a shape of ours. */

import {
  PATHS,
  decodeLogs,
  decodeSpans,
  encodeIntakeAnswer,
  jsonApiErrors,
  plainErrors,
  type Decoded,
  type IntakeBatch,
  type IntakeContext,
} from '@signalwright/wire';

import { BoundedLog } from '../bounded-log.ts';
import { newUuid } from '@signalwright/signals';
import { isObject } from '../http/json-body.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';

const ACCESS = { kind: 'api-key' } as const;

/** Chosen: what a sender that was too fast is asked to wait. */
const RETRY_AFTER_SECONDS = 1;

/** The envelope of errors. */
type Refuse = (status: number, title: string, messages: readonly string[]) => object;

interface Intake {
  readonly decode: Decode;
  readonly refuse: Refuse;
}

type Decode = (body: unknown, context: IntakeContext) => Decoded<IntakeBatch>;

export function intakeRoutes(services: OrgServices): readonly Route[] {
  const log = new BoundedLog(services.log, () => services.context.nowMs());
  const route = (path: string, decode: Decode, refuse: Refuse): Route => ({
    method: 'POST',
    path,
    access: ACCESS,
    takes: 'events',
    handle: (request) => takeIn(services, request, { decode, refuse }, log),
  });
  return [
    route(PATHS.logs, decodeLogs, (status, title, messages) => jsonApiErrors(status, title, ...messages)),
    route(PATHS.spans, decodeSpans, (_status, _title, messages) => plainErrors(...messages)),
  ];
}

/**
 * Answers 202 once the events and all that follows from them are on the disk. Events that cannot be taken are named in
 * the answer and in the log, and cost the others nothing; a request of which no event can be taken is refused.
 */
async function takeIn(
  services: OrgServices,
  request: RouteRequest,
  { decode, refuse }: Intake,
  log: BoundedLog,
): Promise<Answer> {
  const bad = (...messages: readonly string[]): Answer => json(400, refuse(400, 'Bad Request', messages));
  const body = await request.events();
  if (!body.ok) return bad(body.reason);
  const { nowMs, random } = services.context;
  const decoded = decode(withParameters(body.value, request.query), {
    nowMs: nowMs(),
    newId: () => newUuid(random),
  });
  if (!decoded.ok) return bad(...decoded.problems.map(({ message }) => message));
  const { events, refused, cut } = decoded.value;
  const remarks = [...refused, ...cut].map(({ index, reason }) => `[${index}] ${reason}`);
  const [first] = remarks;
  if (first !== undefined) {
    const counts = { refused: refused.length, cut: cut.length, events: events.length };
    log.tell({ level: 'warning', message: 'Events were refused or cut.', ...counts, first });
  }
  if (events.length === 0 && first !== undefined) return bad(...remarks);
  const result = await services.pipeline.ingest(events, request.actor.cause);
  if (result.ok) return json(202, encodeIntakeAnswer(decoded.value));
  const answer = json(429, refuse(429, 'Too Many Requests', ['Too many events at once.']));
  const headers = {
    'x-ratelimit-reset': String(RETRY_AFTER_SECONDS),
    'retry-after': String(RETRY_AFTER_SECONDS),
  };
  return answer.kind === 'json' ? { ...answer, headers } : answer;
}

/** What a line of text has no place for: said once for the request. Tags join those of an entry, the others give way. */
const PARAMETERS = ['ddsource', 'service', 'hostname'] as const;

function withParameters(body: unknown, query: URLSearchParams): unknown {
  const tags = query.get('ddtags');
  const said = PARAMETERS.flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  if (tags === null && said.length === 0) return body;
  const extend = (entry: unknown): unknown => {
    if (!isObject(entry)) return entry;
    const own = entry['ddtags'];
    const all = [own, tags].filter((text) => typeof text === 'string' && text !== '');
    return { ...Object.fromEntries(said), ...entry, ...(all.length > 0 && { ddtags: all.join(',') }) };
  };
  return Array.isArray(body) ? body.map(extend) : extend(body);
}
