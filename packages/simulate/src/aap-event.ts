/**
 * An inspected request as the event that App and API Protection makes of its span.
 * Sources: attributes that Datadog's rules query (docs "Custom rules" of App and API Protection, default rules
 * def-000-*) and span tags that its tracers set (`appsec.*`, `_dd.appsec.json`, `http.*`, `usr.id`).
 */

import type { Attributes, Event } from '@signalwright/model';
import type { Site } from './app/sites.ts';
import type { SecurityActivity } from './waf-result.ts';

/** A finished request. Everything a client sent is attacker-controlled. */
export interface Exchange {
  readonly site: Site;
  readonly atMs: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly clientIp: string;
  readonly userAgent: string;
  readonly status: number;
  /** The pattern that answered, such as `/products/:slug`; empty if none did. */
  readonly route: string;
  readonly blocked: boolean;
  readonly userId: string | undefined;
  readonly login: LoginOutcome | undefined;
  readonly activities: readonly SecurityActivity[];
}

export interface LoginOutcome {
  readonly outcome: 'success' | 'failure';
  readonly userExists: boolean;
}

/** Longer text is cut: it is evidence for a person, not a copy of the request. */
export const MAX_TEXT_LENGTH = 1024;
const MAX_QUERY_NAMES = 32;

export function toAapEvent(exchange: Exchange): Event {
  const { site } = exchange;
  const resource = `${exchange.method} ${exchange.route === '' ? cut(exchange.path) : exchange.route}`;
  return {
    id: exchange.spanId,
    tsMs: exchange.atMs,
    dataSource: 'spans',
    service: site.service,
    env: site.env,
    host: `${site.service}-${site.env}-1`,
    tags: [`env:${site.env}`, `service:${site.service}`, `version:${site.version}`, `team:${site.team}`],
    attributes: {
      operation_name: 'web.request',
      resource_name: resource,
      type: 'web',
      trace_id: exchange.traceId,
      span_id: exchange.spanId,
      span: { kind: 'server' },
      http: httpAttributes(exchange),
      network: { client: { ip: exchange.clientIp } },
      ...(exchange.userId !== undefined && { usr: { id: cut(exchange.userId) } }),
      ...(exchange.activities.length > 0 && appsecAttributes(exchange)),
    },
    message: `${resource} ${exchange.status}`,
  };
}

/** Names of the security activities of an event that was made here, such as `attack_attempt.sql_injection`. */
export function activitiesOf(event: Event): readonly string[] {
  const activity = appsecOf(event)['security_activity'];
  return (Array.isArray(activity) ? activity : [activity]).filter((name) => typeof name === 'string');
}

/** Whether the engine refused the request behind an event that was made here. */
export function isBlockedEvent(event: Event): boolean {
  return appsecOf(event)['blocked'] === true;
}

function appsecOf(event: Event): Attributes {
  const appsec = event.attributes['appsec'];
  return typeof appsec === 'object' && appsec !== null ? { ...appsec } : {};
}

/** The name that queries use. */
function activityName(activity: SecurityActivity): string {
  return `${activity.category}.${activity.type}`;
}

function httpAttributes(exchange: Exchange): Attributes {
  const { site } = exchange;
  const userAgent = cut(exchange.userAgent);
  const query = Object.entries(exchange.query)
    .slice(0, MAX_QUERY_NAMES)
    .map(([name, values]) => [cut(name), oneOrAll(values.map(cut))]);
  return {
    method: exchange.method,
    status_code: exchange.status,
    url: `https://${site.host}${cut(exchange.target)}`,
    url_details: {
      scheme: 'https',
      host: site.host,
      path: cut(exchange.path),
      ...(query.length > 0 && { queryString: Object.fromEntries(query) }),
    },
    ...(exchange.route !== '' && { route: exchange.route }),
    client_ip: exchange.clientIp,
    // Tracers write `useragent`, the rules of App and API Protection read `user_agent`.
    user_agent: userAgent,
    useragent: userAgent,
  };
}

function appsecAttributes(exchange: Exchange): Attributes {
  const { activities, login } = exchange;
  return {
    appsec: {
      event: true,
      security_activity: distinct(activities.map(activityName)),
      category: distinct(activities.map(({ category }) => category)),
      type: distinct(activities.map(({ type }) => type)),
      rule_id: distinct(activities.map(({ ruleId }) => ruleId)),
      blocked: exchange.blocked,
      ...(login !== undefined && {
        events: {
          users: {
            login: {
              [login.outcome]: {
                track: true,
                usr: { id: cut(exchange.userId ?? ''), exists: login.userExists },
              },
            },
          },
        },
      }),
    },
    _dd: { appsec: { json: { triggers: activities.map(triggerOf) } } },
  };
}

/** The engine's own words for one match. */
function triggerOf(activity: SecurityActivity): Attributes {
  return {
    rule: {
      id: activity.ruleId,
      name: activity.ruleName,
      tags: { category: activity.category, type: activity.type },
    },
    rule_matches: activity.matches.map((match) => ({
      operator: match.operator,
      parameters: [
        { address: match.address, key_path: match.keyPath, value: match.value, highlight: match.highlight },
      ],
    })),
  };
}

/** One value stands alone, so that a group-by on it needs no unnesting; queries read both forms alike. */
function distinct(values: readonly string[]): string | readonly string[] {
  return oneOrAll([...new Set(values)]);
}

function oneOrAll(values: readonly string[]): string | readonly string[] {
  const [only, ...others] = values;
  return only !== undefined && others.length === 0 ? only : values;
}

function cut(text: string): string {
  return text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH)}…`;
}
