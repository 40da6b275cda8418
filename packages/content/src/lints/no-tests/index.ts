/** An object that decides who is told or what is hidden, and has no test. */

import { eventQueries, type ContentObject } from '@signalwright/model';
import type { Report } from '../../link/link-context.ts';

export function noTests(object: ContentObject, report: Report): void {
  // A view decides nothing: a wrong one is seen at once.
  if (object.kind === 'saved-view' || object.tests.length > 0) return;
  // What looks at signals or resources cannot be shown an event.
  if (object.kind === 'detection-rule' && eventQueries(object.object).length === 0) return;
  report.at(['id'], 'lint/no-tests', `Nothing tests this ${object.kind}.`, {
    hint: 'Add tests: with one case that fires and one near miss that does not.',
  });
}
