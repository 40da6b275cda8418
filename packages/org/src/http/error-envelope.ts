/**
 * In which envelope a route refuses what the frame refuses: who asks, in which form, how often. Most of the API says
 * `{errors: ["text"]}`; a few areas say JSON:API items, for these refusals too.
 * Source: the schema of each refusal in the specification; recorded content types. Chosen where it is silent: 401, 413
 * and 415 like 403.
 */

import { PATHS, jsonApiErrors } from '@signalwright/wire';

import { isObject } from './json-body.ts';
import type { Answer, Method, Route } from './route.ts';

interface ItemRoutes {
  /** All when it is left out. */
  readonly method?: Method;
  readonly path: RegExp;
  readonly contentType: 'application/json' | 'application/vnd.api+json';
  /** Statuses that say `{errors: ["text"]}` all the same. */
  readonly plain?: readonly number[];
}

const PARAMETER = '/:[a-zA-Z]+';
const under = (start: string, rest: string): RegExp => new RegExp(`^${start}${rest}$`);

/** The first that has a route counts. */
const ITEM_ROUTES: readonly ItemRoutes[] = [
  { method: 'POST', path: under(PATHS.logs, ''), contentType: 'application/json' },
  { path: under(PATHS.actionConnections, `(${PARAMETER})?`), contentType: 'application/vnd.api+json' },
  // Lists and instances say texts where they refuse who asks. Source: their entries in the specification.
  { method: 'GET', path: under(PATHS.workflows, PARAMETER), contentType: 'application/vnd.api+json' },
  ...(['POST', 'PATCH', 'DELETE'] as const).map((method): ItemRoutes => ({
    method,
    path: under(PATHS.workflows, `(${PARAMETER})?`),
    contentType: 'application/vnd.api+json',
  })),
  {
    method: 'PATCH',
    path: under(PATHS.signals, `(/bulk/(assignee|state|update)|${PARAMETER}/update)`),
    contentType: 'application/json',
    plain: [429],
  },
  {
    method: 'POST',
    path: under(PATHS.notificationPreview, ''),
    contentType: 'application/json',
    plain: [401, 403, 404, 413, 415, 429],
  },
];

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
};

/** The same answer; a refusal in texts as items where the route has these. */
export function inEnvelopeOf(route: Pick<Route, 'method' | 'path'>, answer: Answer): Answer {
  if (answer.kind !== 'json' || answer.status < 400 || answer.status >= 500) return answer;
  const texts = textsOf(answer.body);
  const items = ITEM_ROUTES.find(
    ({ method, path }) => (method ?? route.method) === route.method && path.test(route.path),
  );
  const { status } = answer;
  if (texts === undefined || items === undefined || items.plain?.includes(status) === true) return answer;
  const { contentType } = items;
  return { ...answer, contentType, body: jsonApiErrors(status, TITLES[status] ?? 'Error', ...texts) };
}

/** Of `{errors: ["text"]}`; undefined for any other body. */
function textsOf(body: unknown): readonly string[] | undefined {
  const errors = isObject(body) ? body['errors'] : undefined;
  const isTexts =
    Array.isArray(errors) && errors.every((error): error is string => typeof error === 'string');
  return isTexts ? errors : undefined;
}
