/** What is sent to one route: hostile ids, parameters, bodies, types and encodings, and one wrong thing in each place. */

import type { SeededRandom } from '../../harness/seeded-random.ts';
import type { ApiSchema } from './api-schema.ts';
import {
  HOSTILE_BODIES,
  HOSTILE_HEADERS,
  HOSTILE_IDS,
  HOSTILE_QUERY_VALUES,
  HOSTILE_VALUES,
} from './hostile-values.ts';
import { bodyTwice, bodyWith, bodyWithout, placesOf } from './mutate-body.ts';
import type { RawRequest } from './send-raw.ts';

export interface Trial {
  /** For people: what is wrong with this one. */
  readonly name: string;
  readonly request: RawRequest;
  /** The specification or the form of the request says that it cannot be taken: 2xx is a failure too. */
  readonly mustRefuse: boolean;
  /** So long that the answer may be lost with the connection, which is closed while the client still writes. */
  readonly mayBeCut?: boolean;
}

export interface TriedRoute {
  readonly method: string;
  /** Parameters as `:x`. */
  readonly path: string;
  /** With ids that are there. */
  readonly filled: string;
  readonly bodies: readonly unknown[];
}

export interface TrialOptions {
  readonly keys: Readonly<Record<string, string>>;
  readonly schema: ApiSchema | undefined;
  /** One of so many of the crossed trials, of which there are most. */
  readonly everyNth: number;
  readonly random: SeededRandom;
}

/** Names that lists of the API take, besides those of the specification. */
const QUERY_NAMES = [
  'page[size]',
  'page[number]',
  'page[limit]',
  'page[offset]',
  'page[cursor]',
  'filter[query]',
  'filter[from]',
  'filter[to]',
  'query',
  'sort',
  'limit',
  'page',
  'subject',
  'kind',
  'ip',
];

const JSON_TYPE = { 'content-type': 'application/json' };
/** Deeper and larger bodies have as many places, and nothing new in them. */
const MAX_PLACES = 60;

export function* trialsOf(route: TriedRoute, options: TrialOptions): Generator<Trial> {
  yield* pathTrials(route, options);
  yield* queryTrials(route, options);
  if (route.method === 'GET') return;
  yield* bodyTrials(route, options);
  yield* headerTrials(route, options);
  for (const body of route.bodies) yield* placeTrials(route, body, options);
}

function* pathTrials({ method, path, bodies }: TriedRoute, { keys }: TrialOptions): Generator<Trial> {
  if (!path.includes(':x')) return;
  const body = method === 'GET' ? undefined : JSON.stringify(bodies[0] ?? {});
  for (const id of HOSTILE_IDS) {
    const request = {
      method,
      path: path.replaceAll(':x', () => id),
      headers: { ...keys, ...(body !== undefined && JSON_TYPE) },
      ...(body !== undefined && { body }),
    };
    // A path that `..` leads out of may be that of a list.
    yield {
      name: `the id ${id.slice(0, 40)}`,
      request,
      mustRefuse: method !== 'GET' && !/%00|\.\.|%$/.test(id) && !isChosenName(path, id),
    };
  }
}

/** What is called as whoever makes it wants may be called like a word of some language. */
function isChosenName(path: string, id: string): boolean {
  return path.endsWith('/threat_intel_lists/:x') && /^[a-z][a-z0-9_-]*$/.test(id);
}

function* queryTrials({ method, path, filled, bodies }: TriedRoute, options: TrialOptions): Generator<Trial> {
  const { keys, schema, everyNth, random } = options;
  if (method !== 'GET' && method !== 'DELETE') return;
  const names = new Set([...(schema?.queryNamesOf(method, path) ?? []), ...QUERY_NAMES]);
  const body = method === 'GET' ? undefined : JSON.stringify(bodies[0] ?? {});
  const target = method === 'DELETE' ? path.replaceAll(':x', 'nothing') : filled;
  const base = {
    method,
    headers: { ...keys, ...(body !== undefined && JSON_TYPE) },
    ...(body !== undefined && { body }),
  };
  for (const name of names) {
    for (const value of HOSTILE_QUERY_VALUES) {
      if (random.below(everyNth) !== 0) continue;
      const query = `${encodeURIComponent(name)}=${value}`;
      yield {
        name: `?${name}=${value.slice(0, 40)}`,
        request: { ...base, path: `${target}?${query}` },
        mustRefuse: false,
      };
    }
  }
  for (const [name, query] of [
    ['1,000 parameters', Array.from({ length: 1_000 }, (_, index) => `a${index}=1`).join('&')],
    ['one parameter 1,000 times', 'sort=name&'.repeat(1_000)],
    ['a query of 100 kB', `query=${'x'.repeat(100_000)}`],
    ['nested parameters', `filter${'[a]'.repeat(1_000)}=1`],
  ] as const) {
    yield {
      name,
      request: { ...base, path: `${target}?${query}` },
      mustRefuse: false,
      mayBeCut: query.length > 16_000,
    };
  }
}

