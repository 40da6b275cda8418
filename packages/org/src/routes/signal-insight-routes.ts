/**
 * What a signal is about: whom it names, and what to look at next.
 * Source: SignalEntitiesResponse of the official client, and "suggested actions" of the specification; nothing is
 * recorded.
 */

import type { Entity, Signal } from '@signalwright/model';
import { readSignal } from '@signalwright/signals';
import { PATHS, plainErrors } from '@signalwright/wire';

import { investigationQueries, type InvestigationQuery } from '../content/investigation.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';

/** Chosen: as many as a signal holds. */
const MAX_ENTITIES = 256;

export function signalInsightRoutes(services: OrgServices): readonly Route[] {
  const one = `${PATHS.signals}/:signalId`;
  const READ_BOTH = {
    kind: 'all-of',
    permissions: ['security_monitoring_rules_read', 'security_monitoring_signals_read'],
  } as const;
  return [
    {
      method: 'GET',
      path: `${one}/entities`,
      access: { kind: 'permission', permission: 'security_monitoring_signals_read' },
      handle: (request) => listEntities(services, request),
    },
    // Chosen: queries are all that is suggested; posts of Datadog's blog are for Datadog to recommend.
    ...['investigation_queries', 'suggested_actions'].map((name): Route => ({
      method: 'GET',
      path: `${one}/${name}`,
      access: READ_BOTH,
      handle: (request) =>
        answerOf(services, request, (signal) =>
          json(200, { data: investigationQueries(signal).map(encodeQuery) }),
        ),
    })),
  ];
}

function listEntities(services: OrgServices, request: RouteRequest): Answer {
  const text = request.query.get('limit');
  const limit = text === null ? MAX_ENTITIES : readLimit(text);
  if (limit === undefined) return json(400, plainErrors('limit must be a number from 1'));
  return answerOf(services, request, ({ id, entities }) =>
    json(200, {
      data: { id, type: 'entities', attributes: { identities: entities.slice(0, limit).map(encodeEntity) } },
    }),
  );
}

/** An int32, as the client sends it. */
function readLimit(text: string): number | undefined {
  const limit = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit < 2 ** 31 ? limit : undefined;
}

function answerOf(
  services: OrgServices,
  { params }: RouteRequest,
  answer: (signal: Signal) => Answer,
): Answer {
  const signal = readSignal(services.context.db, params['signalId'] ?? '');
  return signal === undefined ? json(404, plainErrors('Signal not found')) : answer(signal);
}

/** Chosen: the client leaves open what an identity holds. */
function encodeEntity({ role, path, value }: Entity): Readonly<Record<string, unknown>> {
  return { name: value, role, attribute: path };
}

function encodeQuery({ id, name, filter, variables }: InvestigationQuery): Readonly<Record<string, unknown>> {
  return {
    id,
    type: 'investigation_log_queries',
    attributes: {
      name,
      query_filter: filter,
      template_variables: variables,
      url: `/logs?${new URLSearchParams({ query: filter }).toString()}`,
    },
  };
}
