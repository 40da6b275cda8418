/** The broker in the shape of the platform's `fetch`, for code that speaks Request and Response. */

import type { EgressBroker } from './egress.ts';
import type { EgressOutcome, EgressRequest } from './outcome.ts';

/** No answer: a rule of ours refused the request, or the network or the other side failed. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly outcome: Exclude<EgressOutcome, { kind: 'response' }>;

  constructor(outcome: Exclude<EgressOutcome, { kind: 'response' }>) {
    super(outcome.message);
    this.outcome = outcome;
  }
}

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Statuses whose Response must have no body. */
const EMPTY_STATUSES: readonly number[] = [101, 204, 205, 304];

/**
 * A `fetch` that goes through the broker. Rejects with EgressError when there is no answer; the request's
 * own signal is honoured.
 */
export function fetchThrough(broker: EgressBroker): (request: Request) => Promise<Response> {
  return async (request) => {
    request.signal.throwIfAborted();
    if (!isMethod(request.method)) {
      throw new EgressError({
        kind: 'refused',
        reason: 'bad-request',
        message: `No method ${request.method}.`,
      });
    }
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    const outcome = await broker.fetch({
      url: request.url,
      method: request.method,
      headers: Object.fromEntries(request.headers),
      ...(body !== undefined && { body }),
      followRedirects: request.redirect === 'follow',
      signal: request.signal,
    });
    request.signal.throwIfAborted();
    if (outcome.kind !== 'response') throw new EgressError(outcome);
    const { status, headers, body: answer } = outcome.response;
    const { 'content-encoding': _unpacked, 'content-length': _packedBytes, ...kept } = headers;
    return new Response(EMPTY_STATUSES.includes(status) ? null : Buffer.from(answer), {
      status,
      headers: kept,
    });
  };
}

function isMethod(method: string): method is EgressRequest['method'] {
  return METHODS.includes(method);
}
