/** `/api/signalwright/saved_views` and `/api/signalwright/services`: content that the public API has no endpoint for. */

import { listContent, newUuid } from '@signalwright/signals';
import { PATHS } from '@signalwright/wire';

import { answerCatalogService, answerView, checkCatalogService, checkView } from '../content/own-payload.ts';
import type { Answer, Route, RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { answerData, refuse, resourceRoutes, type ContentResource } from './content-resource.ts';
import { CONTENT_SORTS, contentDocument, filterContent, pageOf, sortContent } from './paging.ts';

const FILLED: ReadonlySet<string> = new Set(['id', 'created_at', 'created_by', 'modified_at', 'modified_by']);

const VIEWS: ContentResource = {
  kind: 'saved-view',
  path: PATHS.savedViews,
  type: 'saved_views',
  read: 'security_monitoring_signals_read',
  write: 'saved_views_write',
  createdStatus: 201,
  newId: newUuid,
  filled: FILLED,
  check: checkView,
  unique: { field: 'handle', of: ({ handle }) => textOf(handle) },
  answer: answerView,
  notFound: (id) => `not_found(Saved view with ID ${id} not found)`,
};

const SERVICES: ContentResource = {
  kind: 'catalog-service',
  path: PATHS.services,
  type: 'services',
  read: 'apm_service_catalog_read',
  write: 'apm_service_catalog_write',
  createdStatus: 201,
  newId: newUuid,
  filled: FILLED,
  check: checkCatalogService,
  unique: { field: 'name', of: ({ name }) => textOf(name) },
  answer: answerCatalogService,
  notFound: (id) => `not_found(Service with ID ${id} not found)`,
};

export function ownContentRoutes(services: OrgServices): readonly Route[] {
  return [VIEWS, SERVICES].flatMap((resource) => [
    {
      method: 'GET',
      path: resource.path,
      access: { kind: 'permission', permission: resource.read },
      handle: (request: RouteRequest) => list(services, resource, request),
    } as const,
    ...resourceRoutes(services, resource),
  ]);
}

function list(services: OrgServices, resource: ContentResource, { query }: RouteRequest): Answer {
  const all = listContent(services.context.db, resource.kind);
  const found = filterContent(all, query.get('query'), contentDocument);
  if (found === undefined) return refuse('input_validation_error(query is invalid)');
  const result = pageOf(sortContent(found, query.get('sort'), CONTENT_SORTS), query);
  if (!result.ok) return refuse(`input_validation_error(${result.reason})`);
  const { rows, total, size, number } = result.page;
  return answerData(services, resource, rows, {
    page: { totalCount: total, pageSize: size, pageNumber: number },
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
