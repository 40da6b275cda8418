/**
 * Detection methods on the wire: `options.detectionMethod` and the options of each method.
 * Source: rules API, and fields that recorded answers have besides (`instantaneousBaselineTimeoutMinutes`,
 * `detectIpTransition`). Days, hours, minutes and seconds of the API are milliseconds of ours.
 */

import {
  DETECTION_METHODS,
  LEARNING_METHODS,
  NEW_VALUE_DEFAULTS,
  SEVERITIES,
  present,
  unreachable,
  type AnomalyDetectionMethod,
  type DetectionMethod,
  type DetectionMethodName,
  type ImpossibleTravelMethod,
  type NewValueMethod,
  type Payload,
  type SequenceMethod,
  type ThirdPartyMethod,
} from '@signalwright/model';
import type { PayloadReader } from './payload-reader.ts';
import { decodeThirdPartyCase, encodeThirdPartyCase } from './rule-case.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, readUnits, toSeconds, toUnits } from './units.ts';

/** What stands in `options`; an object of options that would be empty is left out. */
export function encodeMethodOptions(method: DetectionMethod): Payload {
  switch (method.kind) {
    case 'threshold':
    case 'anomaly_threshold':
      return {};
    case 'new_value':
      return { newValueOptions: encodeNewValue(method) };
    case 'anomaly_detection':
      return unlessEmpty('anomalyDetectionOptions', encodeAnomaly(method));
    case 'impossible_travel':
      return unlessEmpty('impossibleTravelOptions', encodeTravel(method));
    case 'hardcoded':
      return present({ hardcodedEvaluatorType: method.evaluator });
    case 'third_party':
      return { thirdPartyRuleOptions: encodeThirdParty(method) };
    case 'sequence_detection':
      return { sequenceDetectionOptions: encodeSequence(method) };
    default:
      return unreachable(method);
  }
}

function unlessEmpty(key: string, options: Payload): Payload {
  return Object.keys(options).length === 0 ? {} : { [key]: options };
}

function encodeNewValue(method: NewValueMethod): Payload {
  return {
    forgetAfter: toUnits(method.forgetAfterMs, DAY_MS),
    learningMethod: method.learningMethod,
    learningDuration: toUnits(method.learningDurationMs, DAY_MS),
    learningThreshold: method.learningThreshold,
    ...encodeBaseline(method),
  };
}

function encodeAnomaly(method: AnomalyDetectionMethod): Payload {
  const { bucketDurationMs, learningDurationMs, detectionTolerance, learningPeriodBaseline } = method;
  return {
    ...present({
      bucketDuration: optionalUnits(bucketDurationMs, 1_000),
      learningDuration: optionalUnits(learningDurationMs, HOUR_MS),
      detectionTolerance,
      learningPeriodBaseline,
    }),
    ...encodeBaseline(method),
  };
}

interface Baseline {
  readonly instantaneousBaseline?: boolean;
  readonly instantaneousBaselineTimeoutMs?: number;
}

function encodeBaseline({ instantaneousBaseline, instantaneousBaselineTimeoutMs }: Baseline): Payload {
  return present({
    instantaneousBaseline,
    instantaneousBaselineTimeoutMinutes: optionalUnits(instantaneousBaselineTimeoutMs, MINUTE_MS),
  });
}

function encodeTravel(method: ImpossibleTravelMethod): Payload {
  return present({
    baselineUserLocations: method.baselineUserLocations,
    baselineUserLocationsDuration: optionalUnits(method.baselineUserLocationsDurationMs, DAY_MS),
    detectIpTransition: method.detectIpTransition,
  });
}

function encodeThirdParty(method: ThirdPartyMethod): Payload {
  return {
    rootQueries: method.rootQueries.map((root) => ({ query: root.query, groupByFields: [...root.groupBy] })),
    ...present({ defaultStatus: method.defaultSeverity }),
    defaultNotifications: [...method.defaultNotifications],
    ...present({ signalTitleTemplate: method.signalTitleTemplate }),
  };
}

/** `thirdPartyCases` stand beside `options`, not in them. */
export function encodeThirdPartyCases(method: DetectionMethod): Payload {
  return method.kind === 'third_party' ? { thirdPartyCases: method.cases.map(encodeThirdPartyCase) } : {};
}

function encodeSequence(method: SequenceMethod): Payload {
  return {
    steps: method.steps.map((step) => ({
      name: step.name,
      condition: step.condition,
      ...encodeStepWindow(step.evaluationWindowMs),
    })),
    stepTransitions: method.transitions.map((transition) => ({
      parent: transition.parent,
      child: transition.child,
      ...encodeStepWindow(transition.evaluationWindowMs),
    })),
  };
}

function encodeStepWindow(windowMs: number | undefined): Payload {
  return windowMs === undefined ? {} : { evaluationWindow: toSeconds(windowMs) };
}

function optionalUnits(durationMs: number | undefined, unitMs: number): number | undefined {
  return durationMs === undefined ? undefined : toUnits(durationMs, unitMs);
}

