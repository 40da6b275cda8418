/** Detection rule: written form to normal form. */

import {
  addressOf,
  defaultWindows,
  present,
  type AuthoredRule,
  type DetectionRule,
  type ExpectedSignal,
  type Origin,
  type RuleTest,
  type TestEvents,
} from '@signalwright/model';
import type {
  WrittenFields,
  WrittenRule,
  WrittenRuleExpectedSignal,
  WrittenRuleTest,
  WrittenRuleTestEvents,
} from '../schema/written.ts';
import { decodeCase, decodeFilter } from './rule-case.ts';
import { decodeMethod } from './rule-method.ts';
import { decodeQuery } from './rule-query.ts';
import { durationMs, tagsWithOwner, importedParts } from './scalar.ts';
import { decodeFields } from './test-fields.ts';

/** Keys of test events that are not attributes. */
const EVENT_KEYS = ['repeat', 'every', 'at'];

export function decodeDetectionRule(written: WrittenRule, origin: Origin): AuthoredRule {
  return {
    kind: 'detection-rule',
    address: addressOf('detection-rule', written.id),
    object: decodeRule(written),
    ...(written.owner !== undefined && { owner: written.owner }),
    ...(written.stage === 'shadow' && { stage: written.stage }),
    sample: decodeFields(written.sample),
    tests: (written.tests ?? []).map(decodeTest),
    origin,
  };
}

export function decodeRule(written: WrittenRule): DetectionRule {
  const { type, decreaseCriticalityBasedOnEnv, customName, customMessage } = written;
  const { complianceRuleOptions: compliance, complianceSignalOptions: complianceSignals } = written;
  const method = decodeMethod(written);
  const defaults = defaultWindows(type, method.kind);
  const window = (text: string | undefined, defaultMs: number): number =>
    text === undefined ? defaultMs : durationMs(text);
  return {
    kind: 'detection-rule',
    id: written.id,
    name: written.name,
    type,
    enabled: written.enabled ?? true,
    tags: tagsWithOwner(written.tags, written.owner),
    message: written.message ?? '',
    method,
    queries: (written.queries ?? []).map((query) => decodeQuery(query, written)),
    cases: (written.cases ?? []).map(decodeCase),
    filters: (written.filters ?? []).map(decodeFilter),
    groupSignalsBy: written.groupSignalsBy ?? [],
    referenceTables: (written.referenceTables ?? []).map((table) => ({ checkPresence: true, ...table })),
    calculatedFields: written.calculatedFields ?? [],
    ...present({ schedule: written.schedulingOptions, compliance, complianceSignals }),
    evaluationWindowMs: window(written.evaluationWindow, defaults.evaluationWindowMs),
    keepAliveMs: window(written.keepAlive, defaults.keepAliveMs),
    maxSignalDurationMs: window(written.maxSignalDuration, defaults.maxSignalDurationMs),
    ...present({ decreaseSeverityOutsideProduction: decreaseCriticalityBasedOnEnv }),
    hasExtendedTitle: written.hasExtendedTitle ?? type === 'cloud_configuration',
    ...present({ customName, customMessage }),
    ...importedParts(written),
  };
}

export function decodeTest(written: WrittenRuleTest): RuleTest {
  if ('event' in written) {
    return {
      kind: 'match',
      name: written.name,
      event: decodeFields(written.event),
      matches: written.matches,
    };
  }
  return {
    kind: 'stream',
    name: written.name,
    events: written.events.map(decodeEvents),
    signals: written.signals.map(decodeExpected),
  };
}

function decodeEvents(written: WrittenRuleTestEvents): TestEvents {
  const { repeat, every, at } = written;
  return {
    repeat: repeat ?? 1,
    everyMs: every === undefined ? 0 : durationMs(every),
    atMs: at === undefined ? 0 : durationMs(at),
    fields: decodeFields(written as WrittenFields, EVENT_KEYS),
  };
}

function decodeExpected(written: WrittenRuleExpectedSignal): ExpectedSignal {
  const { group, ...rest } = written;
  return { ...rest, ...(group !== undefined && { group: decodeFields(group) }) };
}
