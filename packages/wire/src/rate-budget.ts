/**
 * How many calls the service still answers, by its own headers: a token bucket for each of its limits, shared by all
 * calls of a client. Calls wait here, so that a limit is met by waiting and not by being refused.
 * Source: Datadog "Rate limits": limits hold for families of endpoints, which `X-RateLimit-Name` tells apart.
 */

import { MAX_WAIT_MS, readCount, readRateLimit, type RateLimit } from './backoff.ts';

interface Bucket {
  /** Calls that may still be sent before `untilMs`. */
  left: number;
  untilMs: number;
  /** What it holds when it is full again; undefined when the service did not say. */
  readonly full: { readonly calls: number; readonly periodMs: number } | undefined;
}

/** Chosen: far more than a client calls; names and paths come from outside. */
const MAX_NAMES = 256;
const MAX_NAME_CHARACTERS = 128;

export class RateBudget {
  readonly #buckets = new Map<string, Bucket>();
  /** Area to the name of its limit, as the last answer had it. */
  readonly #names = new Map<string, string>();
  /** Calls of an area that were sent and not answered: what the service says may not count them yet. */
  readonly #underWay = new Map<string, number>();
  /** The first call of each area, until it has ended and after. */
  readonly #first = new Map<string, FirstCall>();

  /**
   * Takes a token for a call. An area of which no answer has named the limit waits for every limit that is spent.
   * @returns milliseconds after which to ask again; 0 when the call may be sent, and `end` must follow
   */
  take(area: string, nowMs: number): number {
    const name = this.#names.get(area);
    const asked = name === undefined ? [...this.#buckets.keys()] : [name];
    const buckets = asked.map((each) => this.#current(each, nowMs)).filter((bucket) => bucket !== undefined);
    const waitMs = Math.max(0, ...buckets.map(({ left, untilMs }) => (left > 0 ? 0 : untilMs - nowMs)));
    if (waitMs > 0) return waitMs;
    if (name !== undefined) for (const bucket of buckets) bucket.left -= 1;
    this.begin(area);
    return 0;
  }

  /** A call is sent, with a token or without; `end` must follow. */
  begin(area: string): void {
    this.#underWay.set(area, (this.#underWay.get(area) ?? 0) + 1);
    // None is forgotten for another: somebody may wait for it.
    if (!this.#first.has(area) && this.#first.size < MAX_NAMES) this.#first.set(area, firstCall());
  }

  /**
   * Which limit the calls of an area share is said by its first answer: until then one goes ahead, and the others wait
   * for this. Undefined when there is nothing to wait for.
   */
  firstAnswer(area: string): Promise<void> | undefined {
    return this.#first.get(area)?.ended;
  }

  /** The call has ended, with an answer or without. */
  end(area: string): void {
    const first = this.#first.get(area);
    first?.end();
    if (first !== undefined) this.#first.set(area, ENDED);
    const left = (this.#underWay.get(area) ?? 1) - 1;
    if (left > 0) this.#underWay.set(area, left);
    else this.#underWay.delete(area);
  }

  /** Reads the headers of an answer. */
  learn(area: string, status: number, headers: Headers, nowMs: number): RateLimit {
    const limit = readRateLimit(status, headers, nowMs);
    const remaining = status === 429 ? 0 : readCount(headers.get('x-ratelimit-remaining'));
    if (remaining === undefined || limit.waitMs === 0) return limit;
    const name = headers.get('x-ratelimit-name')?.slice(0, MAX_NAME_CHARACTERS) ?? '';
    remember(this.#names, area, name);
    const untilMs = nowMs + limit.waitMs;
    const known = this.#current(name, nowMs);
    // Answers overtake each other: of one period, whose end is told in whole seconds, the lowest count is the newest.
    const isSamePeriod = known !== undefined && untilMs <= known.untilMs + 1_000;
    // Of a new period the service has counted this call; others may have been sent before it began.
    const left = isSamePeriod ? Math.min(remaining, known.left) : remaining - this.#othersUnderWay(name);
    remember(this.#buckets, name, { left, untilMs, full: fullOf(headers) });
    return limit;
  }

  /** Calls of a limit that are under way beside the one that is being answered. */
  #othersUnderWay(name: string): number {
    const areas = [...this.#underWay].filter(([area]) => this.#names.get(area) === name);
    return Math.max(0, areas.reduce((sum, [, calls]) => sum + calls, 0) - 1);
  }

  /** The bucket as it is now: full again once its time has come. */
  #current(name: string, nowMs: number): Bucket | undefined {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined || bucket.untilMs > nowMs) return bucket;
    const { full } = bucket;
    if (full === undefined) {
      this.#buckets.delete(name);
      return undefined;
    }
    bucket.left = full.calls;
    bucket.untilMs = nowMs + full.periodMs;
    return bucket;
  }
}

interface FirstCall {
  /** Resolves when it has ended; undefined once it has. */
  readonly ended: Promise<void> | undefined;
  readonly end: () => void;
}

const ENDED: FirstCall = { ended: undefined, end: () => undefined };

function firstCall(): FirstCall {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { ended, end };
}

/** At least one call in at most MAX_WAIT_MS: no header may stop us for good. */
function fullOf(headers: Headers): Bucket['full'] {
  const calls = readCount(headers.get('x-ratelimit-limit'));
  const seconds = readCount(headers.get('x-ratelimit-period'));
  if (calls === undefined || calls < 1 || seconds === undefined || seconds < 1) return undefined;
  return { calls, periodMs: Math.min(MAX_WAIT_MS, seconds * 1_000) };
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  const [oldest] = map.keys();
  if (map.size >= MAX_NAMES && oldest !== undefined && !map.has(key)) map.delete(oldest);
  map.set(key, value);
}
