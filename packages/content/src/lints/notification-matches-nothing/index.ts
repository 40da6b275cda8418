/** Selectors that exclude each other: the query asks for a severity or rule type that the lists leave out. */

import { isSeverity, RULE_TYPE_NAMES, type NotificationRuleType, type RuleType } from '@signalwright/model';
import { allOf, anyOf, leaf, NOWHERE, satisfiable } from '@signalwright/query';
import type { Lint } from '../lint-contract.ts';
import { askAbout } from '../queries-of.ts';
import { ofSeverity } from '../suppressed-rules.ts';

export const notificationMatchesNothing: Lint = (object, report, context) => {
  if (object.kind !== 'notification-rule' || object.object.selectors.source !== 'security_signals') return;
  const { query: text, severities, ruleTypes } = object.object.selectors;
  const query = text === '' ? undefined : context.query(text);
  if (query === undefined || satisfiable(query, askAbout('signals')).verdict === 'no') return;
  const types = ruleTypes
    .filter(isRuleType)
    .map((type) =>
      leaf(
        { kind: 'attribute', path: 'workflow.rule.type', ...NOWHERE },
        { kind: 'equals', value: RULE_TYPE_NAMES[type], ...NOWHERE },
      ),
    );
  const selected = allOf([
    query,
    ...(severities.length > 0 ? [ofSeverity(severities.filter(isSeverity))] : []),
    ...(types.length > 0 ? [anyOf(types)] : []),
  ]);
  if (satisfiable(selected, askAbout('signals')).verdict !== 'no') return;
  report.at(
    ['selectors', 'query'],
    'lint/notification-matches-nothing',
    'No signal passes the query and the other selectors.',
    {
      hint: 'The query asks for a severity or rule type that severities: or ruleTypes: leave out.',
    },
  );
};

function isRuleType(type: NotificationRuleType): type is RuleType {
  return Object.hasOwn(RULE_TYPE_NAMES, type);
}
