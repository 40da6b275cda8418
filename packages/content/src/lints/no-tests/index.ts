/** An object that decides who is told or what is hidden, and has no test. */

import { eventQueries, type ContentObject, type DetectionRule } from '@signalwright/model';
import type { LinkContext, Report } from '../../link/link-context.ts';

export function noTests(object: ContentObject, report: Report, context: LinkContext): void {
  // A view decides nothing: a wrong one is seen at once.
  if (object.kind === 'saved-view' || object.tests.length > 0) return;
  // An override has no tests of its own unless it gives some; those of the file are run where it is not changed.
  if (context.isOverridden(object.address)) return;
  // What looks at signals or resources cannot be shown an event.
  if (object.kind === 'detection-rule' && eventQueries(object.object).length === 0) return;
  if (object.kind === 'detection-rule' && isLeftAsItIs(object.object)) return;
  report.at(['id'], 'lint/no-tests', `Nothing tests this ${object.kind}.`, {
    hint: 'Add tests: with one case that fires and one near miss that does not.',
  });
}

/** A rule of Datadog that is only told apart in tags, handles or severities: what it finds is not ours to test. */
function isLeftAsItIs({ tunes, queries, filters }: DetectionRule): boolean {
  const isExtended = queries.some(({ customQueryExtension }) => customQueryExtension !== undefined);
  return tunes !== undefined && filters.length === 0 && !isExtended;
}
