/** Checks of a saved view that its schema cannot express. */

import type { AuthoredView } from '@signalwright/model';
import { checkTestNames, checkTestSignal } from './check-references.ts';
import { checkQuery } from './check-text.ts';
import type { LinkContext, Report } from './link-context.ts';

export function checkSavedView({ object, tests }: AuthoredView, context: LinkContext, report: Report): void {
  checkQuery(report, ['query'], object.query);
  checkTestNames(report, tests);
  tests.forEach((test, index) => checkTestSignal(report, context, ['tests', index, 'signal'], test.signal));
}
