/** A rule without a message: who is woken by it reads a title and nothing else. */

import type { Lint } from '../lint-contract.ts';

export const noMessage: Lint = (object, report) => {
  if (object.kind !== 'detection-rule' || object.object.message.trim() !== '') return;
  report.at(['name'], 'lint/no-message', 'This rule has no message.', {
    hint: 'Say in message: what happened, how to tell whether it is real, and what to do first.',
  });
};
