/**
 * Notification rule, normal form. Source: Datadog "Notification Rules" and the notification rules API.
 */

import type { RuleType } from './rule.ts';
import type { Severity } from './severity.ts';
import type { UnknownFields } from './unknown-fields.ts';

export interface NotificationRule {
  readonly kind: 'notification-rule';
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly selectors: NotificationSelectors;
  readonly targets: readonly NotificationTarget[];
  /** See `UnknownFields`; left out when there are none. */
  readonly unknownFields?: UnknownFields;
}

/** All given selectors must hold; within a list one suffices; an empty list here means any. */
export interface NotificationSelectors {
  readonly source: 'security_signals';
  readonly ruleTypes: readonly RuleType[];
  readonly severities: readonly Severity[];
  /** Over signals; empty matches all. */
  readonly query: string;
}

export type NotificationTarget =
  /** `@slack-appsec`, `@webhook-siem`, `@dana@example.com`: written with the leading `@`. */
  | { readonly kind: 'handle'; readonly handle: string }
  /** Compiled to `@workflow-<handle>(name="value")`. */
  | { readonly kind: 'workflow'; readonly workflowId: string; readonly inputs: WorkflowInputs };

export type WorkflowInputs = Readonly<Record<string, string | number | boolean>>;

/** How tests and messages name a target: the handle, or `workflow/<id>`. */
export function targetName(target: NotificationTarget): string {
  return target.kind === 'handle' ? target.handle : `workflow/${target.workflowId}`;
}
