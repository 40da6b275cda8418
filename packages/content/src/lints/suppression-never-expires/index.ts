/** A suppression without an end: forgotten ones are how breaches stay silent. */

import type { Lint } from '../lint-contract.ts';

export const suppressionNeverExpires: Lint = (object, report) => {
  if (object.kind !== 'suppression' || object.object.expiresAtMs !== undefined) return;
  report.at(['expires'], 'lint/suppression-never-expires', 'This suppression hides signals for ever.', {
    hint: 'Set an end, even a far one, so that somebody looks at it again.',
  });
};
