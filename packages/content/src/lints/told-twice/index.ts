/** Two notification rules that tell one target of the same signals: the pager rings twice. */

import { targetName, type NotificationRule } from '@signalwright/model';
import { implies, matchAll } from '@signalwright/query';
import { quoted } from '../../diagnostic.ts';
import type { LinkContext } from '../../link/link-context.ts';
import type { Lint } from '../lint-contract.ts';
import { askAbout } from '../queries-of.ts';

export const toldTwice: Lint = (object, report, context) => {
  if (object.kind !== 'notification-rule' || !object.object.enabled) return;
  const rule = object.object;
  for (const other of context.notificationRules()) {
    if (other.address === object.address || !other.object.enabled) continue;
    const shared = rule.targets.findIndex((target) =>
      other.object.targets.some((each) => targetName(each) === targetName(target)),
    );
    if (shared === -1 || !isWithin(rule, other.object, context)) continue;
    // Of two that select alike, the later one is reported.
    if (isWithin(other.object, rule, context) && other.address > object.address) continue;
    const target = rule.targets[shared];
    const name = target === undefined ? '' : targetName(target);
    report.at(
      ['targets', shared],
      'lint/told-twice',
      `${other.address} tells ${quoted(name)} of all these signals too.`,
      {
        hint: 'Remove the target from one of them, or let their selectors exclude each other.',
        related: [{ message: 'The other rule.', range: other.origin.rangeOf(['targets']) }],
      },
    );
  }
};

/** Whether every signal that `a` selects is selected by `b`; false also means "not known". */
function isWithin(a: NotificationRule, b: NotificationRule, context: LinkContext): boolean {
  const [left, right] = [a.selectors, b.selectors];
  if (left.source !== right.source) return false;
  if (!isListWithin(left.ruleTypes, right.ruleTypes) || !isListWithin(left.severities, right.severities))
    return false;
  if (right.query === '') return true;
  const [narrow, wide] = [
    left.query === '' ? matchAll() : context.query(left.query),
    context.query(right.query),
  ];
  return (
    narrow !== undefined && wide !== undefined && implies(narrow, wide, askAbout('signals')).verdict === 'yes'
  );
}

/** An empty list means any. */
function isListWithin<T>(a: readonly T[], b: readonly T[]): boolean {
  return b.length === 0 || (a.length > 0 && a.every((each) => b.includes(each)));
}
