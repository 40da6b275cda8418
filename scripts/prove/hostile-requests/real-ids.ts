/** Objects that are there, so that a request with a wrong body gets past the question whether its object is. */

import { isObject } from '../../architecture/manifest.ts';
import { LOGIN_RULE, LOGIN_SPAN, type ValidBodies } from './valid-bodies.ts';
import type { RawAnswer, RawRequest } from './send-raw.ts';

export type Send = (request: RawRequest) => Promise<RawAnswer>;

const NOBODY = '00000000-0000-4000-8000-000000000000';
const SIGNAL_WAIT_MS = 5_000;

/** A rule and what it finds: an org without a signal answers most requests about signals with 404. */
export async function plantSignal(send: Send, json: Readonly<Record<string, string>>): Promise<void> {
  await send({
    method: 'POST',
    path: '/api/v2/security_monitoring/rules',
    headers: json,
    body: JSON.stringify(LOGIN_RULE),
  });
  const spans = ['a', 'b', 'c'].map((id) => ({ ...LOGIN_SPAN, id: `planted-${id}`, timestamp: Date.now() }));
  await send({
    method: 'POST',
    path: '/api/signalwright/spans',
    headers: json,
    body: JSON.stringify(spans),
  });
  const deadlineMs = Date.now() + SIGNAL_WAIT_MS;
  while (Date.now() < deadlineMs) {
    const listed = await send({ method: 'GET', path: '/api/v2/security_monitoring/signals', headers: json });
    if (idOf(listed) !== undefined) return;
  }
  throw new Error('The org opened no signal for the events that were planted.');
}

/** Ids by the path that stands before the parameter: what a list shows, or what could be made there. */
export class RealIds {
  readonly #send: Send;
  readonly #json: Readonly<Record<string, string>>;
  readonly #routes: ReadonlySet<string>;
  readonly #bodies: ValidBodies;
  readonly #known = new Map<string, string>();

  constructor(
    send: Send,
    json: Readonly<Record<string, string>>,
    routes: ReadonlySet<string>,
    bodies: ValidBodies,
  ) {
    this.#send = send;
    this.#json = json;
    this.#routes = routes;
    this.#bodies = bodies;
  }

  /** The path with ids that are there, as far as they are. */
  async fill(path: string): Promise<string> {
    let filled = '';
    let pattern = '';
    for (const part of path.split('/').slice(1)) {
      filled += `/${part === ':x' ? await this.#idUnder(pattern, filled) : part}`;
      pattern += `/${part}`;
    }
    return filled;
  }

  /** After an object may have been deleted. */
  forget(): void {
    this.#known.clear();
  }

  async #idUnder(pattern: string, collection: string): Promise<string> {
    const known = this.#known.get(collection);
    if (known !== undefined) return known;
    const id = await this.#find(pattern, collection);
    this.#known.set(collection, id);
    return id;
  }

  async #find(pattern: string, collection: string): Promise<string> {
    if (/\/version(s|_history)?$/.test(collection)) return '1';
    for (const body of this.#routes.has(`POST ${pattern}`) ? this.#bodies.of('POST', pattern) : []) {
      const made = await this.#send({
        method: 'POST',
        path: collection,
        headers: this.#json,
        body: JSON.stringify(body),
      });
      const id = idOf(made);
      if (id !== undefined) return id;
    }
    const list = LISTS[pattern] ?? (this.#routes.has(`GET ${pattern}`) ? collection : undefined);
    const listed =
      list === undefined ? undefined : await this.#send({ method: 'GET', path: list, headers: this.#json });
    return (listed && idOf(listed)) ?? NOBODY;
  }
}

/** Collections that are listed under another path. */
const LISTS: Readonly<Record<string, string>> = {
  '/api/signalwright/signals': '/api/v2/security_monitoring/signals',
  '/api/v1/security_analytics/signals': '/api/v2/security_monitoring/signals',
  '/signals': '/api/v2/security_monitoring/signals',
};

/** Of the object that an answer shows, or of the first of its list. */
function idOf(answer: RawAnswer): string | undefined {
  if (answer.kind === 'none' || answer.status >= 300) return undefined;
  let body: unknown;
  try {
    body = JSON.parse(answer.text);
  } catch {
    return undefined;
  }
  if (!isObject(body)) return undefined;
  const { data = body } = body;
  const one: unknown = Array.isArray(data) ? data[0] : data;
  return isObject(one) && typeof one['id'] === 'string' ? encodeURIComponent(one['id']) : undefined;
}
