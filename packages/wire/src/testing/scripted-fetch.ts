/** A network that answers what it is told and remembers what it was asked, with a clock that only sleeps. */

import type { ApiClock, TransportOptions } from '../transport.ts';

export type Answer = Response | Error | 'silence';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface ScriptedNetwork {
  readonly asked: Asked[];
  readonly slept: number[];
  readonly options: TransportOptions;
}

/** The last answer repeats. */
export function scriptNetwork(answers: readonly (() => Answer)[]): ScriptedNetwork {
  const asked: Asked[] = [];
  const slept: number[] = [];
  let nowMs = Date.UTC(2026, 10, 2);
  const clock: ApiClock = {
    nowMs: () => nowMs,
    sleep: (ms) => {
      slept.push(ms);
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const fetch: TransportOptions['fetch'] = (url, init) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)]?.();
    asked.push({
      method: init.method ?? 'GET',
      url,
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
    });
    if (answer instanceof Response) return Promise.resolve(answer);
    if (answer instanceof Error) return Promise.reject(answer);
    return new Promise(() => undefined);
  };
  return {
    asked,
    slept,
    options: {
      baseUrl: 'https://api.example.test/',
      auth: { apiKey: 'api-key', applicationKey: 'application-key' },
      fetch,
      clock,
      random: () => 0.5,
      timeoutMs: 50,
    },
  };
}

export function json(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): () => Response {
  return () => new Response(status === 204 ? null : JSON.stringify(body), { status, headers });
}
