/**
 * How the Terraform provider of Datadog names what the API has, both ways: attributes in snake case, lists of objects as
 * repeated blocks with the name of one. Source: documentation of the provider's resources; recorded conversions.
 */

import type { Kind } from '@signalwright/model';

/** Resources that become content. */
export const TERRAFORM_KINDS: Readonly<Record<string, Kind>> = {
  datadog_security_monitoring_rule: 'detection-rule',
  datadog_security_monitoring_suppression: 'suppression',
  datadog_security_notification_rule: 'notification-rule',
  datadog_workflow_automation: 'workflow',
};

/** Of a rule: fields of the API that have another name there. */
export const TERRAFORM_BLOCKS: Readonly<Record<string, string>> = {
  isEnabled: 'enabled',
  queries: 'query',
  cases: 'case',
  filters: 'filter',
  actions: 'action',
  thirdPartyCases: 'third_party_case',
  rootQueries: 'root_query',
  calculatedFields: 'calculated_field',
};

/** `groupByFields` is `group_by_fields`; a name that could be read as anything but one is written as none. */
export function terraformName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll(/[^a-z0-9_]/g, '_');
}

/** `group_by_fields` is `groupByFields`. */
export function apiName(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
