/** Where events come in: log lines as the public API takes them, and spans in a shape of ours. */

import type { Event } from '@signalwright/model';
import {
  PATHS,
  decodeLogs,
  decodeSpans,
  plainErrors,
  type Decoded,
  type IntakeContext,
} from '@signalwright/wire';

import { newUuid } from '../identity/identity.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';

const ACCESS = { kind: 'api-key' } as const;

/** Chosen: what a sender that was too fast is asked to wait. */
const RETRY_AFTER_SECONDS = 1;

type Decode = (body: unknown, context: IntakeContext) => Decoded<readonly Event[]>;

export function intakeRoutes(services: OrgServices): readonly Route[] {
  const route = (path: string, decode: Decode): Route => ({
    method: 'POST',
    path,
    access: ACCESS,
    handle: (request) => takeIn(services, request, decode),
  });
  return [route(PATHS.logs, decodeLogs), route(PATHS.spans, decodeSpans)];
}

/**
 * Answers 202 once the events and all that follows from them are on the disk. A refused batch has stored nothing.
 * Of an event a key that reaches a prototype is left out, not the whole batch: an attacker writes into events.
 */
async function takeIn(services: OrgServices, request: RouteRequest, decode: Decode): Promise<Answer> {
  const body = await request.json('drop');
  if (!body.ok) return json(400, plainErrors(body.reason));
  const { nowMs, random } = services.context;
  const decoded = decode(body.value, { nowMs: nowMs(), newId: () => newUuid(random) });
  if (!decoded.ok) {
    return json(400, plainErrors(...decoded.problems.map(({ path, message }) => `${path}: ${message}`)));
  }
  const result = await services.pipeline.ingest(decoded.value, request.actor.cause);
  if (result.ok) return json(202, {});
  const answer = json(429, plainErrors('Too many events at once.'));
  const headers = {
    'x-ratelimit-reset': String(RETRY_AFTER_SECONDS),
    'retry-after': String(RETRY_AFTER_SECONDS),
  };
  return answer.kind === 'json' ? { ...answer, headers } : answer;
}
