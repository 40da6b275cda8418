/** What the official client made of each answer, and which operations it called. */

/** Chosen: deeper than any answer of the API. */
const MAX_DEPTH = 64;

/**
 * Paths at which the client found what its specification does not have: an unknown member of an enumeration, or an
 * object that is none of those allowed there. It keeps such values as they came and says so in two ways.
 */
export function unparsedIn(value: unknown, path = '', depth = 0): readonly string[] {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return [];
  if (value.constructor.name === 'UnparsedObject') return [path || '.'];
  const inside = Object.entries(value).flatMap(([key, item]) =>
    key === '_unparsed' ? [] : unparsedIn(item, `${path}.${key}`, depth + 1),
  );
  const isUnparsed = '_unparsed' in value && value._unparsed === true;
  return isUnparsed && inside.length === 0 ? [path || '.'] : inside;
}

export class Watch {
  /** Methods of the client that were answered as they should be. */
  calls = 0;
  /** `GET /api/v2/…`, as it was sent. */
  readonly requests: { readonly method: string; readonly path: string }[] = [];
  readonly failures: string[] = [];

  /** Sends on behalf of the client, which hides the requests from whoever calls it. */
  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    this.requests.push({ method: init.method ?? 'GET', path: new URL(url).pathname });
    return fetch(url, init);
  };

  /** The same API; each answer is looked at. An answer that is no success is thrown by the client itself. */
  over<Api extends object>(api: Api): Api {
    return new Proxy(api, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function' || typeof name !== 'string') return member;
        return async (...args: unknown[]) => {
          const answer: unknown = await (member as Method).apply(target, args);
          this.calls += 1;
          for (const path of unparsedIn(answer)) this.failures.push(`${name}: ${path} is unparsed`);
          return answer;
        };
      },
    });
  }
}

type Method = (...args: unknown[]) => unknown;
