/**
 * Which keys of a detection rule make sense together: what its type and method need, and what they have no use for.
 * Source: rules API (payloads of each type, notes at each field), recorded answers. What the service is known to take
 * and not to use is a warning; what it refuses, or what would be lost, is an error.
 */

import {
  CONFIGURATION_RULE_TYPES,
  type ContentPath,
  type DetectionMethodName,
  type DetectionRule,
  type RuleType,
} from '@signalwright/model';
import type { WrittenRule, WrittenRuleQuery } from '../schema/written.ts';
import type { Report } from './link-context.ts';

/** In the order in which `decodeMethod` looks for them. */
const METHOD_KEYS = [
  'new_value',
  'anomaly_detection',
  'impossible_travel',
  'third_party',
  'sequence_detection',
  'hardcoded',
  'anomaly_threshold',
] as const satisfies readonly Exclude<DetectionMethodName, 'threshold'>[];

function isConfigurationType(type: RuleType): boolean {
  return (CONFIGURATION_RULE_TYPES as readonly RuleType[]).includes(type);
}

export function checkShape(rule: DetectionRule, written: WrittenRule, report: Report): void {
  checkMethodKeys(rule, written, report);
  if (isConfigurationType(rule.type)) checkConfigurationKeys(rule, written, report);
  else checkEventKeys(rule, written, report);
  checkConditions(rule, written, report);
  checkScheduledKeys(rule, written, report);
  checkTunedKeys(written, report);
  (written.queries ?? []).forEach((query, index) => checkQueryKeys(rule, query, index, report));
}

function checkMethodKeys(rule: DetectionRule, written: WrittenRule, report: Report): void {
  const [first, ...others] = METHOD_KEYS.filter((key) => written[key] !== undefined);
  if (first === undefined) return;
  for (const key of others) {
    report.atKey([key], 'schema/exclusive-keys', `"${first}" and "${key}" cannot stand together.`, {
      hint: 'Each selects a method, and a rule has one.',
      related: [{ message: 'The first method.', range: report.origin.keyRangeOf([first]) }],
    });
  }
  if (rule.type !== 'signal_correlation' && !isConfigurationType(rule.type)) return;
  report.atKey([first], 'rule/misplaced-key', `A rule of type ${rule.type} has no ${first}.`, {
    hint: 'Leave it out, or change the type.',
    related: [{ message: 'The type.', range: report.origin.rangeOf(['type']) }],
  });
}

function checkConfigurationKeys(rule: DetectionRule, written: WrittenRule, report: Report): void {
  need(written, 'complianceRuleOptions', 'It says which resources are checked, and by which policy.', report);
  need(written, 'cases', 'One case gives the severity of findings.', report);
  if (rule.type === 'infrastructure_configuration') {
    need(written, 'queries', 'Findings are counted.', report);
    report.at(['type'], 'rule/not-creatable', `Rules of type ${rule.type} cannot be created.`, {
      hint: 'The API only answers them; a rule of Datadog is tuned with default:.',
    });
    return;
  }
  idle(written, 'queries', 'The service makes the query from resourceType.', report);
  for (const key of ['evaluationWindow', 'keepAlive', 'maxSignalDuration'] as const) {
    idle(written, key, 'The service sets the windows of cloud_configuration rules.', report);
  }
  rule.cases.slice(1).forEach((_case, index) => {
    const message = 'A cloud_configuration rule has exactly one case.';
    report.at(['cases', index + 1], 'schema/wrong-count', message, { hint: 'Keep the first one.' });
  });
}

function checkEventKeys(rule: DetectionRule, written: WrittenRule, report: Report): void {
  for (const key of ['complianceRuleOptions', 'complianceSignalOptions'] as const) {
    if (written[key] === undefined) continue;
    report.atKey([key], 'rule/misplaced-key', `A rule of type ${rule.type} has no ${key}.`, {
      hint: `It belongs to rules of type ${CONFIGURATION_RULE_TYPES.join(' or ')}.`,
    });
  }
  if (rule.method.kind === 'third_party') {
    idle(written, 'queries', 'The service makes them from third_party.cases.', report);
    idle(written, 'cases', 'The service makes them from third_party.cases.', report);
    idle(written, 'evaluationWindow', 'third_party looks at one event at a time.', report);
    return;
  }
  need(written, 'queries', 'They say what is counted.', report);
  need(written, 'cases', 'They say what a signal is worth.', report);
}

