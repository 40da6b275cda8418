/** The rules of the folder that a suppression names, and what their signals may look like. */

import {
  lowerSeverity,
  SEVERITIES,
  type ContentObject,
  type DetectionRule,
  type Severity,
} from '@signalwright/model';
import { anyOf, leaf, NOWHERE, type Query } from '@signalwright/query';
import type { LinkContext } from '../link/link-context.ts';

type Suppressing = Extract<ContentObject, { kind: 'suppression' }>;

/** Undefined unless all rules that it applies to are known here: those of a query may stand elsewhere too. */
export function suppressedRules(
  { object }: Suppressing,
  context: LinkContext,
): readonly DetectionRule[] | undefined {
  if (object.rules.kind !== 'ids') return undefined;
  const rules = object.rules.ids.map((id) => context.rule(id)?.object);
  return rules.every((rule) => rule !== undefined) ? rules : undefined;
}

/** `status:` of a signal with one of these severities. */
export function ofSeverity(severities: readonly Severity[]): Query {
  return anyOf(
    severities.map((severity) =>
      leaf({ kind: 'reserved', name: 'status', ...NOWHERE }, { kind: 'equals', value: severity, ...NOWHERE }),
    ),
  );
}

/** Severities that signals of the rule can have. Grades of third parties may come from anywhere: all of them. */
export function severitiesOf(rule: DetectionRule): readonly Severity[] {
  if (rule.method.kind === 'third_party' || rule.cases.length === 0) return SEVERITIES;
  const written = rule.cases.map(({ severity, customSeverity }) => customSeverity ?? severity);
  const lowered = rule.decreaseSeverityOutsideProduction === true ? written.map(lowerSeverity) : [];
  return [...new Set([...written, ...lowered])];
}
