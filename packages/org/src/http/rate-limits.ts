/**
 * How many requests a family of routes answers in a period, as a table, and the headers that say so.
 * Source: Datadog API, "Rate limits": `X-RateLimit-Limit`, `-Period`, `-Remaining`, `-Reset`, `-Name`; periods are
 * aligned to the calendar, limits hold for an org, and sending logs has none. Numbers: see decision 0394.
 */

import type { Actor } from '@signalwright/model';
import { PATHS, plainErrors } from '@signalwright/wire';

import { json, type Answer, type Route } from './route.ts';

export interface RateLimit {
  /** At least 1. */
  readonly requests: number;
  /** Whole seconds, at least 1. */
  readonly seconds: number;
}

/** One limit for every family, or that of the table. */
export type RateLimits = RateLimit | 'service';

interface RateFamily {
  /** In `X-RateLimit-Name`. */
  readonly name: string;
  /** Of routes, with what is below them; the first family that has a route takes it. */
  readonly paths: readonly string[];
  readonly limit: RateLimit;
}

const MINUTE = 60;
const HOUR = 3_600;

/** Source of those by the hour: "Logs" and "Spans" of the Datadog API. The others are chosen. */
export const RATE_FAMILIES: readonly RateFamily[] = [
  {
    name: 'logs_public_search_api',
    paths: [PATHS.logEvents, PATHS.logAggregate],
    limit: { requests: 300, seconds: HOUR },
  },
  {
    name: 'spans_public_search_api',
    paths: [PATHS.spanEvents, PATHS.spanAggregate],
    limit: { requests: 300, seconds: HOUR },
  },
  {
    name: 'audit_public_search_api',
    paths: [PATHS.auditEvents],
    limit: { requests: 300, seconds: HOUR },
  },
  {
    name: 'security_monitoring_signals',
    paths: [PATHS.signals, PATHS.firstSignals],
    limit: { requests: 300, seconds: MINUTE },
  },
  {
    name: 'security_monitoring_rules',
    paths: [PATHS.rules, PATHS.terraform],
    limit: { requests: 300, seconds: MINUTE },
  },
  {
    name: 'security_monitoring_configuration',
    paths: ['/api/v2/security_monitoring/configuration'],
    limit: { requests: 300, seconds: MINUTE },
  },
  {
    name: 'security_notification_rules',
    paths: [PATHS.notificationRules, PATHS.findingNotificationRules],
    limit: { requests: 300, seconds: MINUTE },
  },
  {
    name: 'siem_historical_detections',
    paths: ['/api/v2/siem-historical-detections'],
    limit: { requests: 60, seconds: MINUTE },
  },
  { name: 'workflows', paths: [PATHS.workflows], limit: { requests: 300, seconds: MINUTE } },
  {
    name: 'action_connections',
    paths: [PATHS.actionConnections],
    limit: { requests: 300, seconds: MINUTE },
  },
  {
    name: 'user_management',
    paths: [
      PATHS.users,
      PATHS.roles,
      '/api/v1/user',
      '/api/v2/user_invitations',
      '/api/v2/permissions',
      '/api/v2/current_user',
      '/api/v2/restriction_policy',
    ],
    limit: { requests: 300, seconds: MINUTE },
  },
];

/** Chosen: true, and more than one process answers in that time. */
export const LOCAL_LIMIT: RateLimit = { requests: 1_000_000, seconds: MINUTE };

/** Of what `up` takes: beyond these nobody would wait, or notice. */
export const MAX_LIMIT: RateLimit = { requests: 1_000_000, seconds: 86_400 };

export interface Admission {
  readonly headers: Readonly<Record<string, string>>;
  /** Set when the limit has been reached before. */
  readonly refusal?: Answer;
}

interface Tally {
  /** Which period since 1970. */
  period: number;
  used: number;
}

/** The family of a route; undefined where the service has none, and for what is ours. */
export function rateFamilyOf({ path }: Pick<Route, 'path'>): RateFamily | undefined {
  return RATE_FAMILIES.find(({ paths }) =>
    paths.some((start) => path === start || path.startsWith(`${start}/`)),
  );
}

/** Counts the requests of an org. In memory: an org that starts again begins a new count. */
export class RateLimiter {
  readonly #nowMs: () => number;
  readonly #limits: RateLimits;
  readonly #tallies = new Map<string, Tally>();

  /** @param nowMs Unix time in milliseconds @param limits those of a local org when left out */
  constructor(nowMs: () => number, limits: RateLimits = LOCAL_LIMIT) {
    this.#nowMs = nowMs;
    this.#limits = limits;
  }

  /** Counts a request of somebody who was let in; undefined when no limit is for it. */
  admit(family: RateFamily, actor: Actor): Admission | undefined {
    // Runs happen inside the service: they spend nothing of what clients have.
    if (actor.kind === 'workflow') return undefined;
    const { requests, seconds } = this.#limits === 'service' ? family.limit : this.#limits;
    const nowMs = this.#nowMs();
    const period = Math.floor(nowMs / (seconds * 1_000));
    let tally = this.#tallies.get(family.name);
    if (tally?.period !== period) {
      tally = { period, used: 0 };
      this.#tallies.set(family.name, tally);
    }
    const isOver = tally.used >= requests;
    if (!isOver) tally.used += 1;
    const headers = {
      'x-ratelimit-limit': String(requests),
      'x-ratelimit-period': String(seconds),
      'x-ratelimit-remaining': String(requests - tally.used),
      // Rounded up: who waits as long as it says is not too early.
      'x-ratelimit-reset': String(Math.ceil(((period + 1) * seconds * 1_000 - nowMs) / 1_000)),
      'x-ratelimit-name': family.name,
    };
    if (!isOver) return { headers };
    const text = `Rate limit of ${requests} requests in ${seconds} seconds reached. Please try again later.`;
    return { headers, refusal: json(429, plainErrors(text)) };
  }
}