function need(written: WrittenRule, key: keyof WrittenRule, why: string, report: Report): void {
  if (written[key] !== undefined) return;
  report.at([], 'schema/missing-key', `The key "${key}" is missing.`, { hint: `Add ${key}: ${why}` });
}

function idle(written: WrittenRule, key: keyof WrittenRule, why: string, report: Report): void {
  if (written[key] === undefined) return;
  report.atKey([key], 'rule/idle-key', `"${key}" has no effect here.`, { hint: why });
}

/** Whether a case needs a condition, may have one, or has no use for it. */
const CONDITION_USE = {
  threshold: 'needed',
  anomaly_threshold: 'needed',
  sequence_detection: 'needed',
  anomaly_detection: 'optional',
  hardcoded: 'optional',
  new_value: 'unused',
  impossible_travel: 'unused',
  third_party: 'unused',
} as const satisfies Record<DetectionMethodName, 'needed' | 'optional' | 'unused'>;

/** A method that its type has no use for has been reported as that. */
function conditionUse({ type, method }: DetectionRule): 'needed' | 'optional' | 'unused' {
  if (type === 'cloud_configuration') return 'unused';
  return type === 'signal_correlation' ? 'needed' : CONDITION_USE[method.kind];
}

function checkConditions(rule: DetectionRule, written: WrittenRule, report: Report): void {
  const use = conditionUse(rule);
  (written.cases ?? []).forEach(({ condition }, index) => {
    const path = ['cases', index];
    if (condition === undefined && use === 'needed') {
      const hint = 'Add condition: Comparisons of query names with numbers, joined by && and ||.';
      report.at(path, 'schema/missing-key', 'The key "condition" is missing.', { hint });
    } else if (condition !== undefined && condition !== '' && use === 'unused') {
      const who = rule.type === 'cloud_configuration' ? rule.type : rule.method.kind;
      report.atKey([...path, 'condition'], 'rule/idle-key', `"condition" has no effect here.`, {
        hint: `${who} decides by itself.`,
      });
    }
    checkActions(rule, path, written.cases?.[index]?.actions, report);
  });
}

/** Source: rules API, "Only available for Application Security rule type". */
function checkActions(rule: DetectionRule, path: ContentPath, actions: unknown, report: Report): void {
  if (actions === undefined || rule.type === 'application_security' || rule.type === 'api_security') return;
  report.atKey([...path, 'actions'], 'rule/idle-key', `"actions" has no effect here.`, {
    hint: `Only application_security rules act, not ${rule.type}.`,
  });
}

function checkScheduledKeys(rule: DetectionRule, written: WrittenRule, report: Report): void {
  if (rule.schedule !== undefined) {
    if (rule.schedule.rrule === undefined) {
      report.at(['schedulingOptions'], 'schema/missing-key', 'The key "rrule" is missing.', {
        hint: 'Add rrule: when the rule runs, such as FREQ=HOURLY;INTERVAL=2;',
      });
    }
    return;
  }
  if (rule.calculatedFields.length > 0) {
    const message = 'Calculated fields stand only in scheduled rules.';
    report.atKey(['calculatedFields'], 'rule/misplaced-key', message, { hint: 'Add schedulingOptions.' });
  }
  (written.queries ?? []).forEach((query, index) => {
    for (const key of ['indexes', 'index'] as const) {
      if (query[key] === undefined) continue;
      report.atKey(['queries', index, key], 'rule/idle-key', `"${key}" has no effect here.`, {
        hint: 'Only scheduled rules read indexes; add schedulingOptions.',
      });
    }
  });
}

