/**
 * Signals counted: by facets, as the panel of the page shows them, and by up to three fields or over time. Ours: the
 * public API only lists signals. The body of an aggregation is that of the logs API.
 */

import {
  PANEL_FACETS,
  aggregateSignals,
  countSignals,
  isPlainField,
  type FacetDefinition,
} from '@signalwright/signals';
import { PATHS, plainErrors } from '@signalwright/wire';

import { isObject } from '../http/json-body.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { encodeBuckets, readAggregation } from './aggregate-body.ts';
import { askedByFields, askedByParameters, describeSearchRefusal, readSearch } from './signal-search.ts';

const READ = { kind: 'permission', permission: 'security_monitoring_signals_read' } as const;

/** Chosen: facets of one request. */
const MAX_FACETS = 30;

export function signalCountRoutes(services: OrgServices): readonly Route[] {
  return [
    {
      method: 'GET',
      path: PATHS.signalFacets,
      access: READ,
      handle: (request) => listFacets(services, request),
    },
    {
      method: 'POST',
      path: PATHS.signalAggregate,
      access: READ,
      handle: (request) => count(services, request),
    },
  ];
}

/** Of the fields that `facet` names, once or more; without it those of the panel. */
async function listFacets(services: OrgServices, { query }: RouteRequest): Promise<Answer> {
  const names = query.getAll('facet');
  if (names.length > MAX_FACETS) return refuse(`Invalid facet: at most ${MAX_FACETS}`);
  const wrong = names.find((name) => !isPlainField(name) || name === 'message');
  if (wrong !== undefined) return refuse('Invalid facet: expected the name of a field');
  const search = readSearch(askedByParameters(query), services.context.nowMs());
  if (typeof search === 'string') return refuse(search);
  const facets = names.length === 0 ? PANEL_FACETS : names.map(facetOf);
  await services.signals.reached(search.fromMs);
  const result = countSignals(services.signals, search, facets);
  if (!result.ok) return refuse(...describeSearchRefusal(result.refusal));
  const { counts } = result;
  return json(200, {
    data: counts.facets.map(({ field, title, values }) => ({
      id: field,
      type: 'signal_facets',
      attributes: { title, values },
    })),
    meta: { total: counts.total, status: counts.isComplete ? 'done' : 'timeout' },
  });
}

function facetOf(field: string): FacetDefinition {
  return PANEL_FACETS.find((facet) => facet.field === field) ?? { title: field, field };
}

async function count(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await request.json();
  if (!body.ok) return refuse(body.reason);
  if (!isObject(body.value)) return refuse('The body must be an object.');
  const asked = askedByFields(body.value);
  if (typeof asked === 'string') return refuse(asked);
  const nowMs = services.context.nowMs();
  const search = readSearch({ ...asked, sort: undefined, cursor: undefined, limit: undefined }, nowMs);
  if (typeof search === 'string') return refuse(search);
  const aggregation = readAggregation(body.value, (search.toMs ?? nowMs) - (search.fromMs ?? 0));
  if (typeof aggregation === 'string') return refuse(aggregation);
  await services.signals.reached(search.fromMs);
  const result = aggregateSignals(services.signals, search, aggregation);
  if (!result.ok) return refuse(...describeSearchRefusal(result.refusal));
  return json(200, {
    data: encodeBuckets(result, aggregation),
    meta: { total: result.total, status: result.isComplete ? 'done' : 'timeout' },
  });
}

function refuse(...messages: readonly string[]): Answer {
  return json(400, plainErrors(...messages));
}
