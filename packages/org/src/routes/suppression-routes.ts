/** `/api/v2/security_monitoring/configuration/suppressions`. Source: recorded conversations. */

import { listContent, readContent, type StoredContent } from '@signalwright/signals';
import { PATHS, SERVER_FILLED, plainErrors } from '@signalwright/wire';

import { isShortId, newShortId } from '../content/remote-id.ts';
import { checkRuleFields } from '../content/rule-payload.ts';
import { isRuleFound } from '../content/rule-search.ts';
import { answerSuppression, checkSuppressionFields } from '../content/suppression-payload.ts';
import { isObject } from '../http/json-body.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { answerData, refuse, resourceRoutes, validate, type ContentResource } from './content-resource.ts';
import { CONTENT_SORTS, contentDocument, filterContent, pageOf, sortContent } from './paging.ts';
import { versionHistoryRoute } from './version-history.ts';

const SUPPRESSIONS: ContentResource = {
  kind: 'suppression',
  path: PATHS.suppressions,
  type: 'suppressions',
  read: 'security_monitoring_suppressions_read',
  write: 'security_monitoring_suppressions_write',
  createdStatus: 200,
  newId: newShortId,
  filled: new Set(['id', ...Object.keys(SERVER_FILLED.suppression).filter((name) => name !== 'version')]),
  check: checkSuppressionFields,
  answer: answerSuppression,
  // Recorded: what is no id at all is another answer than an id of nothing.
  notFound: (id) => (isShortId(id) ? `not_found(Suppression with ID ${id} not found)` : 'Not found'),
};

export function suppressionRoutes(services: OrgServices): readonly Route[] {
  const { path } = SUPPRESSIONS;
  const read = { kind: 'permission', permission: SUPPRESSIONS.read } as const;
  const write = { kind: 'permission', permission: SUPPRESSIONS.write } as const;
  const rules = `${path}/rules`;
  const route = (
    method: Route['method'],
    path: string,
    handle: (services: OrgServices, request: RouteRequest) => Answer | Promise<Answer>,
  ): Route => ({ method, path, access: read, handle: (request) => handle(services, request) });
  return [
    route('GET', path, listSuppressions),
    {
      method: 'POST',
      path: `${path}/validation`,
      access: write,
      handle: (request) => validate(SUPPRESSIONS, request),
    },
    route('POST', rules, listAffectingNewRule),
    route('GET', `${rules}/:ruleId`, listAffectingRule),
    ...resourceRoutes(services, SUPPRESSIONS),
    versionHistoryRoute(services, SUPPRESSIONS, { type: 'suppression_version_history', name: 'suppression' }),
  ];
}

function listSuppressions(services: OrgServices, { query }: RouteRequest): Answer {
  const all = listContent(services.context.db, SUPPRESSIONS.kind);
  const found = filterContent(all, query.get('query'), contentDocument);
  if (found === undefined) return refuse('input_validation_error(query is invalid)');
  const result = pageOf(sortContent(found, query.get('sort'), CONTENT_SORTS), query);
  if (!result.ok) return refuse(`input_validation_error(${result.reason})`);
  const { rows, total, size, number } = result.page;
  const page = { totalCount: total, pageSize: size, pageNumber: number };
  return answerData(services, SUPPRESSIONS, rows, { page });
}

/** Suppressions whose selection finds a rule, whether or not they are in force. */
function listAffectingRule(services: OrgServices, { params }: RouteRequest): Answer {
  const ruleId = params['ruleId'] ?? '';
  const stored = readContent(services.context.db, 'detection-rule', ruleId);
  if (stored === undefined) {
    return json(404, plainErrors(`not_found(Threat detection rule not found: ${ruleId})`));
  }
  return answerAffecting(services, stored);
}

/** The same for a rule that is not there yet: what a pull request would run into. */
async function listAffectingNewRule(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await request.json();
  const fields = body.ok && isObject(body.value) ? body.value : undefined;
  if (fields === undefined || checkRuleFields(fields).length > 0) {
    return refuse('invalid_argument(Invalid rule configuration)');
  }
  const nowMs = services.context.nowMs();
  const { id: by } = request.actor;
  return answerAffecting(services, {
    kind: 'detection-rule',
    id: 'new-rule',
    version: 1,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    createdBy: by,
    updatedBy: by,
    fields,
  });
}

function answerAffecting(services: OrgServices, rule: StoredContent): Answer {
  const all = listContent(services.context.db, SUPPRESSIONS.kind);
  return answerData(
    services,
    SUPPRESSIONS,
    all.filter(({ fields }) => isRuleFound(fields['rule_query'], rule)),
  );
}