/** On an object that is not there where the method would delete one. */
function targetOf({ method, path, filled }: TriedRoute): string {
  return method === 'DELETE' ? path.replaceAll(':x', 'nothing') : filled;
}

function* bodyTrials(route: TriedRoute, { keys, everyNth, random }: TrialOptions): Generator<Trial> {
  const { method } = route;
  for (const [name, body] of HOSTILE_BODIES) {
    if (body.length > LONG_BODY_BYTES && random.below(everyNth) !== 0) continue;
    const request = { method, path: targetOf(route), headers: { ...keys, ...JSON_TYPE }, body };
    const mustRefuse = method !== 'DELETE' && !isTakenBy(route, body);
    yield { name: `the body ${name}`, request, mustRefuse, mayBeCut: body.length > 1024 * 1024 };
  }
}

/** A body may be what some route takes: an object without what it knows, or events in whatever form. */
function isTakenBy({ bodies, path }: TriedRoute, body: string | Buffer): boolean {
  if (bodies.length === 0) return true;
  try {
    const value: unknown = JSON.parse(body.toString().replace(/^\ufeff/, ''));
    return INTAKES.test(path) || (typeof value === 'object' && !Array.isArray(value));
  } catch {
    return false;
  }
}

/** Events are bounded one by one: a wrong one must not cost those beside it. */
const INTAKES = /\/(logs|spans)$/;

function* headerTrials(route: TriedRoute, { keys }: TrialOptions): Generator<Trial> {
  const { method, bodies } = route;
  const body = JSON.stringify(bodies[0] ?? {});
  for (const [name, headers] of HOSTILE_HEADERS) {
    const request = { method, path: targetOf(route), headers: { ...keys, ...headers }, body };
    // Lines of text are logs.
    const isLog = name === 'text/plain' && INTAKES.test(route.path);
    const mustRefuse = bodies.length > 0 && method !== 'DELETE' && !isLog;
    yield { name: `sent as ${name}`, request, mustRefuse };
  }
}

function* placeTrials(route: TriedRoute, body: unknown, options: TrialOptions): Generator<Trial> {
  const { keys, schema, everyNth, random } = options;
  const { method, path } = route;
  const trial = (name: string, text: string, mustRefuse: boolean): Trial => ({
    name,
    request: { method, path: targetOf(route), headers: { ...keys, ...JSON_TYPE }, body: text },
    mustRefuse,
  });
  const isIntake = INTAKES.test(path);
  for (const place of placesOf(body).slice(0, MAX_PLACES)) {
    const at = place.join('.');
    for (const value of HOSTILE_VALUES) {
      if (random.below(everyNth) !== 0) continue;
      // An event may hold anything anywhere.
      const isForbidden =
        !at.includes('ayload') &&
        ((!isIntake && ALWAYS_REFUSED.has(value.name)) ||
          schema?.forbids(method, path, place, value) === true);
      yield trial(`${value.name} at ${at}`, bodyWith(body, place, value), isForbidden && method !== 'DELETE');
    }
    for (const text of [bodyWithout(body, place), bodyTwice(body, place)]) {
      if (text !== undefined) yield trial(`${at} left out or twice`, text, false);
    }
  }
}

/** Most of the time goes into these, and all routes read bodies in one place. */
const LONG_BODY_BYTES = 200_000;

/** Whatever stands at the place: the reader of bodies refuses them before any route looks. */
const ALWAYS_REFUSED: ReadonlySet<string> = new Set([
  '1e400',
  '10,000 arrays deep',
  '10,000 objects deep',
  'a key __proto__',
  'a key constructor',
]);
