/** How long "not there" is not believed. */

import { expect, test } from 'vitest';
import { OWN_SETTLE_MS, SETTLE_MS, findSettled } from './find-owned.ts';
import { createWorld } from './rehearsal/faulty-world.ts';

test.each([
  ['a service whose lists may lag', undefined, SETTLE_MS],
  ['an org of our own', OWN_SETTLE_MS, OWN_SETTLE_MS],
])('at %s a create is not done only when the settle wait is over', async (_at, settleMs, waitedMs) => {
  const { client, clock } = createWorld().start();
  const calledAtMs = clock.nowMs();
  const search = await findSettled('detection-rule/xss', { client, clock, stack: 'acme', settleMs });
  // Calls take milliseconds, too.
  const seconds = Math.floor((clock.nowMs() - calledAtMs) / 1_000);
  expect([search, seconds]).toEqual([{ kind: 'none' }, waitedMs / 1_000]);
});