export function decodeMethodName(options: PayloadReader): DetectionMethodName {
  return options.oneOf('detectionMethod', DETECTION_METHODS, 'threshold');
}

/** Options of other methods are left unread, so that closing the reader names them. */
export function decodeMethod(
  kind: DetectionMethodName,
  options: PayloadReader,
  rule: PayloadReader,
): DetectionMethod {
  switch (kind) {
    case 'threshold':
    case 'anomaly_threshold':
      return { kind };
    case 'new_value':
      return closing(options.child('newValueOptions'), decodeNewValue);
    case 'anomaly_detection':
      return closing(options.child('anomalyDetectionOptions'), decodeAnomaly);
    case 'impossible_travel':
      return closing(options.child('impossibleTravelOptions'), decodeTravel);
    case 'hardcoded':
      return { kind, ...present({ evaluator: options.optionalText('hardcodedEvaluatorType') }) };
    case 'third_party':
      return closing(options.child('thirdPartyRuleOptions'), (reader) => decodeThirdParty(reader, rule));
    case 'sequence_detection':
      return closing(options.child('sequenceDetectionOptions'), decodeSequence);
    default:
      return unreachable(kind);
  }
}

function closing<T>(reader: PayloadReader, decode: (reader: PayloadReader) => T): T {
  const value = decode(reader);
  reader.close();
  return value;
}

function decodeNewValue(reader: PayloadReader): NewValueMethod {
  return {
    kind: 'new_value',
    forgetAfterMs: readUnits(reader, 'forgetAfter', DAY_MS) ?? NEW_VALUE_DEFAULTS.forgetAfterMs,
    learningMethod: reader.oneOf('learningMethod', LEARNING_METHODS, NEW_VALUE_DEFAULTS.learningMethod),
    learningDurationMs:
      readUnits(reader, 'learningDuration', DAY_MS) ?? NEW_VALUE_DEFAULTS.learningDurationMs,
    learningThreshold: reader.count('learningThreshold', NEW_VALUE_DEFAULTS.learningThreshold),
    ...decodeBaseline(reader),
  };
}

function decodeAnomaly(reader: PayloadReader): AnomalyDetectionMethod {
  return {
    kind: 'anomaly_detection',
    ...present({
      bucketDurationMs: readUnits(reader, 'bucketDuration', 1_000),
      learningDurationMs: readUnits(reader, 'learningDuration', HOUR_MS),
      detectionTolerance: reader.optionalCount('detectionTolerance'),
      learningPeriodBaseline: reader.optionalCount('learningPeriodBaseline'),
    }),
    ...decodeBaseline(reader),
  };
}

function decodeBaseline(reader: PayloadReader): Baseline {
  return present({
    instantaneousBaseline: reader.optionalFlag('instantaneousBaseline'),
    instantaneousBaselineTimeoutMs: readUnits(reader, 'instantaneousBaselineTimeoutMinutes', MINUTE_MS),
  });
}

function decodeTravel(reader: PayloadReader): ImpossibleTravelMethod {
  return {
    kind: 'impossible_travel',
    ...present({
      baselineUserLocations: reader.optionalFlag('baselineUserLocations'),
      baselineUserLocationsDurationMs: readUnits(reader, 'baselineUserLocationsDuration', DAY_MS),
      detectIpTransition: reader.optionalFlag('detectIpTransition'),
    }),
  };
}

function decodeThirdParty(reader: PayloadReader, rule: PayloadReader): ThirdPartyMethod {
  return {
    kind: 'third_party',
    rootQueries: reader.list('rootQueries', (value, path) =>
      closing(reader.item(value, path), (root) => ({
        query: root.text('query', ''),
        groupBy: root.texts('groupByFields'),
      })),
    ),
    cases: rule.list('thirdPartyCases', (value, path) => decodeThirdPartyCase(rule.item(value, path))),
    ...(reader.has('defaultStatus') && { defaultSeverity: reader.oneOf('defaultStatus', SEVERITIES) }),
    defaultNotifications: reader.texts('defaultNotifications'),
    ...present({ signalTitleTemplate: reader.optionalText('signalTitleTemplate') }),
  };
}

function decodeSequence(reader: PayloadReader): SequenceMethod {
  return {
    kind: 'sequence_detection',
    steps: reader.list('steps', (value, path) =>
      closing(reader.item(value, path), (step) => ({
        name: step.text('name', ''),
        condition: step.text('condition', ''),
        ...present({ evaluationWindowMs: readUnits(step, 'evaluationWindow', 1_000) }),
      })),
    ),
    transitions: reader.list('stepTransitions', (value, path) =>
      closing(reader.item(value, path), (transition) => ({
        parent: transition.text('parent', ''),
        child: transition.text('child', ''),
        ...present({ evaluationWindowMs: readUnits(transition, 'evaluationWindow', 1_000) }),
      })),
    ),
  };
}
