/**
 * Who else looks at a rule: a tag or a name that changes may take its signals from those who are told of them, or put
 * the rule under a suppression, although nothing in those objects changed.
 */

import { ruleDocument, testSignal } from '@signalwright/detect';
import {
  signalDocument,
  type AuthoredRule,
  type DetectionRule,
  type NotificationRule,
  type SearchDocument,
  type SourceRange,
  type Suppression,
} from '@signalwright/model';
import { compileMatcher, type Query } from '@signalwright/query';
import { say } from '../phrase.ts';
import { parseUse } from './compare-query.ts';
import { note } from './note.ts';
import type { Objects } from './objects.ts';
import type { Note } from './report.ts';

/** @param objects the new side: what changed in who looks is told there */
export function reachNotes(before: AuthoredRule, after: AuthoredRule, objects: Objects): readonly Note[] {
  const sides = [before, after].map(({ object }): RuleSide => ({
    rule: ruleDocument(object, object.id),
    signal: signalOf(object, after.sample),
  }));
  const place = after.origin.rangeOf(['tags']);
  return objects.objects.flatMap(({ kind, object, address }) => {
    if (kind === 'suppression') return suppressionNotes(object, address, after.object.id, sides, place);
    return kind === 'notification-rule' ? notificationNotes(object, address, sides, place) : [];
  });
}

/** A side of the rule as others look at it. */
interface RuleSide {
  readonly rule: SearchDocument;
  /** One of its signals, of which only what the rule itself says differs between the sides. */
  readonly signal: SearchDocument;
}

function signalOf(rule: DetectionRule, fields: AuthoredRule['sample']): SearchDocument {
  return signalDocument(testSignal({ rule: rule.id, severity: 'medium', fields }, rule));
}

function suppressionNotes(
  { enabled, rules, suppressSignals }: Suppression,
  address: string,
  ruleId: string,
  sides: readonly RuleSide[],
  place: SourceRange,
): readonly Note[] {
  if (!enabled) return [];
  const isSelected =
    rules.kind === 'ids'
      ? () => rules.ids.includes(ruleId)
      : compileMatcher(parseUse(rules.query, 'rule-query'));
  const [did, does] = sides.map(({ rule }) => isSelected(rule));
  if (did !== does) {
    return [
      does === true
        ? note('suppressed', 'attention', say`${address} applies to it now`, place)
        : note('suppressed', 'notice', say`${address} no longer applies to it`, place),
    ];
  }
  if (does !== true || !asksOtherwise(parseUse(suppressSignals, 'suppress-signals'), sides)) return [];
  return [
    note('suppressed', 'attention', say`what ${address} asks for changed: it may hide it or not`, place),
  ];
}

function notificationNotes(
  { enabled, selectors }: NotificationRule,
  address: string,
  sides: readonly RuleSide[],
  place: SourceRange,
): readonly Note[] {
  if (!enabled || selectors.source !== 'security_signals') return [];
  if (!asksOtherwise(parseUse(selectors.query, 'notification-selector'), sides)) return [];
  return [
    note('notified', 'attention', say`what ${address} asks for changed: it may tell of it or not`, place),
  ];
}

/** What else a signal holds is not known here: each part of the query is asked by itself. */
function asksOtherwise(query: Query, sides: readonly RuleSide[]): boolean {
  return leavesOf(query).some((leaf) => {
    const matches = compileMatcher(leaf);
    const [did, does] = sides.map(({ signal }) => matches(signal));
    return did !== does;
  });
}

function leavesOf(query: Query): readonly Query[] {
  if (query.kind === 'and' || query.kind === 'or') return query.children.flatMap(leavesOf);
  return query.kind === 'not' ? leavesOf(query.child) : [query];
}
