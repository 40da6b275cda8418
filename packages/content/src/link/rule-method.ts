/**
 * Options of the detection methods: ranges, units, and names that must exist.
 * Source: rules API (enums and notes of each option), Datadog's pages of the methods. A value that the enum does not
 * name and the prose allows is a warning.
 */

import {
  formatDuration,
  type ContentPath,
  type DetectionRule,
  type NewValueMethod,
} from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import type { Report } from './link-context.ts';
import { checkSequence } from './rule-sequence.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What an option may be: whole units between two bounds, and the values that the API names. */
interface Limits {
  readonly unitMs: number;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** In units; left out, every whole number is as good. */
  readonly named?: readonly number[];
}

const days = { unitMs: DAY_MS, unit: 'days' } as const;
const TIMEOUT: Limits = { unitMs: MINUTE_MS, unit: 'minutes', min: 1, max: 24 * 60 };

const LIMITS = {
  new_value: {
    forgetAfter: { ...days, min: 1, max: 30, named: [1, 2, 7, 14, 21, 28] },
    learningDuration: { ...days, min: 0, max: 30, named: [0, 1, 7] },
    instantaneousBaselineTimeout: TIMEOUT,
  },
  anomaly_detection: {
    bucketDuration: {
      unitMs: 1_000,
      unit: 'seconds',
      min: 300,
      max: 10_800,
      named: [300, 600, 900, 1_800, 3_600, 10_800],
    },
    learningDuration: {
      unitMs: HOUR_MS,
      unit: 'hours',
      min: 1,
      max: 336,
      named: [1, 6, 12, 24, 48, 168, 336],
    },
    instantaneousBaselineTimeout: TIMEOUT,
  },
  impossible_travel: { baselineUserLocationsDuration: { ...days, min: 1, max: 30 } },
} as const satisfies Record<string, Record<string, Limits>>;

export function checkMethod(rule: DetectionRule, report: Report): void {
  const { method } = rule;
  switch (method.kind) {
    case 'new_value':
      checkNewValue(method, report);
      return;
    case 'anomaly_detection': {
      const { bucketDuration, learningDuration, instantaneousBaselineTimeout } = LIMITS.anomaly_detection;
      const at = (key: string): ContentPath => ['anomaly_detection', key];
      checkOption(report, at('bucketDuration'), method.bucketDurationMs, bucketDuration);
      checkOption(report, at('learningDuration'), method.learningDurationMs, learningDuration);
      checkOption(
        report,
        at('instantaneousBaselineTimeout'),
        method.instantaneousBaselineTimeoutMs,
        instantaneousBaselineTimeout,
      );
      return;
    }
    case 'impossible_travel': {
      const path = ['impossible_travel', 'baselineUserLocationsDuration'];
      const { baselineUserLocationsDuration } = LIMITS.impossible_travel;
      checkOption(report, path, method.baselineUserLocationsDurationMs, baselineUserLocationsDuration);
      checkTravelGroups(rule, report);
      return;
    }
    case 'sequence_detection':
      checkSequence(rule, method, report);
      return;
    default:
  }
}

function checkNewValue(method: NewValueMethod, report: Report): void {
  const { forgetAfter, learningDuration, instantaneousBaselineTimeout } = LIMITS.new_value;
  const at = (key: string): ContentPath => ['new_value', key];
  checkOption(report, at('forgetAfter'), method.forgetAfterMs, forgetAfter);
  checkOption(report, at('learningDuration'), method.learningDurationMs, learningDuration);
  checkOption(
    report,
    at('instantaneousBaselineTimeout'),
    method.instantaneousBaselineTimeoutMs,
    instantaneousBaselineTimeout,
  );
}

function checkOption(report: Report, path: ContentPath, ms: number | undefined, limits: Limits): void {
  if (ms === undefined) return;
  const units = ms / limits.unitMs;
  const { min, max, named } = limits;
  const text = (count: number): string => durationText(count * limits.unitMs);
  if (!Number.isInteger(units)) {
    const message = `${quoted(durationText(ms))} is not a whole number of ${limits.unit}.`;
    report.at(path, 'rule/option-out-of-range', message, {
      hint: `The API counts it in ${limits.unit}: ${text(Math.max(min, Math.round(units)))} for example.`,
    });
  } else if (units < min || units > max) {
    const message = `${quoted(durationText(ms))} is out of range for "${String(path.at(-1))}".`;
    report.at(path, 'rule/option-out-of-range', message, { hint: `Write ${text(min)} to ${text(max)}.` });
  } else if (named !== undefined && !named.includes(units)) {
    const message = `${quoted(durationText(ms))} is no value that Datadog names for "${String(path.at(-1))}".`;
    report.at(path, 'rule/unusual-option', message, { hint: `It names ${named.map(text).join(', ')}.` });
  }
}

function durationText(ms: number): string {
  return ms === 0 ? '0s' : formatDuration(ms);
}

/** A place is compared with the last one of the same user: without a group all users are one. */
function checkTravelGroups(rule: DetectionRule, report: Report): void {
  rule.queries.forEach((query, index) => {
    if (query.groupBy.length > 0) return;
    report.at(['queries', index], 'rule/travel-without-user', 'Impossible travel is not grouped by a user.', {
      hint: "Add groupBy: ['@usr.id'], or all users count as one traveller.",
    });
  });
}
