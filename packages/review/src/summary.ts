/** The one line that stands first: what changed, and how much of it needs a person. */

import { KINDS, type Kind } from '@signalwright/model';
import { countAttention, type MeaningReport } from './meaning/report.ts';
import { countOf } from './phrase.ts';
import { countErrors, countTests, failedTests, type Review } from './review.ts';

const NOUNS: Readonly<Record<Kind, string>> = {
  'detection-rule': 'detection rule',
  'notification-rule': 'notification rule',
  suppression: 'suppression',
  'saved-view': 'view',
  workflow: 'workflow',
};

/** `2 detection rules and 1 suppression changed`. Words and numbers of ours only. */
export function changeSummary(report: MeaningReport): string {
  const parts = KINDS.flatMap((kind) => {
    const count = report.objects.filter((object) => object.kind === kind).length;
    return count === 0 ? [] : [countOf(count, NOUNS[kind])];
  });
  if (report.config.length > 0) parts.push('the configuration');
  if (parts.length === 0) return 'No change of content';
  const last = parts.pop() ?? '';
  return `${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`} changed`;
}

/** The parts of the first line: changes, attention, errors, tests. */
export function reviewSummary(review: Review): readonly string[] {
  const { meaning, tests } = review;
  const errors = countErrors(review);
  const parts: string[] = [];
  if (meaning.kind === 'compared') {
    parts.push(changeSummary(meaning.report));
    const attention = countAttention(meaning.report);
    if (attention > 0) parts.push(`${attention} ${attention === 1 ? 'needs' : 'need'} attention`);
  }
  if (errors > 0) parts.push(countOf(errors, 'error'));
  const total = countTests(tests);
  const failed = failedTests(tests).length;
  if (total > 0) {
    parts.push(testSummary(total, failed));
  }
  return parts;
}

/** `6 tests pass`, `1 of 6 tests fails`. */
export function testSummary(total: number, failed: number): string {
  const tests = countOf(total, 'test');
  if (failed === 0) return `${tests} ${total === 1 ? 'passes' : 'pass'}`;
  return `${failed} of ${tests} ${failed === 1 ? 'fails' : 'fail'}`;
}
