/** A rule that no ATT&CK tactic or technique places: coverage cannot be told from it. */

import type { Lint } from '../lint-contract.ts';

export const noAttackTag: Lint = (object, report) => {
  if (object.kind !== 'detection-rule') return;
  const { tags } = object.object;
  if (tags.some((tag) => /^(?:tactic|technique):/.test(tag))) return;
  report.at(
    tags.length > 0 ? ['tags'] : ['name'],
    'lint/no-attack-tag',
    'No tag says which ATT&CK tactic or technique this rule detects.',
    {
      hint: 'Add tags such as tactic:TA0006-credential-access and technique:T1110-brute-force.',
    },
  );
};
