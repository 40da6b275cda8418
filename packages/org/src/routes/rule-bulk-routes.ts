/**
 * Many rules at once: deleted, or exported as a ZIP archive with a file for each, of JSON or of Terraform.
 * Source: SecurityMonitoringRuleBulkDeletePayload, …BulkExportPayload and …ConvertBulkPayload of the official client;
 * nothing is recorded.
 */

import { newUuid, readContent, type StoredContent } from '@signalwright/signals';
import { PATHS, isOwnedRule, rulesError } from '@signalwright/wire';

import { answerArchive, archivePath } from '../content/archive.ts';
import { answerRule } from '../content/rule-payload.ts';
import { isObject, objectAt } from '../http/json-body.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { authorOf, type OrgServices } from '../org-services.ts';
import { isAllowedBy } from '../people/restricted-routes.ts';
import { deleteObject } from './content-change.ts';
import { terraformRule } from './terraform-routes.ts';

const KIND = 'detection-rule';

/** Chosen: rules of one request. */
const MAX_BULK_RULES = 1_000;

export function ruleBulkRoutes(services: OrgServices): readonly Route[] {
  return [
    {
      method: 'DELETE',
      path: `${PATHS.rules}/bulk_delete`,
      access: { kind: 'permission', permission: 'security_monitoring_rules_write' },
      handle: (request) => bulkDelete(services, request),
    },
    {
      method: 'POST',
      path: `${PATHS.rules}/bulk_export`,
      access: { kind: 'permission', permission: 'security_monitoring_rules_read' },
      handle: (request) => bulkExport(services, request),
    },
    {
      method: 'POST',
      path: `${PATHS.rules}/convert/bulk`,
      access: { kind: 'permission', permission: 'security_monitoring_rules_read' },
      handle: (request) => bulkConvert(services, request),
    },
  ];
}

/** Each by itself: what is not there, or is Datadog's, has failed, and keeps no other from being deleted. */
async function bulkDelete(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const asked = await readRuleIds(request, 'bulk_delete_rules');
  if ('kind' in asked) return asked;
  const deletedRules: string[] = [];
  const failedRules: string[] = [];
  for (const id of asked.ids) {
    const stored = readContent(services.context.db, KIND, id);
    const isOwned = stored !== undefined && isOwnedRule(stored.fields);
    const stays = isOwned || !isAllowedBy(services, request.actor, `security-rule:${id}`, 'editor');
    const isDeleted = !stays && (await deleteObject(services, request.actor, KIND, id));
    (isDeleted ? deletedRules : failedRules).push(id);
  }
  const id = newUuid(services.context.random);
  return json(200, { data: { id, type: 'bulk_delete_response', attributes: { deletedRules, failedRules } } });
}

/** All of them or none: an archive that lacks a rule would look whole. */
async function bulkExport(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const asked = await readRules(services, request, 'security_monitoring_rules_bulk_export');
  if ('kind' in asked) return asked;
  const file = (stored: StoredContent): readonly [string, string] => {
    const rule = answerRule(stored, (actorId) => authorOf(services, actorId));
    const text = JSON.stringify(rule, undefined, 2);
    return [archivePath(stored.fields['name'] ?? 'rule', stored.id, 'json'), text];
  };
  return answerArchive(new Map(asked.rules.map(file)));
}

/** The same as Terraform. */
async function bulkConvert(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const asked = await readRules(services, request, 'security_monitoring_rules_convert_bulk');
  if ('kind' in asked) return asked;
  const files = new Map<string, string>();
  for (const { id, fields } of asked.rules) {
    const text = terraformRule(fields);
    if (text === undefined) {
      const message = `Rules of the type of ${id} cannot be converted`;
      return json(400, rulesError('InvalidArgument', message, [{ message, target: 'ruleIds' }]));
    }
    files.set(archivePath(fields['name'] ?? 'rule', id, 'tf'), text);
  }
  return answerArchive(files);
}

/** The rules that a request names; one that is not there, or that a policy hides, is not found. */
async function readRules(
  services: OrgServices,
  request: RouteRequest,
  type: string,
): Promise<{ readonly rules: readonly StoredContent[] } | Answer> {
  const asked = await readRuleIds(request, type);
  if ('kind' in asked) return asked;
  const rules: StoredContent[] = [];
  for (const id of asked.ids) {
    const stored = readContent(services.context.db, KIND, id);
    const isVisible = isAllowedBy(services, request.actor, `security-rule:${id}`, 'viewer');
    if (stored === undefined || !isVisible)
      return json(404, rulesError('NotFound', `Threat detection rule not found: ${id}`));
    rules.push(stored);
  }
  return { rules };
}

async function readRuleIds(
  request: RouteRequest,
  type: string,
): Promise<{ readonly ids: readonly string[] } | Answer> {
  const body = await request.json();
  if (!body.ok) return json(400, rulesError('InvalidArgument', body.reason));
  const data = isObject(body.value) ? body.value['data'] : undefined;
  if (!isObject(data) || data['type'] !== type) {
    return json(400, rulesError('InvalidArgument', `Expected data.type to be ${type}`));
  }
  const ids = objectAt(data, 'attributes')?.['ruleIds'];
  const isList = Array.isArray(ids) && ids.length > 0 && ids.length <= MAX_BULK_RULES;
  if (!isList || !ids.every((id): id is string => typeof id === 'string')) {
    const message = `ruleIds must be a list of 1 to ${MAX_BULK_RULES} ids`;
    return json(400, rulesError('InvalidArgument', message, [{ message, target: 'ruleIds' }]));
  }
  return { ids: [...new Set(ids)] };
}
