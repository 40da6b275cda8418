/** `/api/v2/security_monitoring/rules`. Source: recorded conversations; the newer error envelope of the rules backend. */

import { listContent, readContent, type ContentFields, type StoredContent } from '@signalwright/signals';
import { PATHS, plainErrors, rulesError, type ApiErrorDetail, isOwnedRule } from '@signalwright/wire';

import { LONG_TEXT, findLongTexts } from '../content/long-text.ts';
import { newShortId } from '../content/remote-id.ts';
import { answerRule, checkRuleFields } from '../content/rule-payload.ts';
import { withoutServerFields } from '../content/server-fields.ts';
import { DEFAULT_RULES_STAY, checkOwnedUpdate } from '../content/owned-rule.ts';
import { isObject } from '../http/json-body.ts';
import { NO_CONTENT, json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { authorOf, type OrgServices } from '../org-services.ts';
import { visibleTo } from '../people/restricted-routes.ts';
import { changeObject, createObject, deleteObject } from './content-change.ts';
import { CONTENT_SORTS, contentDocument, filterContent, pageOf, sortContent } from './paging.ts';

const READ = { kind: 'permission', permission: 'security_monitoring_rules_read' } as const;
const WRITE = { kind: 'permission', permission: 'security_monitoring_rules_write' } as const;
const KIND = 'detection-rule';

export function ruleRoutes(services: OrgServices): readonly Route[] {
  const one = `${PATHS.rules}/:ruleId`;
  return [
    { method: 'GET', path: PATHS.rules, access: READ, handle: (request) => listRules(services, request) },
    { method: 'POST', path: PATHS.rules, access: WRITE, handle: (request) => createRule(services, request) },
    { method: 'POST', path: `${PATHS.rules}/validation`, access: WRITE, handle: validateRule },
    { method: 'GET', path: one, access: READ, handle: (request) => getRule(services, request) },
    { method: 'PUT', path: one, access: WRITE, handle: (request) => updateRule(services, request) },
    { method: 'DELETE', path: one, access: WRITE, handle: (request) => deleteRule(services, request) },
  ];
}

function listRules(services: OrgServices, { query, actor }: RouteRequest): Answer {
  const all = visibleTo(services, actor, 'security-rule', listContent(services.context.db, KIND));
  const found = filterContent(all, query.get('query'), contentDocument);
  if (found === undefined) return json(400, plainErrors('Invalid query'));
  const result = pageOf(sortContent(found, query.get('sort'), CONTENT_SORTS), query);
  if (!result.ok) return json(400, plainErrors(result.reason));
  const { rows } = result.page;
  return json(200, {
    data: rows.map((stored) => answerRule(stored, (id) => authorOf(services, id))),
    meta: { page: { total_count: all.length, total_filtered_count: found.length } },
  });
}

async function createRule(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const fields = await readFields(request);
  if ('kind' in fields) return fields;
  const { version: _version, ...rule } = fields.value;
  const details = checkRuleFields(rule);
  if (details.length > 0) return invalid(details);
  const created = await createObject(services, request.actor, KIND, rule, newShortId);
  if (!created.ok) return json(400, plainErrors('The org holds no more rules.'));
  return json(
    200,
    answerRule(created.stored, (id) => authorOf(services, id)),
  );
}

async function validateRule(request: RouteRequest): Promise<Answer> {
  const fields = await readFields(request);
  if ('kind' in fields) return fields;
  const details = checkRuleFields(fields.value);
  return details.length > 0 ? invalid(details) : NO_CONTENT;
}

function getRule(services: OrgServices, { params }: RouteRequest): Answer {
  const id = params['ruleId'] ?? '';
  const stored = readContent(services.context.db, KIND, id);
  return stored === undefined
    ? notFound(id)
    : json(
        200,
        answerRule(stored, (actorId) => authorOf(services, actorId)),
      );
}

/** Partial by top-level key; `queries`, `cases` and `options` replace what was there as a whole. */
async function updateRule(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const id = request.params['ruleId'] ?? '';
  const fields = await readFields(request);
  if ('kind' in fields) return fields;
  const { version, ...changes } = fields.value;
  const before = readContent(services.context.db, KIND, id);
  if (before === undefined) return notFound(id);
  const owned = checkOwnedUpdate(before.fields, changes);
  const details = [
    ...(owned.length > 0
      ? owned
      : [...checkFixedFields(before.fields, changes), ...newDetails(before, changes)]),
    ...(version === undefined || Number.isSafeInteger(version)
      ? []
      : [{ message: 'Version must be a whole number', target: 'version' }]),
  ];
  if (details.length > 0) return invalid(details);
  const expected = typeof version === 'number' ? version : before.version;
  const changed = await changeObject(
    services,
    request.actor,
    { kind: KIND, id, version: expected },
    (stored) => ({
      ...stored.fields,
      ...changes,
    }),
  );
  if (changed.ok)
    return json(
      200,
      answerRule(changed.stored, (actorId) => authorOf(services, actorId)),
    );
  // Documented for this endpoint: a stale version is 401, not 409.
  return changed.reason === 'not_found' ? notFound(id) : json(401, plainErrors('Concurrent Modification'));
}

async function deleteRule(services: OrgServices, { actor, params }: RouteRequest): Promise<Answer> {
  const id = params['ruleId'] ?? '';
  const stored = readContent(services.context.db, KIND, id);
  if (stored === undefined) return notFound(id);
  if (isOwnedRule(stored.fields)) return json(403, plainErrors(DEFAULT_RULES_STAY));
  return (await deleteObject(services, actor, KIND, id)) ? NO_CONTENT : notFound(id);
}

/** Of a rule that Datadog owns, what was there before is not ours to refuse. */
function newDetails({ id, fields }: StoredContent, changes: ContentFields): readonly ApiErrorDetail[] {
  const details = checkRuleFields({ ...fields, ...changes }, id);
  if (!isOwnedRule(fields) || details.length === 0) return details;
  const known = new Set(checkRuleFields(fields, id).map((detail) => JSON.stringify(detail)));
  return details.filter((detail) => !known.has(JSON.stringify(detail)));
}

/** The type stands in no update, and a method is for ever: delete and create instead. */
function checkFixedFields(before: ContentFields, changes: ContentFields): readonly ApiErrorDetail[] {
  const methodOf = (fields: ContentFields): unknown =>
    isObject(fields['options']) ? (fields['options']['detectionMethod'] ?? 'threshold') : 'threshold';
  const details: ApiErrorDetail[] = [];
  if (changes['type'] !== undefined && changes['type'] !== (before['type'] ?? 'log_detection')) {
    details.push({ message: 'The rule type cannot be changed', target: 'type' });
  }
  if (changes['options'] !== undefined && methodOf(changes) !== methodOf(before)) {
    details.push({ message: 'The detection method cannot be changed', target: 'detectionMethod' });
  }
  return details;
}

async function readFields(request: RouteRequest): Promise<{ readonly value: ContentFields } | Answer> {
  const body = await request.json();
  if (!body.ok) return json(400, rulesError('InvalidArgument', body.reason));
  if (!isObject(body.value)) return json(400, rulesError('InvalidArgument', 'The body must be an object'));
  const tooLong = findLongTexts(body.value).map((target) => ({ message: LONG_TEXT, target }));
  return tooLong.length > 0 ? invalid(tooLong) : { value: withoutServerFields(KIND, body.value) };
}

function invalid(details: readonly ApiErrorDetail[]): Answer {
  return json(400, rulesError('InvalidArgument', 'Invalid rule configuration', details));
}

function notFound(id: string): Answer {
  return json(404, plainErrors(`Threat detection rule not found: ${id}`));
}
