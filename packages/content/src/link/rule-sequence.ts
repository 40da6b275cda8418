/**
 * Sequences: steps with names of their own, one line from the first to the last, within a day.
 * Source: Datadog "Sequence detection" and the rules API.
 */

import {
  MAX_SEQUENCE_MS,
  WINDOW_SECONDS,
  formatDuration,
  queryLabel,
  type ContentPath,
  type DetectionRule,
  type SequenceMethod,
} from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { checkCondition } from './check-text.ts';
import type { Report } from './link-context.ts';
import { checkConditionLabels } from './rule-labels.ts';

const STEPS = ['sequence_detection', 'steps'];
const TRANSITIONS = ['sequence_detection', 'stepTransitions'];

export function checkSequence(rule: DetectionRule, method: SequenceMethod, report: Report): void {
  const labels = rule.queries.map(queryLabel);
  const names = method.steps.map(({ name }) => name);
  method.steps.forEach((step, index) => {
    const path = [...STEPS, index];
    const first = names.indexOf(step.name);
    if (first !== index) {
      report.at([...path, 'name'], 'rule/duplicate-label', `Two steps are called ${quoted(step.name)}.`, {
        hint: 'Transitions could not tell them apart: give this one another name.',
        related: [{ message: 'The first one.', range: report.origin.rangeOf([...STEPS, first, 'name']) }],
      });
    }
    const at = [...path, 'condition'];
    checkConditionLabels(report, at, checkCondition(report, at, step.condition), labels, 'query');
    checkWindow(step.evaluationWindowMs, path, report);
  });
  method.transitions.forEach((transition, index) => {
    const path = [...TRANSITIONS, index];
    for (const end of ['parent', 'child'] as const)
      checkStepName(transition[end], [...path, end], names, report);
    checkWindow(transition.evaluationWindowMs, path, report);
  });
  checkLine(method, names, report);
  checkTotal(method, report);
}

function checkStepName(name: string, path: ContentPath, names: readonly string[], report: Report): void {
  if (names.includes(name)) return;
  report.at(path, 'rule/unknown-step', `No step is called ${quoted(name)}.`, {
    hint: didYouMean(name, names) ?? `Steps: ${names.join(', ')}.`,
  });
}

/** Each step but the first follows exactly one, each but the last leads to exactly one. */
function checkLine(method: SequenceMethod, names: readonly string[], report: Report): void {
  const parents = new Set<string>();
  const children = new Set<string>();
  for (const [index, { parent, child }] of method.transitions.entries()) {
    const path = [...TRANSITIONS, index];
    if (parent === child || parents.has(parent)) {
      const message = `The step ${quoted(parent)} ${parent === child ? 'leads to itself' : 'leads to two steps'}.`;
      report.at([...path, 'parent'], 'rule/sequence-not-a-line', message, { hint: LINE_HINT });
      return;
    }
    if (children.has(child)) {
      const message = `The step ${quoted(child)} follows two steps.`;
      report.at([...path, 'child'], 'rule/sequence-not-a-line', message, { hint: LINE_HINT });
      return;
    }
    parents.add(parent);
    children.add(child);
  }
  const starts = names.filter((name) => !children.has(name));
  if (starts.length <= 1 && (starts.length === 1 || names.length === 0)) return;
  const loose = starts[1];
  const message =
    loose === undefined ? 'The steps go in a circle.' : `The step ${quoted(loose)} follows no other step.`;
  const index = loose === undefined ? 0 : names.indexOf(loose);
  report.at([...STEPS, index, 'name'], 'rule/sequence-not-a-line', message, { hint: LINE_HINT });
}

const LINE_HINT =
  'A sequence is one line from the first step to the last: one transition between two neighbours.';

function checkTotal({ transitions }: SequenceMethod, report: Report): void {
  const total = transitions.reduce((sum, { evaluationWindowMs = 0 }) => sum + evaluationWindowMs, 0);
  if (total <= MAX_SEQUENCE_MS) return;
  const message = `The windows of the transitions add up to ${formatDuration(total)}.`;
  report.atKey(TRANSITIONS, 'rule/sequence-too-long', message, {
    hint: `A sequence lasts at most ${formatDuration(MAX_SEQUENCE_MS)}.`,
  });
}

function checkWindow(ms: number | undefined, path: ContentPath, report: Report): void {
  if (ms === undefined || WINDOW_SECONDS.some((seconds) => seconds * 1_000 === ms)) return;
  const message = `${quoted(formatDuration(ms))} is not a window that Datadog knows.`;
  const all = WINDOW_SECONDS.map((seconds) => (seconds === 0 ? '0s' : formatDuration(seconds * 1_000)));
  report.at([...path, 'evaluationWindow'], 'rule/window-not-allowed', message, {
    hint: `It knows ${all.join(', ')}.`,
  });
}
