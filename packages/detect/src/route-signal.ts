/**
 * Which notification rules a signal or a finding concerns, and whom they tell.
 * Source: notification rules API. Chosen: all given selectors must hold, within a list one suffices, and an
 * empty list means any.
 */

import {
  signalDocument,
  type NotificationRule,
  type NotificationRuleType,
  type NotificationSeverity,
  type NotificationSource,
  type NotificationTarget,
  type SearchDocument,
  type Signal,
} from '@signalwright/model';
import { compileQueryText, type ContentProblem } from './content-problem.ts';

export interface CompiledNotificationRule {
  readonly rule: NotificationRule;
  /** The selector query; true for an empty one. */
  readonly matches: (document: SearchDocument) => boolean;
}

export type CompileNotificationRuleResult =
  | { readonly ok: true; readonly rule: CompiledNotificationRule }
  | { readonly ok: false; readonly problems: readonly ContentProblem[] };

export interface RoutedNotification {
  /** Id written in the notification rule's file. */
  readonly ruleId: string;
  /** In the order in which they are written. */
  readonly targets: readonly NotificationTarget[];
}

/** Never throws. */
export function compileNotificationRule(rule: NotificationRule): CompileNotificationRuleResult {
  const problems: ContentProblem[] = [];
  const query = compileQueryText(rule.selectors.query, ['selectors', 'query'], problems);
  return query === undefined ? { ok: false, problems } : { ok: true, rule: { rule, matches: query.matches } };
}

/** In the order of the rules; rules that are not enabled tell nobody. */
export function routeSignal(
  signal: Signal,
  notificationRules: readonly CompiledNotificationRule[],
): readonly RoutedNotification[] {
  const { severity, rule } = signal;
  const issue: Issue = {
    source: 'security_signals',
    type: rule.type,
    severity,
    document: signalDocument(signal),
  };
  return routeIssue(issue, notificationRules);
}

/** What notification rules are asked about. */
export interface Issue {
  readonly source: NotificationSource;
  readonly type: NotificationRuleType;
  readonly severity: NotificationSeverity;
  readonly document: SearchDocument;
}

export function routeIssue(
  issue: Issue,
  notificationRules: readonly CompiledNotificationRule[],
): readonly RoutedNotification[] {
  return notificationRules
    .filter((compiled) => concerns(compiled, issue))
    .map(({ rule }) => ({ ruleId: rule.id, targets: rule.targets }));
}

function concerns({ rule, matches }: CompiledNotificationRule, issue: Issue): boolean {
  const { source, ruleTypes, severities } = rule.selectors;
  if (!rule.enabled || source !== issue.source) return false;
  if (ruleTypes.length > 0 && !ruleTypes.includes(issue.type)) return false;
  if (severities.length > 0 && !severities.includes(issue.severity)) return false;
  return matches(issue.document);
}
