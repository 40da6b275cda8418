/** Detection methods: the key of a method holds its options, and says which method it is. */

import {
  NEW_VALUE_DEFAULTS,
  present,
  unreachable,
  type AnomalyDetectionMethod,
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
import { writeThirdPartyCase } from './rule-case.ts';
import { durationText, unlessEmpty } from './scalar.ts';

type WrittenMethod = Pick<
  WrittenRule,
  | 'new_value'
  | 'anomaly_detection'
  | 'impossible_travel'
  | 'third_party'
  | 'sequence_detection'
  | 'hardcoded'
  | 'anomaly_threshold'
>;

export function writeMethod(method: DetectionMethod): WrittenMethod {
  switch (method.kind) {
    case 'threshold':
      return {};
    case 'new_value':
      return { new_value: writeNewValue(method) };
    case 'anomaly_detection': {
      const { bucketDurationMs, learningDurationMs, detectionTolerance, learningPeriodBaseline } = method;
      const options = {
        bucketDuration: optionalText(bucketDurationMs),
        learningDuration: optionalText(learningDurationMs),
        detectionTolerance,
        learningPeriodBaseline,
      };
      return { anomaly_detection: { ...present(options), ...writeBaseline(method) } };
    }
    case 'impossible_travel': {
      const { baselineUserLocations, baselineUserLocationsDurationMs, detectIpTransition } = method;
      const options = {
        baselineUserLocations,
        baselineUserLocationsDuration: optionalText(baselineUserLocationsDurationMs),
        detectIpTransition,
      };
      return { impossible_travel: present(options) };
    }
    case 'third_party':
      return { third_party: writeThirdParty(method) };
    case 'sequence_detection':
      return { sequence_detection: writeSequence(method) };
    case 'hardcoded':
      return { hardcoded: present({ evaluatorType: method.evaluator }) };
    case 'anomaly_threshold':
      return { anomaly_threshold: {} };
    default:
      return unreachable(method);
  }
}

function writeNewValue(method: NewValueMethod): WrittenRuleNewValue {
  const { forgetAfterMs, learningMethod, learningDurationMs, learningThreshold } = method;
  const defaults = NEW_VALUE_DEFAULTS;
  return {
    ...(forgetAfterMs !== defaults.forgetAfterMs && { forgetAfter: durationText(forgetAfterMs) }),
    ...(learningMethod !== defaults.learningMethod && { learningMethod }),
    ...(learningDurationMs !== defaults.learningDurationMs && {
      learningDuration: durationText(learningDurationMs),
    }),
    ...(learningThreshold !== defaults.learningThreshold && { learningThreshold }),
    ...writeBaseline(method),
  };
}

function writeBaseline(
  method: Pick<AnomalyDetectionMethod, 'instantaneousBaseline' | 'instantaneousBaselineTimeoutMs'>,
): Pick<WrittenRuleNewValue, 'instantaneousBaseline' | 'instantaneousBaselineTimeout'> {
  return present({
    instantaneousBaseline: method.instantaneousBaseline,
    instantaneousBaselineTimeout: optionalText(method.instantaneousBaselineTimeoutMs),
  });
}

function writeThirdParty(method: ThirdPartyMethod): WrittenRuleThirdParty {
  const { defaultSeverity, signalTitleTemplate } = method;
  return {
    rootQueries: method.rootQueries.map(({ query, groupBy }) => ({
      query,
      ...unlessEmpty('groupBy', groupBy),
    })),
    ...unlessEmpty('cases', method.cases.map(writeThirdPartyCase)),
    ...present({ defaultSeverity }),
    ...unlessEmpty('defaultNotifications', method.defaultNotifications),
    ...present({ signalTitleTemplate }),
  };
}

function writeSequence(method: SequenceMethod): WrittenRuleSequenceDetection {
  return {
    steps: method.steps.map(({ name, condition, evaluationWindowMs }) => ({
      name,
      condition,
      ...present({ evaluationWindow: optionalText(evaluationWindowMs) }),
    })),
    ...unlessEmpty(
      'stepTransitions',
      method.transitions.map(({ parent, child, evaluationWindowMs }) => ({
        parent,
        child,
        ...present({ evaluationWindow: optionalText(evaluationWindowMs) }),
      })),
    ),
  };
}

function optionalText(durationMs: number | undefined): string | undefined {
  return durationMs === undefined ? undefined : durationText(durationMs);
}
