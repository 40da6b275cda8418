/** Detection rule: written form to normal form. */

import {
  PLAIN_RULE,
  RULE_DEFAULTS,
  addressOf,
  type Aggregation,
  type AuthoredRule,
  type CaseAction,
  type DetectionRule,
  type ExpectedSignal,
  type Origin,
  type RuleCase,
  type RuleQuery,
  type RuleTest,
  type TestEvents,
} from '@signalwright/model';
import type {
  WrittenFields,
  WrittenRule,
  WrittenRuleAction,
  WrittenRuleCase,
  WrittenRuleExpectedSignal,
  WrittenRuleQuery,
  WrittenRuleTest,
  WrittenRuleTestEvents,
} from '../schema/written.ts';
import { durationMs, tagsWithOwner, unknownFieldsOf } from './scalar.ts';
import { decodeFields } from './test-fields.ts';

/** Keys of test events that are not attributes. */
const EVENT_KEYS = ['repeat', 'every', 'at'];

export function decodeDetectionRule(written: WrittenRule, origin: Origin): AuthoredRule {
  return {
    kind: 'detection-rule',
    address: addressOf('detection-rule', written.id),
    object: decodeRule(written),
    ...(written.owner !== undefined && { owner: written.owner }),
    sample: decodeFields(written.sample),
    tests: (written.tests ?? []).map(decodeTest),
    origin,
  };
}

function decodeRule(written: WrittenRule): DetectionRule {
  const window = (text: string | undefined, defaultMs: number): number =>
    text === undefined ? defaultMs : durationMs(text);
  return {
    kind: 'detection-rule',
    id: written.id,
    name: written.name,
    type: written.type,
    enabled: written.enabled ?? true,
    tags: tagsWithOwner(written.tags, written.owner),
    message: written.message ?? '',
    method: { kind: 'threshold' },
    queries: written.queries.map((query) => decodeQuery(query, written)),
    cases: written.cases.map(decodeCase),
    evaluationWindowMs: window(written.evaluationWindow, RULE_DEFAULTS.evaluationWindowMs),
    keepAliveMs: window(written.keepAlive, RULE_DEFAULTS.keepAliveMs),
    maxSignalDurationMs: window(written.maxSignalDuration, RULE_DEFAULTS.maxSignalDurationMs),
    ...(written.decreaseCriticalityBasedOnEnv !== undefined && {
      decreaseSeverityOutsideProduction: written.decreaseCriticalityBasedOnEnv,
    }),
    hasExtendedTitle: written.hasExtendedTitle ?? false,
    ...PLAIN_RULE,
    ...unknownFieldsOf(written),
  };
}

function decodeQuery(query: WrittenRuleQuery, rule: WrittenRule): RuleQuery {
  return {
    name: query.name ?? '',
    query: query.query,
    aggregation: decodeAggregation(query),
    groupBy: query.groupBy ?? rule.groupBy ?? [],
    optionalGroupBy: query.hasOptionalGroupByFields ?? rule.hasOptionalGroupByFields ?? false,
  };
}

function decodeAggregation({ cardinality, sum, max }: WrittenRuleQuery): Aggregation {
  if (cardinality !== undefined) return { kind: 'cardinality', fields: cardinality };
  if (sum !== undefined) return { kind: 'sum', field: sum };
  return max !== undefined ? { kind: 'max', field: max } : { kind: 'count' };
}

function decodeCase(written: WrittenRuleCase): RuleCase {
  return {
    name: written.name ?? '',
    condition: written.condition,
    severity: written.severity,
    notifications: written.notifications ?? [],
    actions: (written.actions ?? []).flatMap(decodeAction),
  };
}

/** The schema lets exactly one verb stand in an action. */
function decodeAction({ block_ip, block_user, user_behavior, flag_ip }: WrittenRuleAction): CaseAction[] {
  if (block_ip !== undefined) return [{ kind: 'block_ip', ...blockDuration(block_ip) }];
  if (block_user !== undefined) return [{ kind: 'block_user', ...blockDuration(block_user) }];
  if (user_behavior !== undefined) return [{ kind: 'user_behavior', behavior: user_behavior }];
  return flag_ip === undefined ? [] : [{ kind: 'flag_ip', flag: flag_ip }];
}

function blockDuration(text: string): { readonly durationMs?: number } {
  return text === 'permanent' ? {} : { durationMs: durationMs(text) };
}

function decodeTest(written: WrittenRuleTest): RuleTest {
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
