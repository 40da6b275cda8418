/**
 * `/api/v2/security/signals/notification_rules`, and the same of vulnerabilities for rules over findings.
 * Source: recorded conversations. The lists have no pages. Chosen: a rule stands in the list of its source, and
 * either endpoint finds it by its id, since the one of signals has been seen to take and change both.
 */

import { listContent, type ContentFields } from '@signalwright/signals';
import { PATHS, SERVER_FILLED } from '@signalwright/wire';

import {
  answerNotificationRule,
  checkNotificationFields,
  isOverFindings,
} from '../content/notification-rule-payload.ts';
import { newShortId } from '../content/remote-id.ts';
import type { Route } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { answerData, resourceRoutes, type ContentResource } from './content-resource.ts';
import { notificationPreviewRoute } from './notification-preview-route.ts';

const RULES: Omit<ContentResource, 'path'> = {
  kind: 'notification-rule',
  type: 'notification_rules',
  read: 'security_monitoring_notification_profiles_read',
  write: 'security_monitoring_notification_profiles_write',
  createdStatus: 201,
  newId: newShortId,
  filled: new Set([
    'id',
    ...Object.keys(SERVER_FILLED['notification-rule']).filter((name) => name !== 'version'),
  ]),
  check: checkNotificationFields,
  answer: answerNotificationRule,
  notFound: (id) => `not_found(Notification rule with id '${id}' not found)`,
  needsVersion: 'Specify the notification rule version to update, it cannot be 0.',
};

export function notificationRuleRoutes(services: OrgServices): readonly Route[] {
  return [
    ...routesAt(PATHS.notificationRules, services, (fields) => !isOverFindings(fields)),
    ...routesAt(PATHS.findingNotificationRules, services, isOverFindings),
    notificationPreviewRoute(services, { ...RULES, path: PATHS.notificationRules }),
  ];
}

function routesAt(
  path: string,
  services: OrgServices,
  isListed: (fields: ContentFields) => boolean,
): readonly Route[] {
  const resource: ContentResource = { ...RULES, path };
  return [
    {
      method: 'GET',
      path,
      access: { kind: 'permission', permission: resource.read },
      handle: () => {
        const rules = listContent(services.context.db, resource.kind);
        return answerData(
          services,
          resource,
          rules.filter(({ fields }) => isListed(fields)),
        );
      },
    },
    ...resourceRoutes(services, resource),
  ];
}
