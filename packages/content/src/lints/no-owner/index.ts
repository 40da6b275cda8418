/** An object that no team answers for. */

import type { Lint } from '../lint-contract.ts';

export const noOwner: Lint = (object, report) => {
  // A view decides nothing, and says with whom it is shared.
  if (object.owner !== undefined || object.kind === 'saved-view') return;
  report.at(['id'], 'lint/no-owner', `Nobody answers for this ${object.kind}.`, {
    hint: 'Add owner: with the team that does, such as team-appsec.',
  });
};
