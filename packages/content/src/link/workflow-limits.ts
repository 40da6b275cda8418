/** Bounds of the service that a schema cannot express. */

import {
  DEFAULT_RATE_MS,
  MAX_LOOP_TURNS,
  MAX_RUNS_PER_MINUTE_AND_SOURCE,
  MAX_SCRIPT_BYTES,
  type ContentPath,
  type Workflow,
} from '@signalwright/model';
import { isLoop } from './datadog-actions.ts';
import type { Report } from './link-context.ts';

const MINUTE_MS = 60_000;

/** `20 per 0s` would limit nothing, and more than the service starts is a limit that is never met. */
export function checkRateLimits({ triggers }: Workflow, report: Report): void {
  for (const trigger of triggers) {
    if (!('rateLimit' in trigger) || trigger.rateLimit === undefined) continue;
    const { count, perMs = DEFAULT_RATE_MS } = trigger.rateLimit;
    const path = ['triggers', trigger.kind, 'rateLimit'];
    if (perMs === 0) {
      report.at([...path, 'per'], 'schema/out-of-range', 'A rate needs a time longer than nothing.', {
        hint: 'Write 1h.',
      });
    } else if ((count * MINUTE_MS) / perMs > MAX_RUNS_PER_MINUTE_AND_SOURCE) {
      const message = `The service starts at most ${MAX_RUNS_PER_MINUTE_AND_SOURCE} runs a minute from one source.`;
      report.at([...path, 'count'], 'workflow/rate-limit-too-high', message, {
        hint: 'A limit that is never met protects nobody: write a lower one.',
      });
    }
  }
}

export function checkScript(report: Report, path: ContentPath, script: string): void {
  const bytes = Buffer.byteLength(script);
  if (bytes <= MAX_SCRIPT_BYTES) return;
  const message = `The script has ${bytes} bytes; the service takes at most ${MAX_SCRIPT_BYTES}.`;
  report.at(path, 'workflow/script-too-long', message, {
    hint: 'Divide it into two steps, or move the work into an action.',
  });
}

/** Keys of a loop under which a number says how often. */
const TURNS = /iteration|turn|count|max|limit/i;

export function checkTurns(
  report: Report,
  path: ContentPath,
  action: string,
  inputs: Readonly<Record<string, unknown>>,
): void {
  if (!isLoop(action)) return;
  for (const [name, value] of Object.entries(inputs)) {
    const turns = Array.isArray(value) ? value.length : TURNS.test(name) ? Number(value) : 0;
    if (!(turns > MAX_LOOP_TURNS)) continue;
    const message = `The loop would take ${turns} turns; the service takes at most ${MAX_LOOP_TURNS}.`;
    report.atKey([...path, name], 'workflow/too-many-turns', message, {
      hint: 'Take the work in parts: another workflow for each.',
    });
  }
}
