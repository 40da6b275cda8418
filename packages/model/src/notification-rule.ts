/**
 * Notification rule, normal form. Source: Datadog "Notification Rules" and the notification rules API.
 */

import { RULE_TYPE_NAMES, type RuleType } from './rule.ts';
import { SEVERITIES } from './severity.ts';
import type { UnknownFields } from './unknown-fields.ts';

export interface NotificationRule {
  readonly kind: 'notification-rule';
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly selectors: NotificationSelectors;
  readonly targets: readonly NotificationTarget[];
  /** Of findings: how long new ones are collected into one notification, whole seconds; undefined tells at once. */
  readonly timeAggregationMs?: number;
  /** Who is told: `manual` is the targets alone; undefined leaves it to the service. */
  readonly routing?: NotificationRouting;
  /**
   * The remote object that it was imported from, while that carries no mark of ours. Undefined for what was never
   * imported.
   */
  readonly remoteId?: string;
  /** See `UnknownFields`; left out when there are none. */
  readonly unknownFields?: UnknownFields;
}

/** All given selectors must hold; within a list one suffices; an empty list here means any. */
export interface NotificationSelectors {
  readonly source: NotificationSource;
  readonly ruleTypes: readonly NotificationRuleType[];
  readonly severities: readonly NotificationSeverity[];
  /** Over signals or findings; empty matches all. */
  readonly query: string;
}

/** Signals of detection rules, or findings (vulnerabilities, misconfigurations). Each has an endpoint of its own. */
export const NOTIFICATION_SOURCES = ['security_signals', 'security_findings'] as const;

export type NotificationSource = (typeof NOTIFICATION_SOURCES)[number];

/** Types that a rule over findings may select. Source: prose of `RuleTypesItems`, and its newer members. */
export const FINDING_TYPES = [
  'api_security',
  'application_code_vulnerability',
  'application_library_vulnerability',
  'attack_path',
  'container_image_vulnerability',
  'host_vulnerability',
  'iac_misconfiguration',
  'identity_risk',
  'misconfiguration',
  'sast_vulnerability',
  'secret_vulnerability',
  'sensitive_data',
  'serverless_function_code_vulnerability',
] as const;

export type FindingType = (typeof FINDING_TYPES)[number];

export type NotificationRuleType = RuleType | FindingType;

/** Every type that the API knows, whatever its source: an object that mixes them can be read, and is warned of. */
export const NOTIFICATION_RULE_TYPES: readonly NotificationRuleType[] = [
  ...new Set<NotificationRuleType>([...(Object.keys(RULE_TYPE_NAMES) as RuleType[]), ...FINDING_TYPES]),
];

/** Those of signals, and `unknown`, which only a finding can have. */
export const NOTIFICATION_SEVERITIES = ['unknown', ...SEVERITIES] as const;

export type NotificationSeverity = (typeof NOTIFICATION_SEVERITIES)[number];

export const ROUTING_MODES = ['manual'] as const;

export interface NotificationRouting {
  readonly mode: (typeof ROUTING_MODES)[number];
}

export type NotificationTarget =
  /** `@slack-appsec`, `@webhook-siem`, `@dana@example.com`: written with the leading `@`. */
  | { readonly kind: 'handle'; readonly handle: string }
  /** Compiled to `@workflow-<handle>(name="value")`. */
  | {
      readonly kind: 'workflow';
      readonly workflowId: string;
      /** Its handle, where that is not its id. */
      readonly handle?: string;
      readonly inputs: WorkflowInputs;
    };

export type WorkflowInputs = Readonly<Record<string, string | number | boolean>>;

/** How tests and messages name a target: the handle, or `workflow/<id>`. */
export function targetName(target: NotificationTarget): string {
  return target.kind === 'handle' ? target.handle : `workflow/${target.workflowId}`;
}

/** Whether what `source` tells of can have the type. */
export function isTypeOf(source: NotificationSource, type: NotificationRuleType): boolean {
  return source === 'security_signals'
    ? Object.hasOwn(RULE_TYPE_NAMES, type)
    : (FINDING_TYPES as readonly string[]).includes(type);
}
