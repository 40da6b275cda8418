/**
 * Who else looks at a rule: a tag or a name that changes may take its signals from those who are told of them, or put
 * the rule under a suppression, although nothing in those objects changed.
 */

import { ruleDocument, testSignal } from '@signalwright/detect';
import {
  signalDocument,
  type AuthoredRule,
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
  const place = after.origin.rangeOf(['tags']);
  const rules = [before, after].map(({ object }) => ruleDocument(object, object.id));
  const signals = [before, after].map((rule) => signalOf(rule, after.sample));
  return objects.objects.flatMap(({ kind, object, address }) => {
    if (kind === 'suppression') return suppressionNotes(object, address, rules, place);
    return kind === 'notification-rule' ? notificationNotes(object, address, signals, place) : [];
  });
}

/** A signal of the rule, of which only what the rule itself says differs between the sides. */
function signalOf({ object }: AuthoredRule, fields: AuthoredRule['sample']): SearchDocument {
  return signalDocument(testSignal({ rule: object.id, severity: 'medium', fields }, object));
}

function suppressionNotes(
  { enabled, rules }: Suppression,
  address: string,
  sides: readonly SearchDocument[],
  place: SourceRange,
): readonly Note[] {
  if (!enabled || rules.kind === 'ids') return [];
  const [did, does] = sides.map(compileMatcher(parseUse(rules.query, 'rule-query')));
  if (did === does) return [];
  return [
    does === true
      ? note('suppressed', 'attention', say`${address} applies to it now`, place)
      : note('suppressed', 'notice', say`${address} no longer applies to it`, place),
  ];
}

/** What else a signal holds is not known here: each part of the selector is asked by itself. */
function notificationNotes(
  { enabled, selectors }: NotificationRule,
  address: string,
  sides: readonly SearchDocument[],
  place: SourceRange,
): readonly Note[] {
  if (!enabled || selectors.source !== 'security_signals') return [];
  const isDecided = leavesOf(parseUse(selectors.query, 'notification-selector')).some((leaf) => {
    const [did, does] = sides.map(compileMatcher(leaf));
    return did !== does;
  });
  if (!isDecided) return [];
  return [
    note('notified', 'attention', say`what ${address} asks for changed: it may tell of it or not`, place),
  ];
}

function leavesOf(query: Query): readonly Query[] {
  if (query.kind === 'and' || query.kind === 'or') return query.children.flatMap(leavesOf);
  return query.kind === 'not' ? leavesOf(query.child) : [query];
}
