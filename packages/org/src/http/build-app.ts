/** Makes an application out of the route table: every request is authenticated by its entry, then handled. */

import { Hono, type Context } from 'hono';

import type { Actor } from '@signalwright/model';
import { StoreError } from '@signalwright/store';
import { plainErrors } from '@signalwright/wire';

import type { Log } from '../log.ts';
import type { Authenticator, Verdict } from './authenticator.ts';
import { inEnvelopeOf } from './error-envelope.ts';
import { BodyRefused, readEvents, readForm, readJson, refuseOtherForm } from './read-body.ts';
import type { RequestMetrics } from './request-metrics.ts';
import { json, type Answer, type Route } from './route.ts';
import { rateFamilyOf, type RateLimiter } from './rate-limits.ts';
import { securityHeaders } from './security-headers.ts';

export interface Frame {
  /** Says who sends a request, and whether they may. */
  readonly authenticator: Pick<Authenticator, 'admit'>;
  readonly log: Log;
  readonly metrics?: RequestMetrics;
  /** @default none */
  readonly limiter?: RateLimiter;
}

/** Nothing answers that is not in `routes`. */
export function buildApp(routes: readonly Route[], frame: Frame): Hono {
  const { log, metrics } = frame;
  const app = new Hono();
  for (const route of routes) {
    const family = rateFamilyOf(route);
    app.on(route.method, route.path, async (c) => {
      const end = metrics?.begin(route.method, route.path);
      try {
        const { answer: said, headers } = await answerRoute({ route, family }, c, frame);
        const answer = inEnvelopeOf(route, said);
        end?.(answer.status);
        return respond(answer, headers);
      } catch (error) {
        // What `onError` answers below.
        end?.(error instanceof StoreError ? 503 : 500);
        throw error;
      }
    });
  }
  app.notFound(() => {
    metrics?.begin('any', 'none')(404);
    return respond(json(404, plainErrors('Not found')));
  });
  app.onError((error, c) => {
    const { method, path } = c.req;
    if (error instanceof StoreError) {
      // The disk or another process says no: nothing was written, and a later attempt may succeed.
      log({ level: 'error', message: error.message, code: error.code, method, path });
      const answer = json(503, plainErrors('The org cannot store anything right now; nothing was changed.'));
      return respond(answer.kind === 'json' ? { ...answer, headers: { 'retry-after': '5' } } : answer);
    }
    log({ level: 'error', message: 'A request failed.', method, path, stack: error.stack ?? String(error) });
    return respond(json(500, plainErrors('Internal error')));
  });
  return app;
}

interface Answered {
  readonly answer: Answer;
  /** Besides those of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who is let in is counted, before anything of the body is read; who is not spends nothing of the org's limits. */
async function answerRoute(
  { route, family }: { readonly route: Route; readonly family: ReturnType<typeof rateFamilyOf> },
  c: Context,
  { authenticator, limiter }: Frame,
): Promise<Answered> {
  const verdict: Verdict = authenticator.admit(route.access, c.req.raw.headers);
  if (!verdict.ok) return verdict;
  const { actor } = verdict;
  const admission = family && limiter?.admit(family, actor);
  const answer = admission?.refusal ?? (await handle(route, c, actor));
  return { answer, ...(admission !== undefined && { headers: admission.headers }) };
}

async function handle(route: Route, c: Context, actor: Actor): Promise<Answer> {
  const { raw } = c.req;
  const takes = route.takes ?? 'json';
  try {
    if (takes !== 'events') await refuseOtherForm(raw, takes);
    const url = new URL(raw.url);
    return await route.handle({
      params: c.req.param(),
      query: url.searchParams,
      origin: url.origin,
      actor,
      json: () => readJson(raw),
      events: () => readEvents(raw),
      form: async () => new URLSearchParams(takes === 'form' ? await readForm(raw) : ''),
      cookie: route.access.kind === 'session' ? raw.headers.get('cookie') : null,
    });
  } catch (error) {
    if (error instanceof BodyRefused) return json(error.status, plainErrors(error.message));
    throw error;
  }
}

/** Writes an answer down, with the headers that every answer has and those of its route. */
export function respond(answer: Answer, more: Readonly<Record<string, string>> = {}): Response {
  switch (answer.kind) {
    case 'empty':
      return new Response(null, { status: answer.status, headers: { ...securityHeaders(null), ...more } });
    case 'json': {
      const contentType = answer.contentType ?? 'application/json';
      const headers = {
        ...securityHeaders(contentType),
        'content-type': contentType,
        ...answer.headers,
        ...more,
      };
      return new Response(JSON.stringify(answer.body), { status: answer.status, headers });
    }
    case 'bytes': {
      const { contentType } = answer;
      const headers = { ...securityHeaders(contentType), 'content-type': contentType, ...more };
      return new Response(answer.body, { status: answer.status, headers });
    }
    case 'text': {
      const { contentType } = answer;
      const headers = {
        ...securityHeaders(contentType),
        'content-type': contentType,
        ...answer.headers,
        ...more,
      };
      return new Response(answer.body, { status: answer.status, headers });
    }
  }
}
