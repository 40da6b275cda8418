/** A rule whose tests only say what must fire: it could fire on everything and they would pass. */

import type { ContentObject } from '@signalwright/model';
import type { Report } from '../../link/link-context.ts';

export function noNearMiss(object: ContentObject, report: Report): void {
  if (object.kind !== 'detection-rule' || object.tests.length === 0) return;
  const hasNearMiss = object.tests.some((test) =>
    test.kind === 'match' ? test.matches.length === 0 : test.signals.length === 0,
  );
  if (hasNearMiss) return;
  report.atKey(['tests'], 'lint/no-near-miss', 'No test of this rule says what must not fire.', {
    hint: 'Add one with signals: [] (or matches: []) that is almost an attack.',
  });
}
