/** A rule that is tried in silence, and a notification rule of the folder that may tell of it all the same. */

import { RULE_TYPE_NAMES, type NotificationRule, type RuleType } from '@signalwright/model';
import { allOf, leaf, NOWHERE, satisfiable, type Query } from '@signalwright/query';
import { SHADOW_TAG } from '@signalwright/wire';
import type { LinkContext } from '../../link/link-context.ts';
import type { Lint } from '../lint-contract.ts';
import { askAbout } from '../queries-of.ts';
import { ofSeverity } from '../suppressed-rules.ts';

export const shadowTells: Lint = (object, report, context) => {
  if (object.kind !== 'detection-rule' || object.stage !== 'shadow' || !object.object.enabled) return;
  for (const other of context.notificationRules()) {
    if (!other.object.enabled || !maySelect(other.object, object.object.type, context)) continue;
    report.at(['stage'], 'lint/shadow-tells', `${other.address} may tell of this shadow.`, {
      hint: `Add -${SHADOW_TAG} to its query, or leave info out of its severities.`,
      related: [{ message: 'What it selects.', range: other.origin.rangeOf(['selectors']) }],
    });
  }
};

/** False also means "not known". */
function maySelect({ selectors }: NotificationRule, type: RuleType, context: LinkContext): boolean {
  const { source, severities, ruleTypes, query: text } = selectors;
  if (source !== 'security_signals') return false;
  if (severities.length > 0 && !severities.includes('info')) return false;
  if (ruleTypes.length > 0 && !ruleTypes.includes(type)) return false;
  const query = text === '' ? undefined : context.query(text);
  if (query === undefined) return text === '';
  const shadow = context.query(SHADOW_TAG);
  const selected = allOf([
    query,
    ofSeverity(['info']),
    ofType(type),
    ...(shadow === undefined ? [] : [shadow]),
  ]);
  return satisfiable(selected, askAbout('signals')).verdict === 'yes';
}

function ofType(type: RuleType): Query {
  return leaf(
    { kind: 'attribute', path: 'workflow.rule.type', ...NOWHERE },
    { kind: 'equals', value: RULE_TYPE_NAMES[type], ...NOWHERE },
  );
}
