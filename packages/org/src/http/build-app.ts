/** Makes an application out of the route table: every request is authenticated by its entry, then handled. */

import { Hono, type Context } from 'hono';

import { StoreError } from '@signalwright/store';
import { plainErrors } from '@signalwright/wire';

import type { Log } from '../log.ts';
import type { Authenticator, Verdict } from './authenticator.ts';
import { MAX_BODY_BYTES, parseEvents, parseJson, type JsonResult } from './json-body.ts';
import { json, type Answer, type Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';

const JSON_TYPES = /^application\/(json|vnd\.api\+json)\s*(;|$)/i;

/** Says who sends a request, and whether they may. */
type Gatekeeper = Pick<Authenticator, 'admit'>;

/** Nothing answers that is not in `routes`. */
export function buildApp(routes: readonly Route[], authenticator: Gatekeeper, log: Log): Hono {
  const app = new Hono();
  for (const route of routes) {
    app.on(route.method, route.path, async (c) => respond(await answerRoute(route, c, authenticator)));
  }
  app.notFound(() => respond(json(404, plainErrors('Not found'))));
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

async function answerRoute(route: Route, c: Context, authenticator: Gatekeeper): Promise<Answer> {
  const verdict: Verdict = authenticator.admit(route.access, c.req.raw.headers);
  if (!verdict.ok) return verdict.answer;
  const { raw } = c.req;
  try {
    const refusal = raw.body === null ? undefined : refuseForm(raw.headers);
    const isTyped = refusal === undefined;
    if (!isTyped && (await readBytes(raw)).byteLength > 0) return json(415, plainErrors(refusal));
    // Clients send an empty body with DELETE and PUT; that needs no type, and was read above.
    const read = (parse: (text: string) => JsonResult): Promise<JsonResult> =>
      isTyped ? readJson(raw, parse) : Promise.resolve(EMPTY);
    return await route.handle({
      params: c.req.param(),
      query: new URL(raw.url).searchParams,
      actor: verdict.actor,
      json: () => read(parseJson),
      events: () => read(parseEvents),
    });
  } catch (error) {
    if (error instanceof BodyTooLarge) return json(413, plainErrors(error.message));
    if (error instanceof BodyCutOff) return json(400, plainErrors(error.message));
    throw error;
  }
}

/** Why a body of this form is not read. A form of another site can send text/plain, and nothing of it may be JSON. */
function refuseForm(headers: Headers): string | undefined {
  const type = headers.get('content-type') ?? '';
  if (!JSON_TYPES.test(type)) return 'The body must be application/json.';
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(type)?.[1] ?? 'utf-8';
  const encoding = headers.get('content-encoding') ?? 'identity';
  const isPlain = /^utf-?8$/i.test(charset) && /^(identity)?$/i.test(encoding);
  return isPlain ? undefined : 'The body must be UTF-8, and not compressed.';
}

const EMPTY: JsonResult = { ok: false, reason: 'The body is empty.' };

class BodyTooLarge extends Error {}

/** The sender left or sent no body that HTTP allows: nobody's mistake here, and nothing for the log. */
class BodyCutOff extends Error {}

async function readJson(request: Request, parse: (text: string) => JsonResult): Promise<JsonResult> {
  const bytes = await readBytes(request);
  if (bytes.byteLength === 0) return EMPTY;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, reason: 'The body is not valid UTF-8.' };
  }
  return parse(text);
}

/** Counts while it reads: what the header says about the length is believed only when it says too much. */
async function readBytes(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (request.body === null) return Buffer.concat(chunks);
  try {
    for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > MAX_BODY_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof BodyTooLarge ? error : new BodyCutOff('The body ended too soon.');
  }
  return Buffer.concat(chunks);
}

function tooLarge(): BodyTooLarge {
  return new BodyTooLarge(`The body is larger than ${MAX_BODY_BYTES} bytes.`);
}

/** Writes an answer down, with the headers that every answer has. */
export function respond(answer: Answer): Response {
  switch (answer.kind) {
    case 'empty':
      return new Response(null, { status: answer.status, headers: securityHeaders(null) });
    case 'json': {
      const contentType = answer.contentType ?? 'application/json';
      const headers = { ...securityHeaders(contentType), 'content-type': contentType, ...answer.headers };
      return new Response(JSON.stringify(answer.body), { status: answer.status, headers });
    }
    case 'bytes': {
      const { contentType } = answer;
      const headers = { ...securityHeaders(contentType), 'content-type': contentType };
      return new Response(answer.body, { status: answer.status, headers });
    }
    case 'text': {
      const { contentType } = answer;
      const headers = { ...securityHeaders(contentType), 'content-type': contentType, ...answer.headers };
      return new Response(answer.body, { status: answer.status, headers });
    }
  }
}