/** What tuning lays over a rule of Datadog can be read from any rule, and set only on those. */
function checkTunedKeys(written: WrittenRule, report: Report): void {
  const hint = 'It is laid over a rule that Datadog owns: tune one with default:.';
  const tell = (path: ContentPath): void => {
    report.atKey(path, 'rule/idle-key', `"${String(path.at(-1))}" has no effect here.`, { hint });
  };
  if (written.customName !== undefined) tell(['customName']);
  if (written.customMessage !== undefined) tell(['customMessage']);
  (written.queries ?? []).forEach((query, index) => {
    if (query.customQueryExtension !== undefined) tell(['queries', index, 'customQueryExtension']);
  });
  (written.cases ?? []).forEach((each, index) => {
    if (each.customSeverity !== undefined) tell(['cases', index, 'customSeverity']);
  });
}

const CORRELATION_KEYS = [
  'rule',
  'ruleId',
  'defaultRuleId',
  'correlatedByFields',
  'correlatedQueryIndex',
] as const;
const EVENT_KEYS = [
  'query',
  'dataSource',
  'indexes',
  'index',
  'groupBy',
  'hasOptionalGroupByFields',
] as const;

function checkQueryKeys(rule: DetectionRule, query: WrittenRuleQuery, index: number, report: Report): void {
  const path = ['queries', index];
  const isCorrelation = rule.type === 'signal_correlation';
  const strange = (isCorrelation ? EVENT_KEYS : CORRELATION_KEYS).filter((key) => query[key] !== undefined);
  for (const key of strange) {
    report.atKey([...path, key], 'rule/misplaced-key', `A query of a ${rule.type} rule has no ${key}.`, {
      hint: isCorrelation
        ? 'It counts signals of another rule: name it with rule:, and join signals with correlatedByFields.'
        : 'Only rules of type signal_correlation count signals of other rules.',
    });
  }
  if (isCorrelation) {
    if (rule.queries[index]?.correlation !== undefined) return;
    report.at(path, 'schema/missing-key', 'The key "rule" is missing.', {
      hint: 'Add rule: id of the rule whose signals are counted; ruleId: for one that is not in this repository.',
    });
  } else if (query.query === undefined && strange.length === 0) {
    report.at(path, 'schema/missing-key', 'The key "query" is missing.', {
      hint: 'Add query: Datadog search syntax.',
    });
  }
}

/** Aggregations that a method needs, or that belong to one method alone. */
export function checkAggregations(rule: DetectionRule, report: Report): void {
  rule.queries.forEach(({ aggregation, correlation }, index) => {
    const { kind } = aggregation;
    // A correlation query without a rule has been reported as that.
    if (rule.type === 'signal_correlation' && correlation === undefined) return;
    const wanted = wantedAggregations(rule, correlation !== undefined);
    if (wanted.includes(kind)) return;
    const message =
      kind === 'count'
        ? `A query of a ${methodOrType(rule)} rule needs ${wanted.join(' or ')}.`
        : `A query of a ${methodOrType(rule)} rule has no ${kind}.`;
    report.at(
      ['queries', index, ...(kind === 'count' ? [] : [aggregationKey(kind)])],
      'rule/wrong-aggregation',
      message,
      {
        hint:
          HINTS[wanted[0] ?? ''] ??
          `Write one of ${wanted.filter((each) => each !== 'count').join(', ')}, or none of them to count.`,
      },
    );
  });
}

const HINTS: Readonly<Record<string, string>> = {
  new_value: "Write new_value: ['@usr.id'], the attributes whose values are learned.",
  geo_data: "Write geo_data: '@network.client.geoip', the attribute that holds the place.",
  event_count: 'Leave the aggregation out: signals are counted.',
};

const COUNTS = ['count', 'cardinality', 'sum', 'max'];

function wantedAggregations(rule: DetectionRule, isCorrelation: boolean): readonly string[] {
  if (isCorrelation) return ['event_count'];
  switch (rule.method.kind) {
    case 'new_value':
      return ['new_value'];
    case 'impossible_travel':
      return ['geo_data'];
    case 'third_party':
      return ['none', 'count'];
    default:
      return COUNTS;
  }
}

function methodOrType({ type, method }: DetectionRule): string {
  return method.kind === 'threshold' && type === 'signal_correlation' ? type : method.kind;
}

function aggregationKey(kind: string): string {
  return kind === 'event_count' || kind === 'none' ? 'aggregation' : kind;
}
