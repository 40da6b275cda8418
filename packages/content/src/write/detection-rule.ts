/** Detection rule: normal form to written form. */

import { defaultWindows, present, type DetectionRule, type RuleQuery } from '@signalwright/model';
import { isDeepStrictEqual } from 'node:util';
import type { WrittenRule } from '../schema/written.ts';
import { writeCase, writeFilter } from './rule-case.ts';
import { writeMethod } from './rule-method.ts';
import { writeQuery } from './rule-query.ts';
import { durationText, ownerAndTags, importedParts, unlessEmpty } from './scalar.ts';

export function writeDetectionRule(rule: DetectionRule): WrittenRule {
  const { type, customName, customMessage } = rule;
  const groupBy = sharedGroupBy(rule.queries);
  const isOptional = rule.queries.length > 0 && rule.queries.every((query) => query.optionalGroupBy);
  const defaults = defaultWindows(type, rule.method.kind);
  return {
    kind: 'detection-rule',
    id: rule.id,
    name: rule.name,
    type,
    ...(!rule.enabled && { enabled: false }),
    ...ownerAndTags(rule.tags),
    ...present({ groupBy }),
    ...(isOptional && { hasOptionalGroupByFields: true }),
    ...unlessEmpty(
      'queries',
      rule.queries.map((query) => writeQuery(query, { groupBy, isOptional })),
    ),
    ...writeMethod(rule.method),
    ...unlessEmpty('cases', rule.cases.map(writeCase)),
    ...unlessEmpty('filters', rule.filters.map(writeFilter)),
    ...unlessEmpty('groupSignalsBy', rule.groupSignalsBy),
    ...unlessEmpty(
      'referenceTables',
      rule.referenceTables.map(({ checkPresence, ...table }) => ({
        ...table,
        ...(!checkPresence && { checkPresence }),
      })),
    ),
    ...unlessEmpty('calculatedFields', rule.calculatedFields),
    ...present({
      schedulingOptions: rule.schedule,
      complianceRuleOptions: rule.compliance,
      complianceSignalOptions: rule.complianceSignals,
    }),
    ...writeWindow('evaluationWindow', rule.evaluationWindowMs, defaults.evaluationWindowMs),
    ...writeWindow('keepAlive', rule.keepAliveMs, defaults.keepAliveMs),
    ...writeWindow('maxSignalDuration', rule.maxSignalDurationMs, defaults.maxSignalDurationMs),
    ...present({ decreaseCriticalityBasedOnEnv: rule.decreaseSeverityOutsideProduction }),
    ...(rule.hasExtendedTitle !== (type === 'cloud_configuration') && {
      hasExtendedTitle: rule.hasExtendedTitle,
    }),
    ...present({ customName, customMessage }),
    ...(rule.message !== '' && { message: rule.message }),
    ...importedParts(rule),
  };
}

/** Queries join on equal values, so they mostly group alike: then it is written once. Correlations group by nothing. */
function sharedGroupBy(queries: readonly RuleQuery[]): readonly string[] | undefined {
  const [first, ...others] = queries.filter((query) => query.correlation === undefined);
  if (first === undefined || first.groupBy.length === 0) return undefined;
  return others.every((query) => isDeepStrictEqual(query.groupBy, first.groupBy)) ? first.groupBy : undefined;
}

function writeWindow<K extends string>(
  key: K,
  ms: number,
  defaultMs: number,
): { readonly [P in K]?: string } {
  return ms === defaultMs ? {} : ({ [key]: durationText(ms) } as { readonly [P in K]: string });
}
