/** The lease that keeps applies of several machines apart, in a git repository that all of them reach. */

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeLease, type Lease } from '@signalwright/sync';
import type { WorkContext } from './command.ts';
import { orGitFailure } from './git-failure.ts';
import type { Target } from './target.ts';

export interface LeaseWish {
  readonly root: string;
  /** Name of the remote; undefined asks for no lease. */
  readonly remote: string | undefined;
  readonly target: Target;
  /** Ends the wait for a holder. */
  readonly stop: AbortSignal;
}

/**
 * Waits for a holder that may be dead; who renews is left alone.
 *
 * @throws LeaseBusy when somebody else is applying, CommandFailure when the remote does not answer, AbortError once stopped
 */
export async function takeApplyLease(
  { root, remote, target, stop }: LeaseWish,
  { world, reporter }: Pick<WorkContext, 'world' | 'reporter'>,
): Promise<Lease | undefined> {
  if (remote === undefined) return undefined;
  const { openLeaseRef } = await import('@signalwright/review');
  return orGitFailure(() => {
    const { stack, name: environment } = target.plan;
    const store = openLeaseRef({ cwd: root, env: world.env, remote, stack, environment });
    return takeLease(store, {
      holder: holderName(world.env),
      nonce: randomUUID(),
      // Of this machine since it started: setting the clock moves nothing.
      clock: { nowMs: () => performance.now(), sleep: (ms) => sleep(ms, undefined, { signal: stop }) },
      ...(world.leaseMs !== undefined && { leaseMs: world.leaseMs }),
      onWait: (holder) => reporter.warn(`${holder} has the lease: waiting whether it is still alive.`),
    });
  });
}

function holderName(env: Readonly<Record<string, string | undefined>>): string {
  const run = env['GITHUB_RUN_ID'];
  const where = run === undefined ? hostname() : `run ${run} of ${env['GITHUB_REPOSITORY'] ?? 'GitHub'}`;
  return `process ${process.pid} on ${where}`;
}
