/** Detection methods: the key that a rule writes selects its method, and holds its options. */

import {
  NEW_VALUE_DEFAULTS,
  present,
  type DetectionMethod,
  type NewValueMethod,
  type SequenceMethod,
  type ThirdPartyMethod,
} from '@signalwright/model';
import type {
  WrittenRule,
  WrittenRuleNewValue,
  WrittenRuleSequenceDetection,
  WrittenRuleThirdParty,
} from '../schema/written.ts';
import { decodeThirdPartyCase } from './rule-case.ts';
import { durationMs } from './scalar.ts';

/** Of several, the first in the order of the schema; `link` reports the others. None is threshold. */
export function decodeMethod(rule: WrittenRule): DetectionMethod {
  if (rule.new_value !== undefined) return decodeNewValue(rule.new_value);
  if (rule.anomaly_detection !== undefined) {
    const { bucketDuration, learningDuration, detectionTolerance, learningPeriodBaseline, ...baseline } =
      rule.anomaly_detection;
    return {
      kind: 'anomaly_detection',
      ...present({
        bucketDurationMs: optionalMs(bucketDuration),
        learningDurationMs: optionalMs(learningDuration),
        detectionTolerance,
        learningPeriodBaseline,
      }),
      ...decodeBaseline(baseline),
    };
  }
  if (rule.impossible_travel !== undefined) {
    const { baselineUserLocations, baselineUserLocationsDuration, detectIpTransition } =
      rule.impossible_travel;
    return {
      kind: 'impossible_travel',
      ...present({
        baselineUserLocations,
        baselineUserLocationsDurationMs: optionalMs(baselineUserLocationsDuration),
        detectIpTransition,
      }),
    };
  }
  if (rule.third_party !== undefined) return decodeThirdParty(rule.third_party);
  if (rule.sequence_detection !== undefined) return decodeSequence(rule.sequence_detection);
  if (rule.hardcoded !== undefined) {
    return { kind: 'hardcoded', ...present({ evaluator: rule.hardcoded.evaluatorType }) };
  }
  return { kind: rule.anomaly_threshold === undefined ? 'threshold' : 'anomaly_threshold' };
}

function decodeNewValue(written: WrittenRuleNewValue): NewValueMethod {
  const { forgetAfter, learningMethod, learningDuration, learningThreshold, ...baseline } = written;
  return {
    kind: 'new_value',
    forgetAfterMs: optionalMs(forgetAfter) ?? NEW_VALUE_DEFAULTS.forgetAfterMs,
    learningMethod: learningMethod ?? NEW_VALUE_DEFAULTS.learningMethod,
    learningDurationMs: optionalMs(learningDuration) ?? NEW_VALUE_DEFAULTS.learningDurationMs,
    learningThreshold: learningThreshold ?? NEW_VALUE_DEFAULTS.learningThreshold,
    ...decodeBaseline(baseline),
  };
}

interface Baseline {
  readonly instantaneousBaseline?: boolean;
  readonly instantaneousBaselineTimeout?: string;
}

function decodeBaseline({
  instantaneousBaseline,
  instantaneousBaselineTimeout,
}: Baseline): Pick<NewValueMethod, 'instantaneousBaseline' | 'instantaneousBaselineTimeoutMs'> {
  return present({
    instantaneousBaseline,
    instantaneousBaselineTimeoutMs: optionalMs(instantaneousBaselineTimeout),
  });
}

function decodeThirdParty(written: WrittenRuleThirdParty): ThirdPartyMethod {
  const { defaultSeverity, signalTitleTemplate } = written;
  return {
    kind: 'third_party',
    rootQueries: written.rootQueries.map(({ query, groupBy }) => ({ query, groupBy: groupBy ?? [] })),
    cases: (written.cases ?? []).map(decodeThirdPartyCase),
    defaultNotifications: written.defaultNotifications ?? [],
    ...present({ defaultSeverity, signalTitleTemplate }),
  };
}

function decodeSequence(written: WrittenRuleSequenceDetection): SequenceMethod {
  return {
    kind: 'sequence_detection',
    steps: written.steps.map(({ name, condition, evaluationWindow }) => ({
      name,
      condition,
      ...present({ evaluationWindowMs: optionalMs(evaluationWindow) }),
    })),
    transitions: (written.stepTransitions ?? []).map(({ parent, child, evaluationWindow }) => ({
      parent,
      child,
      ...present({ evaluationWindowMs: optionalMs(evaluationWindow) }),
    })),
  };
}

function optionalMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : durationMs(text);
}
