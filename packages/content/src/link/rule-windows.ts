/**
 * The three windows of a detection rule.
 * Source: enums of the rules API for the values; "Custom Detection Rules" and the answers of `/rules/validation` for
 * evaluationWindow ≤ keepAlive ≤ maxSignalDuration.
 */

import { WINDOW_SECONDS, formatDuration, type DetectionRule } from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import type { WrittenRule } from '../schema/written.ts';
import type { Report } from './link-context.ts';

type WindowKey = 'evaluationWindow' | 'keepAlive' | 'maxSignalDuration';

/** A recorded answer of the service refuses more; the enum of its API allows it. */
const KEEP_ALIVE_SEEN_MS = 6 * 60 * 60_000;

export function checkWindows(rule: DetectionRule, written: WrittenRule, report: Report): void {
  const windows: Readonly<Record<WindowKey, number>> = {
    evaluationWindow: rule.evaluationWindowMs,
    keepAlive: rule.keepAliveMs,
    maxSignalDuration: rule.maxSignalDurationMs,
  };
  for (const key of Object.keys(windows) as WindowKey[]) checkValue(key, windows[key], written, report);
  checkOrder('evaluationWindow', 'keepAlive', windows, written, report);
  checkOrder('keepAlive', 'maxSignalDuration', windows, written, report);
  if (rule.keepAliveMs > KEEP_ALIVE_SEEN_MS && isWindow(rule.keepAliveMs)) {
    const message = `A keepAlive of ${quoted(written.keepAlive)} has been refused by Datadog before.`;
    report.at(['keepAlive'], 'rule/keep-alive-over-6h', message, { hint: 'Up to 6h is safe.' });
  }
}

function isWindow(ms: number): boolean {
  return WINDOW_SECONDS.some((seconds) => seconds * 1_000 === ms);
}

function checkValue(key: WindowKey, ms: number, written: WrittenRule, report: Report): void {
  if (written[key] === undefined || isWindow(ms)) return;
  const closest =
    WINDOW_SECONDS.toSorted((a, b) => Math.abs(a * 1_000 - ms) - Math.abs(b * 1_000 - ms))[0] ?? 0;
  const all = WINDOW_SECONDS.map(windowText).join(', ');
  report.at([key], 'rule/window-not-allowed', `${quoted(written[key])} is not a window that Datadog knows.`, {
    hint: `The nearest is ${windowText(closest)}; all of them: ${all}.`,
  });
}

function windowText(seconds: number): string {
  return seconds === 0 ? '0s' : formatDuration(seconds * 1_000);
}

function checkOrder(
  shorter: WindowKey,
  longer: WindowKey,
  windows: Readonly<Record<WindowKey, number>>,
  written: WrittenRule,
  report: Report,
): void {
  if (windows[shorter] <= windows[longer]) return;
  const isShorterWritten = written[shorter] !== undefined;
  const message = `${shorter} (${formatDuration(windows[shorter])}) is longer than ${longer} (${formatDuration(windows[longer])}).`;
  const other = isShorterWritten ? longer : shorter;
  const isDefault = written[other] === undefined;
  report.at([isShorterWritten ? shorter : longer], 'rule/window-order', message, {
    hint: isDefault
      ? `${other} is not written, so it is ${formatDuration(windows[other])}; write it too.`
      : 'evaluationWindow ≤ keepAlive ≤ maxSignalDuration.',
    ...(!isDefault && {
      related: [{ message: `${other} is written here.`, range: report.origin.rangeOf([other]) }],
    }),
  });
}
