/**
 * Versions of a rule: its history, and an old version made the newest again.
 * Source: a recorded history of one version; the refusals of a restore as the notes on the API have them.
 */

import { unreachable } from '@signalwright/model';
import { readContent, readVersion, type StoredContent } from '@signalwright/signals';
import { PATHS, isOwnedRule, plainErrors, rulesError } from '@signalwright/wire';

import { answerRule } from '../content/rule-payload.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { authorOf, type OrgServices } from '../org-services.ts';
import { changeObject } from './content-change.ts';
import { versionHistoryRoute } from './version-history.ts';

const KIND = 'detection-rule';

export function ruleVersionRoutes(services: OrgServices): readonly Route[] {
  const rules = {
    kind: KIND,
    path: PATHS.rules,
    read: 'security_monitoring_rules_read',
    answer: answerPastRule,
    notFound: (id: string) => `Threat detection rule not found: ${id}`,
  } as const;
  return [
    versionHistoryRoute(services, rules, { type: 'GetRuleVersionHistoryResponse', name: 'rule' }),
    {
      method: 'POST',
      path: `${PATHS.rules}/:id/restore/:version`,
      access: { kind: 'permission', permission: 'security_monitoring_rules_write' },
      handle: (request) => restore(services, request),
    },
  ];
}

/** Recorded: in a history nobody is named. */
function answerPastRule(stored: StoredContent): object {
  const nobody = { id: 0, handle: '', name: '' };
  const { creationAuthorId: _creator, updateAuthorId: _updater, ...rule } = answerRule(stored, () => nobody);
  return rule;
}

async function restore(services: OrgServices, { actor, params }: RouteRequest): Promise<Answer> {
  const { db } = services.context;
  const { id = '', version: text = '' } = params;
  const now = readContent(db, KIND, id);
  if (now === undefined) return json(404, plainErrors(`Threat detection rule not found: ${id}`));
  if (isOwnedRule(now.fields))
    return json(400, rulesError('InvalidArgument', 'Default rules cannot be restored'));
  if (!/^\d{1,9}$/.test(text))
    return json(400, rulesError('InvalidArgument', 'Version must be a whole number'));
  const version = Number(text);
  if (version === now.version) {
    return json(409, rulesError('AlreadyExists', 'Cannot restore: target version is the current version.'));
  }
  const fields = readVersion(db, KIND, id, version)?.fields;
  if (fields === undefined)
    return json(404, rulesError('NotFound', `Version ${version} of rule ${id} not found`));
  const target = { kind: KIND, id, version: now.version } as const;
  const restored = await changeObject(services, actor, target, () => fields);
  if (restored.ok)
    return json(
      200,
      answerRule(restored.stored, (actorId) => authorOf(services, actorId)),
    );
  switch (restored.reason) {
    case 'not_found':
      return json(404, plainErrors(`Threat detection rule not found: ${id}`));
    case 'conflict':
    case 'not_admitted':
      return json(409, rulesError('AlreadyExists', 'Cannot restore: the rule was changed at the same time.'));
    default:
      return unreachable(restored);
  }
}
