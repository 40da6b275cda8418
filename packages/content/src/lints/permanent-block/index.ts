/** A block for ever, decided by a rule and by no person: nobody will remember why it is there. */

import type { Lint } from '../lint-contract.ts';

export const permanentBlock: Lint = (object, report) => {
  if (object.kind !== 'detection-rule') return;
  object.object.cases.forEach(({ actions }, index) => {
    actions.forEach((action, position) => {
      if (action.kind !== 'block_ip' && action.kind !== 'block_user') return;
      if (action.durationMs !== undefined) return;
      report.at(
        ['cases', index, 'actions', position, action.kind],
        'lint/permanent-block',
        'This blocks for ever, and no person decides it.',
        {
          hint: 'Give it a duration such as 1d; a person can make a block permanent.',
        },
      );
    });
  });
};
