/** An object that no team answers for. */

import type { Lint } from '../lint-contract.ts';

export const noOwner: Lint = (object, report) => {
  if (object.owner !== undefined) return;
  report.at(['id'], 'lint/no-owner', `Nobody answers for this ${object.kind}.`, {
    hint: 'Add owner: with the team that does, such as team-appsec.',
  });
};
