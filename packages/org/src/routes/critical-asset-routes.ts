/** `/api/v2/security_monitoring/configuration/critical_assets`. Source: recorded conversations. The list has no pages. */

import { listContent, readContent } from '@signalwright/signals';
import { PATHS, plainErrors } from '@signalwright/wire';

import { answerCriticalAsset, checkCriticalAsset } from '../content/critical-asset-payload.ts';
import { isRuleFound } from '../content/rule-search.ts';
import { newUuid } from '@signalwright/signals';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { answerData, resourceRoutes, type ContentResource } from './content-resource.ts';

const ASSETS: ContentResource = {
  kind: 'critical-asset',
  path: PATHS.criticalAssets,
  type: 'critical_assets',
  read: 'security_monitoring_critical_assets_read',
  write: 'security_monitoring_critical_assets_write',
  createdStatus: 200,
  newId: newUuid,
  filled: new Set([
    'id',
    'creation_author_id',
    'creation_date',
    'creator',
    'editable',
    'update_author_id',
    'update_date',
    'updater',
  ]),
  check: checkCriticalAsset,
  answer: answerCriticalAsset,
  notFound: (id) => `not_found(Critical asset with ID ${id} not found)`,
};

export function criticalAssetRoutes(services: OrgServices): readonly Route[] {
  const access = { kind: 'permission', permission: ASSETS.read } as const;
  return [
    {
      method: 'GET',
      path: ASSETS.path,
      access,
      handle: () => answerData(services, ASSETS, listContent(services.context.db, ASSETS.kind)),
    },
    {
      method: 'GET',
      path: `${ASSETS.path}/rules/:ruleId`,
      access,
      handle: (request) => listOfRule(services, request),
    },
    ...resourceRoutes(services, ASSETS),
  ];
}

/** Assets whose query over rules finds the rule, whether or not they are enabled. */
function listOfRule(services: OrgServices, { params }: RouteRequest): Answer {
  const ruleId = params['ruleId'] ?? '';
  const rule = readContent(services.context.db, 'detection-rule', ruleId);
  if (rule === undefined) {
    return json(404, plainErrors(`not_found(Threat detection rule not found: ${ruleId})`));
  }
  const assets = listContent(services.context.db, ASSETS.kind);
  return answerData(
    services,
    ASSETS,
    assets.filter(({ fields }) => isRuleFound(fields['rule_query'], rule)),
  );
}
