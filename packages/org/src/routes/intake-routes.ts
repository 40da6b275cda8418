/** Where events come in: log lines as the public API takes them, and spans in a shape of ours. */

import {
  PATHS,
  decodeLogs,
  decodeSpans,
  encodeIntakeAnswer,
  plainErrors,
  type Decoded,
  type IntakeBatch,
  type IntakeContext,
} from '@signalwright/wire';

import { BoundedLog } from '../bounded-log.ts';
import { newUuid } from '@signalwright/signals';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';

const ACCESS = { kind: 'api-key' } as const;

/** Chosen: what a sender that was too fast is asked to wait. */
const RETRY_AFTER_SECONDS = 1;

type Decode = (body: unknown, context: IntakeContext) => Decoded<IntakeBatch>;

export function intakeRoutes(services: OrgServices): readonly Route[] {
  const log = new BoundedLog(services.log, () => services.context.nowMs());
  const route = (path: string, decode: Decode): Route => ({
    method: 'POST',
    path,
    access: ACCESS,
    handle: (request) => takeIn(services, request, decode, log),
  });
  return [route(PATHS.logs, decodeLogs), route(PATHS.spans, decodeSpans)];
}

/**
 * Answers 202 once the events and all that follows from them are on the disk. Events that cannot be taken are named in
 * the answer and in the log, and cost the others nothing; a request of which no event can be taken is refused.
 */
async function takeIn(
  services: OrgServices,
  request: RouteRequest,
  decode: Decode,
  log: BoundedLog,
): Promise<Answer> {
  const body = await request.events();
  if (!body.ok) return json(400, plainErrors(body.reason));
  const { nowMs, random } = services.context;
  const decoded = decode(body.value, { nowMs: nowMs(), newId: () => newUuid(random) });
  if (!decoded.ok) return json(400, plainErrors(...decoded.problems.map(({ message }) => message)));
  const { events, refused, cut } = decoded.value;
  const remarks = [...refused, ...cut].map(({ index, reason }) => `[${index}] ${reason}`);
  const [first] = remarks;
  if (first !== undefined) {
    const counts = { refused: refused.length, cut: cut.length, events: events.length };
    log.tell({ level: 'warning', message: 'Events were refused or cut.', ...counts, first });
  }
  if (events.length === 0 && first !== undefined) return json(400, plainErrors(...remarks));
  const result = await services.pipeline.ingest(events, request.actor.cause);
  if (result.ok) return json(202, encodeIntakeAnswer(decoded.value));
  const answer = json(429, plainErrors('Too many events at once.'));
  const headers = {
    'x-ratelimit-reset': String(RETRY_AFTER_SECONDS),
    'retry-after': String(RETRY_AFTER_SECONDS),
  };
  return answer.kind === 'json' ? { ...answer, headers } : answer;
}
