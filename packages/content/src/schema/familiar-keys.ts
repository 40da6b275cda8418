/** Keys that people bring from elsewhere, or from a later version, and what to write instead. */

import { olderFormatHint } from '../format/format-version.ts';
import { schemaFor, type JsonSchema, type SchemaName } from './schemas.ts';

/** Names of the public API, by what they are called here. */
const API_NAMES: Readonly<Record<string, string>> = {
  isEnabled: 'enabled',
  status: 'severity',
  groupByFields: 'groupBy',
  group_by: 'groupBy',
  distinctFields: 'cardinality',
  metric: 'sum, max, new_value or geo_data',
  metrics: 'sum, max, new_value or geo_data',
  newValueOptions: 'new_value',
  anomalyDetectionOptions: 'anomaly_detection',
  impossibleTravelOptions: 'impossible_travel',
  sequenceDetectionOptions: 'sequence_detection',
  thirdPartyRuleOptions: 'third_party',
  thirdPartyCases: 'third_party (with its cases inside)',
  hardcodedEvaluatorType: 'hardcoded (with evaluatorType inside)',
  customStatus: 'customSeverity',
  defaultStatus: 'defaultSeverity',
  instantaneousBaselineTimeoutMinutes: 'instantaneousBaselineTimeout',
  is_default: 'isDefault',
  suppression_query: 'suppressSignals',
  data_exclusion_query: 'excludeEvents',
  rule_query: 'ruleQuery',
  description: 'reason',
  expiration_date: 'expires',
  expirationDate: 'expires',
  start_date: 'starts',
  startDate: 'starts',
  rule_types: 'ruleTypes',
  trigger_source: 'source',
  triggerSource: 'source',
  actionId: 'action',
  parameters: 'with',
  outboundEdges: 'after (on the step that comes next)',
  readinessGate: 'join',
  completionGate: 'waitUntil',
  errorHandlers: 'retry or onError',
  connectionLabel: 'connection',
  connectionEnvs: 'connections',
  inputSchema: 'inputs',
  outputSchema: 'outputs',
  defaultValue: 'default',
  startStepNames: 'start',
  rruleExpression: 'rrule',
  overlapBehavior: 'overlap',
  serialExecution: 'serial',
  fallbackStepName: 'fallback',
  maxRetries: 'times',
  connectionId: 'id',
  outcome: 'signals',
  shows: 'shown',
};

/** Names that stand one level up here. */
const MOVED: Readonly<Record<string, string>> = {
  options: 'Write evaluationWindow, keepAlive and maxSignalDuration directly in the rule.',
  spec: 'Write triggers, inputs and steps directly in the workflow.',
  handles: 'Write it under allow:.',
  queryExtension: 'It belongs to a tuned rule: add default: with the id of the rule of Datadog.',
  detectionMethod:
    'Write the key of the method, new_value: for example, which holds its options; without one it is threshold.',
};

/** Keys that an environment has, not the project. */
const OF_ENVIRONMENTS: ReadonlySet<string> = new Set([
  'target',
  'site',
  'variables',
  'overrides',
  'prune',
  'acceptDrift',
]);

/** Keys of the design that this version does not know yet. */
const NOT_YET: Readonly<Partial<Record<SchemaName, Readonly<Record<string, string>>>>> = {
  workflow: {
    forEach: 'Loops are not part of this version.',
    while: 'Loops are not part of this version.',
    switch: 'The switch step is not part of this version; use an if for each value.',
    timeout: 'Timeouts of steps are not part of this version.',
  },
};

/** Keys of a rule of one's own, where a rule of Datadog is tuned. */
export function ownedHint(key: string, known: readonly string[]): string | undefined {
  const own = schemaFor('detection-rule')['properties'] as JsonSchema;
  if (!Object.hasOwn(own, key)) return undefined;
  const changeable = known.filter(
    (name) => !['kind', 'id', 'default', 'owner', 'sample', 'tests', 'unknownFields'].includes(name),
  );
  return `The rule belongs to Datadog, and "${key}" stands in its body beside this file. Changed can be: ${changeable.join(', ')}.`;
}

/** How a name of the public API is written here, as a sentence. */
export function familiarHint(key: string, known: readonly string[]): string | undefined {
  const older = olderFormatHint(key, known);
  if (older !== undefined) return older;
  const here = Object.hasOwn(API_NAMES, key) ? API_NAMES[key] : undefined;
  if (here !== undefined && known.some((name) => here.split(/\W+/).includes(name))) {
    return `Datadog's "${key}" is written ${here} here.`;
  }
  if (known.includes('environments') && OF_ENVIRONMENTS.has(key)) {
    return `Write it in an environment: environments.<name>.${key}.`;
  }
  return Object.hasOwn(MOVED, key) ? MOVED[key] : undefined;
}

/** Why a key of the design is refused for now, as a sentence. */
export function notYet(schema: SchemaName, key: string): string | undefined {
  const keys = NOT_YET[schema];
  return keys !== undefined && Object.hasOwn(keys, key) ? keys[key] : undefined;
}
