/** `/api/v2/security_monitoring/configuration/suppressions`. Source: recorded conversations. */

import { appliesToRule } from '@signalwright/detect';
import { listContent, readContent, type ContentFields, type StoredContent } from '@signalwright/signals';
import { PATHS, plainErrors } from '@signalwright/wire';

import { checkRuleFields } from '../content/rule-payload.ts';
import { isShortId, newShortId } from '../content/remote-id.ts';
import { withoutServerFields } from '../content/server-fields.ts';
import { answerSuppression, checkSuppressionFields, invalidField } from '../content/suppression-payload.ts';
import { NO_CONTENT, json, jsonApi, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { isObject } from '../http/json-body.ts';
import { readyRule, readySuppression } from '../live-content.ts';
import { authorOf, type OrgServices } from '../org-services.ts';
import { changeObject, createObject, deleteObject } from './content-change.ts';
import { readAttributes } from './json-api-body.ts';
import { CONTENT_SORTS, contentDocument, filterContent, pageOf, sortContent } from './paging.ts';

const READ = { kind: 'permission', permission: 'security_monitoring_suppressions_read' } as const;
const WRITE = { kind: 'permission', permission: 'security_monitoring_suppressions_write' } as const;
const KIND = 'suppression';

export function suppressionRoutes(services: OrgServices): readonly Route[] {
  const all = PATHS.suppressions;
  const one = `${all}/:suppressionId`;
  return [
    { method: 'GET', path: all, access: READ, handle: (request) => listSuppressions(services, request) },
    { method: 'POST', path: all, access: WRITE, handle: (request) => createSuppression(services, request) },
    { method: 'POST', path: `${all}/validation`, access: WRITE, handle: validateSuppression },
    {
      method: 'POST',
      path: `${all}/rules`,
      access: READ,
      handle: (request) => listAffectingNewRule(services, request),
    },
    {
      method: 'GET',
      path: `${all}/rules/:ruleId`,
      access: READ,
      handle: (request) => listAffectingRule(services, request),
    },
    { method: 'GET', path: one, access: READ, handle: (request) => getSuppression(services, request) },
    { method: 'PATCH', path: one, access: WRITE, handle: (request) => updateSuppression(services, request) },
    { method: 'DELETE', path: one, access: WRITE, handle: (request) => deleteSuppression(services, request) },
  ];
}

function listSuppressions(services: OrgServices, { query }: RouteRequest): Answer {
  const found = filterContent(listContent(services.context.db, KIND), query.get('query'), contentDocument);
  if (found === undefined) return json(400, plainErrors('input_validation_error(query is invalid)'));
  const result = pageOf(sortContent(found, query.get('sort'), CONTENT_SORTS), query);
  if (!result.ok) return json(400, plainErrors(`input_validation_error(${result.reason})`));
  const { rows, total, size, number } = result.page;
  return jsonApi(200, {
    data: rows.map((stored) => answer(services, stored)),
    meta: { page: { totalCount: total, pageSize: size, pageNumber: number } },
  });
}

async function createSuppression(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await readFields(request);
  if ('kind' in body) return body;
  const problems = checkSuppressionFields(body.fields);
  if (problems.length > 0) return json(400, plainErrors(...problems));
  const created = await createObject(services, request.actor, KIND, body.fields, newShortId);
  if (!created.ok) return json(400, plainErrors('The org holds no more suppressions.'));
  return jsonApi(200, { data: answer(services, created.stored) });
}

async function validateSuppression(request: RouteRequest): Promise<Answer> {
  const body = await readFields(request);
  if ('kind' in body) return body;
  const problems = checkSuppressionFields(body.fields);
  return problems.length > 0 ? json(400, plainErrors(...problems)) : NO_CONTENT;
}

function getSuppression(services: OrgServices, { params }: RouteRequest): Answer {
  const id = params['suppressionId'] ?? '';
  const stored = readContent(services.context.db, KIND, id);
  return stored === undefined ? notFound(id) : jsonApi(200, { data: answer(services, stored) });
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
    return json(400, plainErrors('invalid_argument(Invalid rule configuration)'));
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
  const ready = readyRule(rule);
  const all = listContent(services.context.db, KIND);
  const affecting = all.filter((stored) => {
    const suppression = readySuppression(stored);
    return ready.ok && suppression.ok && appliesToRule(suppression.value, ready.value.rule);
  });
  return jsonApi(200, { data: affecting.map((stored) => answer(services, stored)) });
}

/** A field that is not named stays; a date that is null is cleared. */
async function updateSuppression(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const id = request.params['suppressionId'] ?? '';
  const body = await readFields(request);
  if ('kind' in body) return body;
  const before = readContent(services.context.db, KIND, id);
  if (before === undefined) return notFound(id);
  const problems = checkSuppressionFields({ ...before.fields, ...body.fields });
  if (problems.length > 0) return json(400, plainErrors(...problems));
  const target = { kind: KIND, id, version: body.version ?? before.version } as const;
  const changed = await changeObject(services, request.actor, target, (stored) => ({
    ...stored.fields,
    ...body.fields,
  }));
  if (changed.ok) return jsonApi(200, { data: answer(services, changed.stored) });
  return changed.reason === 'not_found' ? notFound(id) : concurrent();
}

async function deleteSuppression(services: OrgServices, { actor, params }: RouteRequest): Promise<Answer> {
  const id = params['suppressionId'] ?? '';
  return (await deleteObject(services, actor, KIND, id)) ? NO_CONTENT : notFound(id);
}

interface SuppressionBody {
  readonly fields: ContentFields;
  readonly version?: number;
}

async function readFields(request: RouteRequest): Promise<SuppressionBody | Answer> {
  const attributes = await readAttributes(request);
  if (!attributes.ok) return json(400, plainErrors(`input_validation_error(${attributes.reason})`));
  const { version, ...fields } = withoutServerFields(KIND, attributes.value);
  if (version === undefined) return { fields };
  if (!Number.isSafeInteger(version))
    return json(400, plainErrors(invalidField('version', 'it must be a number')));
  return { fields, version: version as number };
}

function answer(services: OrgServices, stored: StoredContent): Readonly<Record<string, unknown>> {
  return answerSuppression(stored, (actorId) => authorOf(services, actorId));
}

/** Recorded: what is no id at all is another answer than an id of nothing. */
function notFound(id: string): Answer {
  if (!isShortId(id)) return json(404, plainErrors('Not found'));
  return json(404, plainErrors(`not_found(Suppression with ID ${id} not found)`));
}

/** Recorded words of the service; two writers at once meet them. */
export function concurrent(): Answer {
  const message = 'already_exists(Concurrent modifications detected, please reload and try again)';
  return json(409, plainErrors(message));
}
