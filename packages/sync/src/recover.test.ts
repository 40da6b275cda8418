/** Finding out about a call of an apply that was killed: how long, and by no clock of that machine. */

import { expect, test } from 'vitest';
import { isComplete } from './apply-result.ts';
import { SETTLE_MS } from './find-owned.ts';
import { readHistory } from './journal-entry.ts';
import { createWorld } from './rehearsal/faulty-world.ts';
import { TARGET, applyNow, planNow, runOnce } from './rehearsal/gitops-run.ts';
import { renderResult } from './render-result.ts';
import { sampleSource, withoutAddress } from './rehearsal/sample-source.ts';
import { targetKey } from './target.ts';

const DAY_MS = 86_400_000;

test.each([
  ['a day ahead', DAY_MS],
  ['right', 0],
  ['a day behind', -DAY_MS],
])('the clock of the machine that was killed was %s: the wait is as long', async (_what, offMs) => {
  const world = killedInCreate(offMs);
  const fromMs = world.clock.nowMs();
  const result = await runOnce(sampleSource(), world);
  if (typeof result === 'string' || result.kind === 'rejected') throw new Error(JSON.stringify(result));
  expect(isComplete(result)).toBe(true);
  expect(result.recovered).toMatchObject([{ address: 'detection-rule/sqli', outcome: 'not-done' }]);
  const tookMs = world.clock.nowMs() - fromMs;
  expect(tookMs).toBeGreaterThanOrEqual(SETTLE_MS);
  expect(tookMs).toBeLessThan(2 * SETTLE_MS);
  expect(world.service.all().filter(({ kind }) => kind === 'detection-rule')).toHaveLength(3);
});

test('the time that the journal has been held is a part of the wait', async () => {
  const world = killedInCreate(0);
  const fromMs = world.clock.nowMs();
  const result = await runOnce(sampleSource(), world, { quietMs: SETTLE_MS - 5_000 });
  if (typeof result === 'string' || result.kind === 'rejected') throw new Error(JSON.stringify(result));
  expect(result.recovered).toMatchObject([{ address: 'detection-rule/sqli', outcome: 'not-done' }]);
  const tookMs = world.clock.nowMs() - fromMs;
  expect(tookMs).toBeGreaterThanOrEqual(5_000);
  expect(tookMs).toBeLessThan(SETTLE_MS);
});

test('an apply is not done while a call for what has gone from content is unclear', async () => {
  const world = createWorld();
  await runOnce(sampleSource(), world);
  const remoteId = readHistory(world.durable, TARGET).lastApplied.get('suppression/pentest')?.remoteId;
  if (remoteId === undefined) throw new Error('The suppression is not on record.');
  world.durable.push({
    atMs: world.clock.nowMs(),
    body: {
      kind: 'intent',
      target: targetKey(TARGET),
      planDigest: 'of before',
      address: 'suppression/pentest',
      operation: 'disable',
      digest: 'of before',
      remoteId,
    },
  });
  const source = withoutAddress(sampleSource(), 'suppression/pentest');
  const plan = await planNow(source, world.start());
  if (plan === undefined) throw new Error('The target cannot be read.');
  world.schedule = { faults: new Map([[world.calls(), 'other-object-after']]) };
  const unclear = await applyNow(plan, world.start());
  expect(unclear).toMatchObject({ recovered: [{ address: 'suppression/pentest', outcome: 'unknown' }] });
  expect(isComplete(unclear)).toBe(false);
  expect(renderResult(unclear, { color: false })).toContain('1 unclear.\nRun apply again');
  expect(world.durable.at(-1)?.body).toMatchObject({ kind: 'apply-finished', failed: 1 });
  world.schedule = {};
  expect(isComplete(await applyNow(plan, world.start()))).toBe(true);
});

/** @param offMs by how much the clock of the machine that was killed was off */
function killedInCreate(offMs: number): ReturnType<typeof createWorld> {
  const world = createWorld();
  world.durable.push({
    atMs: world.clock.nowMs() + offMs,
    body: {
      kind: 'intent',
      target: targetKey(TARGET),
      planDigest: 'of before',
      address: 'detection-rule/sqli',
      operation: 'create',
      digest: 'of before',
    },
  });
  return world;
}
