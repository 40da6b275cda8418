/** A workflow that a signal starts and that changes the world, without a limit: a storm of signals becomes a storm of blocks. */

import { triggerOf } from '@signalwright/model';
import type { Lint } from '../lint-contract.ts';

/** Actions that reach outside of signals. Chosen: whatever blocks, tells or calls. */
const REACHES_OUT = /block|unblock|http|slack|teams|email|webhook|pagerduty|jira|incident|case/i;

export const noRateLimit: Lint = (object, report) => {
  if (object.kind !== 'workflow') return;
  const security = triggerOf(object.object.triggers, 'security');
  if (security === undefined || security.rateLimit !== undefined) return;
  const reaches = object.object.steps.some(
    ({ does }) => does.kind === 'action' && REACHES_OUT.test(does.action),
  );
  if (!reaches) return;
  report.atKey(
    ['triggers', 'security'],
    'lint/no-rate-limit',
    'A storm of signals starts this workflow as often as there are signals.',
    {
      hint: 'Add rateLimit: { count: 20, per: 1h }.',
    },
  );
};
