/** A rule whose tests only say what must not fire: it could be dead and they would pass. */

import type { Lint } from '../lint-contract.ts';

export const noFiringTest: Lint = (object, report) => {
  if (object.kind !== 'detection-rule' || object.tests.length === 0) return;
  const fires = object.tests.some((test) =>
    test.kind === 'match' ? test.matches.length > 0 : test.signals.length > 0,
  );
  if (fires) return;
  report.atKey(['tests'], 'lint/no-firing-test', 'No test of this rule says what must fire.', {
    hint: 'Add one whose signals: (or matches:) is not empty.',
  });
};
