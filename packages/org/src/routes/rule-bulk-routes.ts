/**
 * Many rules at once: deleted, or exported as a ZIP archive with a JSON file for each.
 * Source: SecurityMonitoringRuleBulkDeletePayload and …BulkExportPayload of the official client; nothing is recorded.
 */

import { strToU8, zipSync } from 'fflate';

import { readContent } from '@signalwright/signals';
import { PATHS, isOwnedRule, rulesError } from '@signalwright/wire';

import { answerRule } from '../content/rule-payload.ts';
import { isObject, objectAt } from '../http/json-body.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { newUuid } from '@signalwright/signals';
import { authorOf, type OrgServices } from '../org-services.ts';
import { isAllowedBy } from '../people/restricted-routes.ts';
import { deleteObject } from './content-change.ts';

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
  const asked = await readRuleIds(request, 'security_monitoring_rules_bulk_export');
  if ('kind' in asked) return asked;
  const files: Record<string, Uint8Array> = {};
  for (const id of asked.ids) {
    const stored = readContent(services.context.db, KIND, id);
    const isVisible = isAllowedBy(services, request.actor, `security-rule:${id}`, 'viewer');
    if (stored === undefined || !isVisible)
      return json(404, rulesError('NotFound', `Threat detection rule not found: ${id}`));
    const rule = answerRule(stored, (actorId) => authorOf(services, actorId));
    files[`${fileNameOf(stored.fields['name'])}_${id}.json`] = strToU8(JSON.stringify(rule, undefined, 2));
  }
  // Without the time of day, which is local time in an archive: the same rules are the same bytes.
  const bytes = zipSync(files, { mtime: new Date(1980, 0, 2) });
  return { kind: 'bytes', status: 200, contentType: 'application/zip', body: bytes };
}

/** A rule's name is anybody's text: in a path it must not lead out of the folder. */
function fileNameOf(name: unknown): string {
  const text = typeof name === 'string' ? name : '';
  return text.replaceAll(/[^A-Za-z0-9-]+/g, '_').slice(0, MAX_NAME_CHARACTERS) || 'rule';
}

const MAX_NAME_CHARACTERS = 100;

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
