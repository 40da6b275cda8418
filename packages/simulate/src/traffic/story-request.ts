/** One request of a story, before anybody has sent it. */

import type { SiteName } from '../app/sites.ts';
import type { Random } from '../random.ts';

/** What a request is for. Only the story knows; the application and its rules have to find out. */
export const TRAFFIC_KINDS = [
  'benign',
  'sql_injection',
  'xss',
  'path_traversal',
  'command_injection',
  'ssrf',
  'scanner',
  'stuffing_from_one_address',
  'stuffing_on_one_account',
  'authorised_scan',
] as const;

export type TrafficKind = (typeof TRAFFIC_KINDS)[number];

/** `baseline` is an ordinary morning, `attack` brings the attackers, in `return` those come again. */
export const PHASES = ['baseline', 'attack', 'return'] as const;

export type Phase = (typeof PHASES)[number];

export interface StoryRequest {
  readonly phase: Phase;
  readonly kind: TrafficKind;
  /** Milliseconds since the story began. */
  readonly offsetMs: number;
  /** 32 hexadecimal digits, unique in the story. */
  readonly traceId: string;
  readonly site: SiteName;
  readonly method: 'GET' | 'POST';
  /** Path and query exactly as they go over the wire. */
  readonly target: string;
  readonly clientIp: string;
  readonly userAgent: string;
  /** A JSON body. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Requests with the same jar share cookies, and go one after the other. */
  readonly cookieJar?: string;
}

/** Where and what, the part that a scenario chooses for each of its requests. */
export type Visit = Pick<StoryRequest, 'method' | 'target' | 'body'>;

export function get(path: string, query: Readonly<Record<string, string>> = {}): Visit {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return { method: 'GET', target: pairs.length === 0 ? path : `${path}?${pairs.join('&')}` };
}

export function post(target: string, body: Readonly<Record<string, unknown>>): Visit {
  return { method: 'POST', target, body };
}

/** One client that sends visits at a steady pace with a little jitter. */
export interface Caller {
  readonly phase: Phase;
  readonly kind: TrafficKind;
  readonly site: SiteName;
  readonly clientIp: string;
  readonly userAgent: string;
  readonly cookieJar?: string;
  readonly startMs: number;
  /** Mean time between two requests. */
  readonly everyMs: number;
}

/** The nth visit comes between n and n + 1/2 steps after the start, so order is kept and windows are predictable. */
export function callAll(caller: Caller, visits: readonly Visit[], random: Random): StoryRequest[] {
  const { startMs, everyMs, ...who } = caller;
  return visits.map((visit, index) => ({
    ...who,
    ...visit,
    offsetMs: Math.round(startMs + (index + random.next() / 2) * everyMs),
    traceId: random.hex(32),
  }));
}
