/** `/api/v2/audit/events`: our own audit trail as the public API tells it. Source: recorded conversations. */

import type { SearchDocument } from '@signalwright/model';
import { searchAudit, type FoundAudit } from '@signalwright/signals';
import { PATHS, plainErrors } from '@signalwright/wire';

import { isObject } from '../http/json-body.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { authorOf, type OrgServices } from '../org-services.ts';
import {
  askedByBody,
  askedByParameters,
  describeSearchRefusal,
  readSearch,
  type AskedSearch,
} from './signal-search.ts';

const ACCESS = { kind: 'permission', permission: 'audit_logs_read' } as const;

/** What both operations ask for when the request does not say. */
const DEFAULTS = { query: '*', from: 'now-15m', to: 'now' } as const;

export function auditRoutes(services: OrgServices): readonly Route[] {
  const path = PATHS.auditEvents;
  return [
    { method: 'GET', path, access: ACCESS, handle: (request) => list(services, request) },
    {
      method: 'POST',
      path: `${path}/search`,
      access: ACCESS,
      handle: (request) => search(services, request),
    },
  ];
}

function list(services: OrgServices, request: RouteRequest): Answer {
  return answer(services, request, askedByParameters(request.query));
}

async function search(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const asked = await askedByBody(request);
  if (asked.ok && !areOptions(asked.options)) {
    return json(400, plainErrors('Invalid options: expected a timezone or a time_offset'));
  }
  return asked.ok ? answer(services, request, asked.value) : asked.answer;
}

/** They move the moments that a query names, of which ours have none: checked, and then not needed. */
function areOptions(options: unknown): boolean {
  if (options === undefined) return true;
  if (!isObject(options)) return false;
  const { timezone, time_offset: offset } = options;
  return (
    (timezone === undefined || (typeof timezone === 'string' && timezone.length <= MAX_ZONE_CHARACTERS)) &&
    (offset === undefined || Number.isSafeInteger(offset))
  );
}

const MAX_ZONE_CHARACTERS = 64;

function answer(services: OrgServices, { origin }: RouteRequest, asked: AskedSearch): Answer {
  const { db, nowMs } = services.context;
  const now = nowMs();
  const { query = DEFAULTS.query, from = DEFAULTS.from, to = DEFAULTS.to } = asked;
  const read = readSearch({ ...asked, query, from, to }, now);
  if (typeof read === 'string') return json(400, plainErrors(read));
  const events = new Map<FoundAudit, AuditEvent>();
  const eventOf = (found: FoundAudit): AuditEvent => {
    const event = events.get(found) ?? encode(services, found);
    events.set(found, event);
    return event;
  };
  const { fromMs = 0, toMs = now, ...rest } = read;
  const result = searchAudit(db, {
    ...rest,
    fromMs,
    toMs,
    documentOf: (found) => documentOf(eventOf(found)),
  });
  if (!result.ok) return json(400, plainErrors(...describeSearchRefusal(result.refusal)));
  const data = result.found.map(eventOf);
  const { cursor } = result;
  // Recorded: a page with anything on it names a next one, and the empty page behind the last names nothing.
  if (cursor === undefined) return json(200, { data });
  return json(200, {
    meta: { page: { after: cursor } },
    data,
    links: { next: nextLink(origin, asked, cursor) },
  });
}

function nextLink(origin: string, { query, from, to, sort, limit }: AskedSearch, cursor: string): string {
  const named = {
    sort,
    'filter[query]': query,
    'filter[from]': from,
    'filter[to]': to,
    'page[cursor]': cursor,
    'page[limit]': limit,
  };
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(named)) {
    if (typeof value === 'string' || typeof value === 'number') parameters.set(name, String(value));
  }
  return `${origin}${PATHS.auditEvents}?${parameters.toString()}`;
}

interface AuditEvent {
  readonly id: string;
  readonly type: 'audit';
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Ids sort as the entries do. */
const ID_DIGITS = 16;

function encode(services: OrgServices, found: FoundAudit): AuditEvent {
  if (found.kind === 'earlier') {
    return { id: found.event.id, type: 'audit', attributes: found.event.attributes };
  }
  const { entry } = found;
  const [name = '', action = ''] = entry.action.split('.');
  const [assetType = '', ...assetId] = entry.subject.split(':');
  const timestamp = new Date(entry.atMs).toISOString();
  return {
    id: String(entry.seq).padStart(ID_DIGITS, '0'),
    type: 'audit',
    attributes: {
      attributes: {
        status: 'info',
        timestamp,
        usr: { id: entry.actorId, name: entry.actorName, email: authorOf(services, entry.actorId).handle },
        action,
        evt: { name, actor: { type: actorType(services, entry.actorId) } },
        asset: {
          type: assetType,
          id: assetId.join(':'),
          ...(entry.before !== undefined && { prev_value: entry.before }),
          ...(entry.after !== undefined && { new_value: entry.after }),
        },
        cause: entry.cause,
      },
      message: `${entry.actorName}: ${entry.action} ${entry.subject}`,
      tags: ['source:audit'],
      timestamp,
    },
  };
}

function actorType({ identity }: OrgServices, actorId: string): 'USER' | 'WORKFLOW' | 'SYSTEM' {
  if (identity.findUser(actorId) !== undefined) return 'USER';
  return actorId.startsWith('workflow:') ? 'WORKFLOW' : 'SYSTEM';
}

function documentOf({ attributes }: AuditEvent): SearchDocument {
  const { attributes: own, message, tags, timestamp } = attributes;
  const inner = isObject(own) ? own : {};
  const { status } = inner;
  return {
    reserved: {
      source: 'audit',
      timestamp: Date.parse(String(timestamp)),
      ...(typeof status === 'string' && { status }),
    },
    tags: Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string') : [],
    // Events are JSON, whose objects are attributes.
    attributes: inner as SearchDocument['attributes'],
    message: typeof message === 'string' ? message : '',
  };
}
