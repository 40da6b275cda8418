/**
 * In which envelope a route refuses what the frame refuses: who asks, in which form, how often. Most of the API says
 * `{errors: ["text"]}`; a few areas say JSON:API items, for these refusals too.
 * Source: the schema of each refusal in the specification; recorded content types. Chosen where it is silent: 401, 413
 * and 415 like 403.
 */

import { PATHS, jsonApiErrors } from '@signalwright/wire';

import { isObject } from './json-body.ts';
import type { Answer, Route } from './route.ts';

interface ItemRoutes {
  /** Every parameter as `:x`. */
  readonly operations: ReadonlySet<string>;
  readonly contentType: 'application/json' | 'application/vnd.api+json';
  /** Statuses that say `{errors: ["text"]}` all the same. */
  readonly plain?: readonly number[];
}

const ITEM_ROUTES: readonly ItemRoutes[] = [
  { operations: new Set([`POST ${PATHS.logs}`]), contentType: 'application/json' },
  {
    // The list of workflows and their instances say texts where they refuse who asks.
    operations: new Set([
      `POST ${PATHS.workflows}`,
      ...['GET', 'PATCH', 'DELETE'].map((method) => `${method} ${PATHS.workflows}/:x`),
      `POST ${PATHS.actionConnections}`,
      ...['GET', 'PATCH', 'DELETE'].map((method) => `${method} ${PATHS.actionConnections}/:x`),
    ]),
    contentType: 'application/vnd.api+json',
  },
  {
    operations: new Set(
      ['bulk/assignee', 'bulk/state', 'bulk/update', ':x/update'].map(
        (rest) => `PATCH ${PATHS.signals}/${rest}`,
      ),
    ),
    contentType: 'application/json',
    plain: [429],
  },
  {
    operations: new Set([`POST ${PATHS.notificationPreview}`]),
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
  const operation = `${route.method} ${route.path.replaceAll(/:\w+/g, ':x')}`;
  const items = ITEM_ROUTES.find(({ operations }) => operations.has(operation));
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
