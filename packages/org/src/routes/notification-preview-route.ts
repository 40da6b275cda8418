/**
 * `POST …/notification_rules/send_notification_preview`: what a notification rule would find, before it is made.
 * Source: one recorded conversation and NotificationRulePreviewResponse of the official client.
 *
 * Chosen: nothing is sent. A type of rule is `SUCCESS` when a stored signal of it would be told, and `DEFAULT` when
 * there is none, so that only an example could be; findings are not produced here.
 */

import { compileNotificationRule, routeSignal } from '@signalwright/detect';
import type { NotificationRuleType } from '@signalwright/model';
import { MAX_SEARCH_LIMIT, searchSignals } from '@signalwright/signals';
import { PATHS, decodeNotificationRule } from '@signalwright/wire';

import { checkNotificationFields } from '../content/notification-rule-payload.ts';
import { newShortId } from '../content/remote-id.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import type { OrgServices } from '../org-services.ts';
import { readBody, refuse, type ContentResource } from './content-resource.ts';

export function notificationPreviewRoute(services: OrgServices, resource: ContentResource): Route {
  return {
    method: 'POST',
    path: PATHS.notificationPreview,
    access: { kind: 'permission', permission: resource.write },
    handle: (request) => preview(services, resource, request),
  };
}

async function preview(
  services: OrgServices,
  resource: ContentResource,
  request: RouteRequest,
): Promise<Answer> {
  const body = await readBody(resource, request);
  if ('kind' in body) return body;
  const problems = checkNotificationFields(body.fields);
  if (problems.length > 0) return refuse(...problems);
  // Whoever asks wants to know what it would do, and not that it is switched off.
  const decoded = decodeNotificationRule({ ...body.fields, enabled: true }, { id: 'new-rule' });
  const compiled = decoded.ok ? compileNotificationRule(decoded.value) : undefined;
  if (!decoded.ok || compiled?.ok !== true) return refuse('input_validation_error(The rule cannot be read.)');
  await services.signals.reached();
  const found = searchSignals(services.signals, { query: '', limit: MAX_SEARCH_LIMIT });
  const told = (found.ok ? found.signals : []).filter(
    (signal) => routeSignal(signal, [compiled.rule]).length > 0,
  );
  const types = new Set<NotificationRuleType>(told.map(({ rule }) => rule.type));
  const { ruleTypes } = decoded.value.selectors;
  const asked = ruleTypes.length > 0 ? ruleTypes : [...types];
  const results = asked.map((type) => ({
    rule_type: type,
    notification_status: types.has(type) ? 'SUCCESS' : 'DEFAULT',
  }));
  return json(200, {
    data: {
      id: newShortId(services.context.random),
      type: 'notification_preview_response',
      attributes: { preview_results: results },
    },
  });
}
