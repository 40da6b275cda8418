/** `signalwright` from the sources, with a lease that others take over soon. */

import { main, processWorld } from 'signalwright';

process.exitCode = await main(process.argv.slice(2), {
  ...processWorld(),
  leaseMs: Number(process.env['PROOF_LEASE_MS']),
});
