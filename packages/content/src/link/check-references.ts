/** References by id, and what tests say about signals. */

import type { ContentPath, TestSignal } from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean, editDistance } from '../nearest.ts';
import type { LinkContext, Report } from './link-context.ts';

export function checkRuleId(report: Report, context: LinkContext, path: ContentPath, id: string): void {
  if (context.isTaken('detection-rule', id)) return;
  report.at(path, 'link/unknown-rule', `No rule has the id ${quoted(id)}.`, {
    hint: didYouMean(id, context.ids('detection-rule')),
  });
}

/** Bare keys that stand in many test signals; a key one letter away from them is a slip. */
const USUAL_KEYS = ['rule', 'severity', 'state', 'assignee', 'service', 'env', 'host', 'message', 'source'];
const USUAL_EVENT_KEYS = ['repeat', 'every', 'at', 'service', 'env', 'host', 'message', 'source'];

export function checkTestSignal(
  report: Report,
  context: LinkContext,
  path: ContentPath,
  signal: TestSignal,
): void {
  if (signal.rule !== undefined) checkRuleId(report, context, [...path, 'rule'], signal.rule);
  checkFieldNames(report, path, Object.keys(signal.fields), USUAL_KEYS);
}

export function checkEventFields(report: Report, path: ContentPath, keys: readonly string[]): void {
  checkFieldNames(report, path, keys, USUAL_EVENT_KEYS);
}

function checkFieldNames(
  report: Report,
  path: ContentPath,
  keys: readonly string[],
  usual: readonly string[],
): void {
  for (const key of keys) {
    if (key.startsWith('@') || usual.includes(key)) continue;
    if (key.includes('.')) {
      report.atKey([...path, key], 'test/suspicious-key', `${quoted(key)} is read as a tag.`, {
        hint: `Attributes start with @: '@${key}'`,
      });
      continue;
    }
    const near = key.length < MIN_WORD ? undefined : usual.find((name) => editDistance(name, key) === 1);
    if (near === undefined) continue;
    report.atKey([...path, key], 'test/suspicious-key', `${quoted(key)} is read as a tag.`, {
      hint: `Did you mean "${near}"?`,
    });
  }
}

/** Shorter words are too close to everything: `en` is no slip of `env`. */
const MIN_WORD = 4;

/** Two tests of one name cannot be told apart in a report. */
export function checkTestNames(report: Report, tests: readonly { readonly name: string }[]): void {
  const firstOf = new Map<string, number>();
  tests.forEach(({ name }, index) => {
    const first = firstOf.get(name);
    if (first === undefined) {
      firstOf.set(name, index);
      return;
    }
    report.at(['tests', index, 'name'], 'test/duplicate-name', `Two tests are called ${quoted(name)}.`, {
      hint: 'Say what is different about this one.',
      related: [{ message: 'First written here.', range: report.origin.rangeOf(['tests', first, 'name']) }],
    });
  });
}
