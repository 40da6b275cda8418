/**
 * `/api/v2/security/signals/notification_rules`, and the same of vulnerabilities for rules over findings.
 * Source: recorded conversations. The lists have no pages. Chosen: a rule stands in the list of its source, and
 * either endpoint finds it by its id, since the one of signals has been seen to take and change both.
 */

import { listContent, readContent, type ContentFields, type StoredContent } from '@signalwright/signals';
import { PATHS, plainErrors } from '@signalwright/wire';

import {
  answerNotificationRule,
  checkNotificationFields,
  isOverFindings,
} from '../content/notification-rule-payload.ts';
import { newShortId } from '../content/remote-id.ts';
import { withoutServerFields } from '../content/server-fields.ts';
import { invalidField } from '../content/suppression-payload.ts';
import { NO_CONTENT, json, jsonApi, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { authorOf, type OrgServices } from '../org-services.ts';
import { changeObject, createObject, deleteObject } from './content-change.ts';
import { readAttributes } from './json-api-body.ts';
import { concurrent } from './suppression-routes.ts';

const READ = { kind: 'permission', permission: 'security_monitoring_notification_profiles_read' } as const;
const WRITE = { kind: 'permission', permission: 'security_monitoring_notification_profiles_write' } as const;
const KIND = 'notification-rule';

export function notificationRuleRoutes(services: OrgServices): readonly Route[] {
  return [
    ...routesAt(PATHS.notificationRules, services, (fields) => !isOverFindings(fields)),
    ...routesAt(PATHS.findingNotificationRules, services, isOverFindings),
  ];
}

type InList = (fields: ContentFields) => boolean;

function routesAt(all: string, services: OrgServices, isListed: InList): readonly Route[] {
  const one = `${all}/:ruleId`;
  return [
    { method: 'GET', path: all, access: READ, handle: () => listNotificationRules(services, isListed) },
    {
      method: 'POST',
      path: all,
      access: WRITE,
      handle: (request) => createNotificationRule(services, request),
    },
    { method: 'GET', path: one, access: READ, handle: (request) => getNotificationRule(services, request) },
    {
      method: 'PATCH',
      path: one,
      access: WRITE,
      handle: (request) => updateNotificationRule(services, request),
    },
    {
      method: 'DELETE',
      path: one,
      access: WRITE,
      handle: (request) => deleteNotificationRule(services, request),
    },
  ];
}

function listNotificationRules(services: OrgServices, isListed: InList): Answer {
  const rules = listContent(services.context.db, KIND).filter(({ fields }) => isListed(fields));
  return jsonApi(200, { data: rules.map((stored) => answer(services, stored)) });
}

async function createNotificationRule(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const body = await readFields(request);
  if ('kind' in body) return body;
  const problems = checkNotificationFields(body.fields);
  if (problems.length > 0) return json(400, plainErrors(...problems));
  const created = await createObject(services, request.actor, KIND, body.fields, newShortId);
  if (!created.ok) return json(400, plainErrors('The org holds no more notification rules.'));
  return jsonApi(201, { data: answer(services, created.stored) });
}

function getNotificationRule(services: OrgServices, { params }: RouteRequest): Answer {
  const id = params['ruleId'] ?? '';
  const stored = readContent(services.context.db, KIND, id);
  return stored === undefined ? notFound(id) : jsonApi(200, { data: answer(services, stored) });
}

/** The version is mandatory here, and never 0: recorded. */
async function updateNotificationRule(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const id = request.params['ruleId'] ?? '';
  const body = await readFields(request);
  if ('kind' in body) return body;
  const before = readContent(services.context.db, KIND, id);
  if (before === undefined) return notFound(id);
  const { version } = body;
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version === 0) {
    const message = 'Specify the notification rule version to update, it cannot be 0.';
    return json(400, plainErrors(invalidField('version', message)));
  }
  const problems = checkNotificationFields({ ...before.fields, ...body.fields });
  if (problems.length > 0) return json(400, plainErrors(...problems));
  const changed = await changeObject(services, request.actor, { kind: KIND, id, version }, (stored) => ({
    ...stored.fields,
    ...body.fields,
  }));
  if (changed.ok) return jsonApi(200, { data: answer(services, changed.stored) });
  return changed.reason === 'not_found' ? notFound(id) : concurrent();
}

async function deleteNotificationRule(
  services: OrgServices,
  { actor, params }: RouteRequest,
): Promise<Answer> {
  const id = params['ruleId'] ?? '';
  return (await deleteObject(services, actor, KIND, id)) ? NO_CONTENT : notFound(id);
}

interface NotificationBody {
  readonly fields: ContentFields;
  readonly version: unknown;
}

async function readFields(request: RouteRequest): Promise<NotificationBody | Answer> {
  const attributes = await readAttributes(request);
  if (!attributes.ok) return json(400, plainErrors(`input_validation_error(${attributes.reason})`));
  const { version, ...fields } = withoutServerFields(KIND, attributes.value);
  return { fields, version };
}

function answer(services: OrgServices, stored: StoredContent): Readonly<Record<string, unknown>> {
  return answerNotificationRule(stored, (actorId) => authorOf(services, actorId));
}

function notFound(id: string): Answer {
  return json(404, plainErrors(`not_found(Notification rule with id '${id}' not found)`));
}
