/** `/api/v2/security_monitoring/configuration/security_filters`. Source: recorded conversations. The list has no pages. */

import { listContent, listVersionsOfKind, type ContentVersion } from '@signalwright/signals';
import { PATHS } from '@signalwright/wire';

import { newShortId } from '../content/remote-id.ts';
import {
  answerSecurityFilter,
  checkSecurityFilter,
  securityFilterEntry,
} from '../content/security-filter-payload.ts';
import { json, type Answer, type Route } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { answerData, resourceRoutes, type ContentResource } from './content-resource.ts';

const FILTERS: ContentResource = {
  kind: 'security-filter',
  path: PATHS.securityFilters,
  type: 'security_filters',
  read: 'security_monitoring_filters_read',
  write: 'security_monitoring_filters_write',
  createdStatus: 200,
  respond: json,
  newId: newShortId,
  filled: new Set(['id', 'is_builtin']),
  check: checkSecurityFilter,
  answer: answerSecurityFilter,
  notFound: (id) => `not_found(Security filter with ID ${id} not found)`,
  keeps: ({ fields }) =>
    fields['is_builtin'] === true ? 'The built-in security filter cannot be deleted.' : undefined,
};

export function securityFilterRoutes(services: OrgServices): readonly Route[] {
  const access = { kind: 'permission', permission: FILTERS.read } as const;
  return [
    {
      method: 'GET',
      path: FILTERS.path,
      access,
      handle: () => answerData(services, FILTERS, listContent(services.context.db, FILTERS.kind)),
    },
    {
      method: 'GET',
      path: `${FILTERS.path}/versions`,
      access,
      handle: () => answerVersions(listVersionsOfKind(services.context.db, FILTERS.kind)),
    },
    ...resourceRoutes(services, FILTERS),
  ];
}

/** All filters together are one configuration, of which each change of one makes a new version. The newest first. */
function answerVersions(changes: readonly ContentVersion[]): Answer {
  const filters = new Map<string, object>();
  const data = changes.map(({ id, version, atMs, fields }, index) => {
    if (fields === undefined) filters.delete(id);
    else filters.set(id, { id, version, ...securityFilterEntry(fields) });
    const attributes = { date: atMs, version: index + 1, filters: [...filters.values()] };
    return { id: String(index + 1), type: 'security_filters_configuration', attributes };
  });
  return json(200, { data: data.toReversed() });
}
