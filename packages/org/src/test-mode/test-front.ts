/**
 * Stands before an org and lets the official client's own tests play with orgs of their own: off unless asked for. A
 * request that names no session goes to the org behind, which knows nothing of this.
 */

import { plainErrors } from '@signalwright/wire';

import type { Verdict } from '../http/authenticator.ts';
import { buildApp, respond } from '../http/build-app.ts';
import { isObject, type JsonResult } from '../http/json-body.ts';
import { json, type Answer, type Route } from '../http/route.ts';
import type { Front } from '../serve-org.ts';
import type { ScenarioName } from './recorded-scenarios.ts';
import { MAX_TEST_SESSIONS, TestSessions, type TestSessionsOptions } from './test-sessions.ts';

/** Names the session on each request of a test. */
export const TEST_SESSION_HEADER = 'x-openapi-test-session';
export const TEST_SESSIONS_PATH = '/__openapi_transformer__/sessions';

/** Chosen: the longest name of a scenario known has under 200 characters. */
const MAX_NAME_CHARACTERS = 1_000;

/** Headers of which one at least says who asks; in a session it may be any. */
const KEY_HEADERS = ['dd-api-key', 'dd-application-key', 'authorization'];

const NO_SESSION = json(404, plainErrors('There is no such session of tests.'));

export function openTestFront(options: TestSessionsOptions): Front {
  const sessions = new TestSessions(options);
  const app = buildApp(routesOf(sessions), { authenticator: { admit: admitAnybody }, log: options.log });
  return {
    answer: (request) => {
      const id = request.headers.get(TEST_SESSION_HEADER);
      const isOurs = new URL(request.url).pathname.startsWith(TEST_SESSIONS_PATH);
      if (isOurs || id === null) return isOurs ? Promise.resolve(app.fetch(request)) : undefined;
      const session = sessions.find(id);
      if (session === undefined) return Promise.resolve(respond(NO_SESSION));
      return session.org.fetch(asAdmin(request, session.org.ownerCredentials));
    },
    close: () => sessions.close(),
  };
}

function admitAnybody(): Verdict {
  const actor = {
    kind: 'system',
    id: 'test',
    name: 'A test',
    permissions: new Set<never>(),
    cause: [],
  } as const;
  return { ok: true, actor };
}

function routesOf(sessions: TestSessions): readonly Route[] {
  const access = {
    kind: 'public',
    why: 'only where the flag of the test mode asks for it, on this machine',
  } as const;
  return [
    {
      method: 'POST',
      path: TEST_SESSIONS_PATH,
      access,
      handle: async (request) => start(sessions, await request.json()),
    },
    {
      method: 'POST',
      path: `${TEST_SESSIONS_PATH}/:sessionId/stop`,
      access,
      handle: async ({ params }) => {
        const { sessionId = '' } = params;
        const isStopped = await sessions.stop(sessionId);
        return isStopped ? json(200, { session: sessionId }) : NO_SESSION;
      },
    },
  ];
}

async function start(sessions: TestSessions, body: JsonResult): Promise<Answer> {
  if (!body.ok) return json(400, plainErrors(body.reason));
  const name = nameOf(body.value);
  if (name === undefined)
    return json(400, plainErrors('A session needs the texts version, feature and scenario.'));
  const session = await sessions.start(name);
  if (session === undefined) {
    return json(
      429,
      plainErrors(`There are ${MAX_TEST_SESSIONS} sessions, which is as many as there may be.`),
    );
  }
  return json(201, { session: session.id, frozen_at: session.frozenAt });
}

function nameOf(body: unknown): ScenarioName | undefined {
  if (!isObject(body)) return undefined;
  const { version, feature, scenario } = body;
  return isName(version) && isName(feature) && isName(scenario) ? { version, feature, scenario } : undefined;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME_CHARACTERS;
}

/** Whoever shows a key, whichever, is the first user of the session's org; whoever shows none stays nobody. */
function asAdmin(
  request: Request,
  { apiKey, applicationKey }: { readonly apiKey: string; readonly applicationKey: string },
): Request {
  const headers = new Headers(request.headers);
  const hasKey = KEY_HEADERS.some((name) => headers.has(name));
  for (const name of KEY_HEADERS) headers.delete(name);
  if (hasKey) {
    headers.set('dd-api-key', apiKey);
    headers.set('dd-application-key', applicationKey);
  }
  const { method, body, signal } = request;
  // A request from a socket is none of the platform's own: it cannot be given to the constructor.
  const init = { method, headers, body, signal, duplex: 'half' as const };
  return new Request(request.url, init);
}
