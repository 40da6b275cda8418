/**
 * Detection rules on the wire. Source: `/api/v2/security_monitoring/rules` and recorded answers.
 *
 * A payload is the rule as the service answers it, without what only the service knows: what it fills in (an empty
 * list of groups, the query of a cloud configuration rule) stands there. `encodeCreate` makes the body of a request
 * from it. Absent and null are one; a part with a default of the service is kept apart from its absence.
 */

import {
  RULE_TYPES,
  WINDOW_SECONDS,
  defaultWindows,
  present,
  type CalculatedField,
  type DetectionRule,
  type OwnedRule,
  type Payload,
  type ReferenceTable,
  type RuleFilter,
  type RuleSchedule,
  type RuleWindows,
} from '@signalwright/model';
import { decodeId, ownTags, type DecodeContext, type EncodeContext } from './decode-context.ts';
import { withOwnershipTag } from './ownership.ts';
import { PayloadReader, decoded, isJsonObject, type Decoded, type Problem } from './payload-reader.ts';
import { decodeCase, encodeCase } from './rule-case.ts';
import {
  decodeCompliance,
  decodeComplianceSignals,
  encodeCompliance,
  encodeComplianceSignals,
} from './rule-compliance.ts';
import { derivedParts, withoutDerived } from './rule-derived.ts';
import { decodeMethod, decodeMethodName, encodeMethodOptions, encodeThirdPartyCases } from './rule-method.ts';
import { decodeQuery, encodeQuery } from './rule-query.ts';
import { SERVER_FILLED, fieldNames } from './server-filled.ts';
import { shadowOf } from './rule-shadow.ts';
import { toSeconds } from './units.ts';
import { layOver } from './unknown-fields.ts';

/** Payload of a rule. One that tunes a rule of Datadog says so by its remote id. */
export function encodeRule(rule: DetectionRule, ctx: EncodeContext): Payload {
  const written: Payload = {
    ...(rule.tunes !== undefined && {
      id: rule.tunes.ruleId,
      isDefault: true,
      defaultTags: [...rule.tunes.defaultTags],
    }),
    name: rule.name,
    type: rule.type,
    isEnabled: rule.enabled,
    message: rule.message,
    tags: [...rule.tags],
    hasExtendedTitle: rule.hasExtendedTitle,
    queries: rule.queries.map((query) => encodeQuery(query, rule.type, ctx)),
    cases: rule.cases.map(encodeCase),
    ...encodeThirdPartyCases(rule.method),
    filters: rule.filters.map((filter) => ({ ...filter })),
    ...unlessEmpty('groupSignalsBy', [...rule.groupSignalsBy]),
    ...unlessEmpty(
      'referenceTables',
      rule.referenceTables.map((table) => ({ ...table })),
    ),
    ...unlessEmpty(
      'calculatedFields',
      rule.calculatedFields.map((field) => ({ ...field })),
    ),
    ...(rule.schedule !== undefined && { schedulingOptions: { ...rule.schedule } }),
    ...(rule.complianceSignals !== undefined && {
      complianceSignalOptions: encodeComplianceSignals(rule.complianceSignals),
    }),
    ...present({ customName: rule.customName, customMessage: rule.customMessage }),
    options: encodeOptions(rule),
  };
  const derived = derivedParts(written);
  const fields = derived === undefined ? written : { ...written, ...fillDerived(written, derived) };
  const whole = layOver(fields, rule.unknownFields);
  return withOwnershipTag(ctx.stage === 'shadow' ? shadowOf(whole) : whole, ctx.stack, rule.id);
}

/** Only what the rule leaves to the service is filled. */
function fillDerived(written: Payload, derived: { queries: unknown; cases: unknown }): Payload {
  const isEmpty = (key: string): boolean => Array.isArray(written[key]) && written[key].length === 0;
  const cases = written['type'] === 'cloud_configuration' || isEmpty('cases');
  return {
    ...(isEmpty('queries') && { queries: derived.queries }),
    ...(cases && { cases: derived.cases }),
  };
}

function unlessEmpty(key: string, list: readonly unknown[]): Payload {
  return list.length === 0 ? {} : { [key]: list };
}

function encodeOptions(rule: DetectionRule): Payload {
  return {
    detectionMethod: rule.method.kind,
    evaluationWindow: toSeconds(rule.evaluationWindowMs),
    keepAlive: toSeconds(rule.keepAliveMs),
    maxSignalDuration: toSeconds(rule.maxSignalDurationMs),
    ...present({ decreaseCriticalityBasedOnEnv: rule.decreaseSeverityOutsideProduction }),
    ...encodeMethodOptions(rule.method),
    ...(rule.compliance !== undefined && { complianceRuleOptions: encodeCompliance(rule.compliance) }),
  };
}

/** Reads a rule as the API answers it, or a create payload. */
export function decodeRule(payload: unknown, ctx: DecodeContext = {}): Decoded<DetectionRule> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(isJsonObject(payload) ? withoutDerived(payload) : payload, '', problems);
  const type = reader.oneOf('type', RULE_TYPES, 'log_detection');
  const options = reader.child('options');
  const methodName = decodeMethodName(options);
  const schedule = reader.has('schedulingOptions')
    ? decodeSchedule(reader.child('schedulingOptions'))
    : undefined;
  const rule: DetectionRule = {
    kind: 'detection-rule',
    id: decodeId(payload, ctx, reader),
    ...present({ tunes: decodeOwned(reader) }),
    name: reader.text('name'),
    type,
    enabled: reader.flag('isEnabled', false),
    tags: ownTags(reader.texts('tags')),
    message: reader.text('message'),
    method: decodeMethod(methodName, options, reader),
    queries: reader.list('queries', (value, path) => decodeQuery(reader.item(value, path), type)),
    cases: reader.list('cases', (value, path) => decodeCase(reader.item(value, path))),
    filters: reader.list('filters', (value, path) => decodeFilter(reader.item(value, path))),
    groupSignalsBy: reader.texts('groupSignalsBy'),
    referenceTables: reader.list('referenceTables', (value, path) => decodeTable(reader.item(value, path))),
    calculatedFields: reader.list('calculatedFields', (value, path) =>
      decodeCalculated(reader.item(value, path)),
    ),
    ...present({ schedule }),
    ...(options.has('complianceRuleOptions') && {
      compliance: decodeCompliance(options.child('complianceRuleOptions')),
    }),
    ...(reader.has('complianceSignalOptions') && {
      complianceSignals: decodeComplianceSignals(reader.child('complianceSignalOptions')),
    }),
    ...decodeWindows(options, defaultWindows(type, methodName)),
    ...present({ decreaseSeverityOutsideProduction: options.optionalFlag('decreaseCriticalityBasedOnEnv') }),
    hasExtendedTitle: reader.flag('hasExtendedTitle', type === 'cloud_configuration'),
    ...present({
      customName: reader.optionalText('customName'),
      customMessage: reader.optionalText('customMessage'),
    }),
  };
  options.ignore(fieldNames(SERVER_FILLED['detection-rule'], 'options.')).close();
  reader.ignore(fieldNames(SERVER_FILLED['detection-rule'])).close();
  return decoded(problems, rule);
}

/** Rules of Datadog and of partners can be tuned, not written. */
function decodeOwned(reader: PayloadReader): OwnedRule | undefined {
  const isOwned = reader.flag('isDefault', false) || reader.flag('isPartner', false);
  const ruleId = reader.optionalText('id') ?? reader.optionalText('defaultRuleId');
  if (!isOwned || ruleId === undefined) return undefined;
  return { ruleId, defaultTags: reader.texts('defaultTags') };
}

function decodeWindows(options: PayloadReader, defaults: RuleWindows): RuleWindows {
  return {
    evaluationWindowMs: decodeWindow(options, 'evaluationWindow', defaults.evaluationWindowMs),
    keepAliveMs: decodeWindow(options, 'keepAlive', defaults.keepAliveMs),
    maxSignalDurationMs: decodeWindow(options, 'maxSignalDuration', defaults.maxSignalDurationMs),
  };
}

function decodeWindow(options: PayloadReader, key: string, defaultMs: number): number {
  const seconds = options.count(key, defaultMs / 1_000);
  if (!(WINDOW_SECONDS as readonly number[]).includes(seconds)) {
    options.refuse(key, `Expected one of ${WINDOW_SECONDS.join(', ')} seconds, found ${seconds}.`);
  }
  return seconds * 1_000;
}

function decodeFilter(reader: PayloadReader): RuleFilter {
  const filter = {
    action: reader.oneOf('action', ['require', 'suppress']),
    query: reader.text('query', ''),
  };
  reader.close();
  return filter;
}

function decodeTable(reader: PayloadReader): ReferenceTable {
  const table = {
    tableName: reader.text('tableName'),
    columnName: reader.text('columnName'),
    logFieldPath: reader.text('logFieldPath'),
    ruleQueryName: reader.text('ruleQueryName', ''),
    checkPresence: reader.flag('checkPresence', false),
  };
  reader.close();
  return table;
}

function decodeCalculated(reader: PayloadReader): CalculatedField {
  const field = { name: reader.text('name'), expression: reader.text('expression') };
  reader.close();
  return field;
}

function decodeSchedule(reader: PayloadReader): RuleSchedule {
  const schedule = present({
    rrule: reader.optionalText('rrule'),
    start: reader.optionalText('start'),
    timezone: reader.optionalText('timezone'),
  });
  reader.close();
  return schedule;
}
