import type { Address } from '@signalwright/model';
import { expect, test } from 'vitest';
import { isComplete, type ApplyResult } from './apply-result.ts';
import { desiredState, type DesiredSource } from './desired.ts';
import { readHistory } from './journal-entry.ts';
import { observe } from './observe.ts';
import { countChanges, planChanges, planDigest, type Plan } from './plan.ts';
import { createWorld, type Process, type World } from './rehearsal/faulty-world.ts';
import { STACK, TARGET, TOOL_VERSION, applyNow, runOnce } from './rehearsal/gitops-run.ts';
import { rule, sampleSource, withoutAddress } from './rehearsal/sample-source.ts';
import { GRACE_MS, type PrunePolicy } from './removals.ts';

const GONE = 'notification-rule/urgent' satisfies Address;
const WITHOUT = withoutAddress(sampleSource(), GONE);

async function planWith(
  source: DesiredSource,
  process: Process,
  prune: Partial<PrunePolicy> = {},
): Promise<Plan> {
  const { lastApplied } = readHistory(process.journal.entries(), TARGET);
  const observed = await observe(process.client, STACK, lastApplied);
  if (observed.kind !== 'done') throw new Error('the service could not be read');
  return planChanges({
    desired: desiredState(source, { stack: STACK }),
    observed: observed.value,
    lastApplied,
    target: TARGET,
    toolVersion: TOOL_VERSION,
    prune: { nowMs: process.clock.nowMs(), ...prune },
  });
}

async function applyWith(source: DesiredSource, world: World): Promise<ApplyResult> {
  const process = world.start();
  return applyNow(await planWith(source, process), process);
}

async function appliedWorld(): Promise<World> {
  const world = createWorld();
  await runOnce(sampleSource(), world);
  return world;
}

function there(world: World, name: string): Readonly<Record<string, unknown>> | undefined {
  return world.service.all().find(({ fields }) => String(fields['name']).startsWith(name))?.fields;
}

test('what has gone from content is switched off, then deleted once the time of grace is over', async () => {
  const world = await appliedWorld();
  expect(isComplete(await applyWith(WITHOUT, world))).toBe(true);
  expect(there(world, 'Urgent')).toMatchObject({ enabled: false });

  const waiting = await planWith(WITHOUT, world.start());
  expect(countChanges(waiting)).toMatchObject({ disable: 0, delete: 0 });
  expect(waiting.waiting).toMatchObject([{ address: GONE }]);

  await world.clock.sleep(GRACE_MS);
  expect(isComplete(await applyWith(WITHOUT, world))).toBe(true);
  expect(there(world, 'Urgent')).toBeUndefined();

  const after = await planWith(WITHOUT, world.start());
  expect({ ...countChanges(after), orphans: after.orphans, waiting: after.waiting }).toMatchObject({
    disable: 0,
    delete: 0,
    orphans: [],
    waiting: [],
  });
});

test('the body of what is deleted is in the journal before the call', async () => {
  const world = await appliedWorld();
  const id = world.service.all().find(({ kind }) => kind === 'notification-rule')?.id;
  await applyWith(WITHOUT, world);
  await world.clock.sleep(GRACE_MS);
  await applyWith(WITHOUT, world);
  const intents = world.durable.map(({ body }) => body as Record<string, unknown>);
  expect(intents.find(({ operation }) => operation === 'delete')).toMatchObject({
    remoteId: id,
    archived: { id, attributes: { enabled: false } },
  });
});

test('a file that comes back within the time of grace switches its object on again', async () => {
  const world = await appliedWorld();
  await applyWith(WITHOUT, world);
  await applyWith(sampleSource(), world);
  expect(there(world, 'Urgent')).toMatchObject({ enabled: true });
  await world.clock.sleep(GRACE_MS);
  expect(countChanges(await planWith(sampleSource(), world.start()))).toMatchObject({ update: 0, delete: 0 });
});

test('every kind can be switched off and deleted, what refers to others first', async () => {
  const world = await appliedWorld();
  const source = { objects: sampleSource(rule('kept')).objects.filter(({ object }) => object.id === 'kept') };
  const process = world.start();
  const plan = await planWith(source, process);
  const order = plan.items.filter(({ change }) => change.kind === 'disable').map(({ address }) => address);
  expect(order.map((address) => address.split('/')[0])).toEqual([
    'notification-rule',
    'suppression',
    'workflow',
    'detection-rule',
    'detection-rule',
    'detection-rule',
  ]);
  const refused = await applyNow(plan, process);
  expect(refused).toMatchObject({ kind: 'rejected' });
  const agreed = { allowDestroy: plan.digest.slice(0, 12) };
  expect(isComplete(await applyNow(plan, world.start(), agreed))).toBe(true);
  const switches = world.service
    .all()
    .filter(({ fields }) => !String(fields['name']).includes('kept'))
    .map(({ fields }) => fields['isEnabled'] ?? fields['enabled'] ?? fields['published']);
  expect(switches).toEqual([false, false, false, false, false, false]);
  await world.clock.sleep(GRACE_MS);
  const second = world.start();
  const deletes = await planWith(source, second);
  const end = await applyNow(deletes, second, { allowDestroy: deletes.digest });
  expect(isComplete(end)).toBe(true);
  expect(world.service.all().map(({ fields }) => fields['name'])).toEqual(['Rule kept']);
});

test('consent names the plan: that of another plan is worth nothing', async () => {
  const world = await appliedWorld();
  const process = world.start();
  const plan = await planWith(WITHOUT, process);
  for (const allowDestroy of ['', plan.digest.slice(0, 11), '0'.repeat(64), `${plan.digest}0`]) {
    expect(await applyNow(plan, process, { allowDestroy })).toMatchObject({ kind: 'rejected' });
  }
});

const STAYS: readonly [why: string, prepare: (world: World) => Promise<void> | void, reason: RegExp][] = [
  ['somebody has changed it', (world) => edit(world, { name: 'Urgent attacks, louder' }), /changed it since/],
  ['somebody took our mark off', (world) => edit(world, { name: 'Theirs' }, false), /^$/],
  ['the journal is lost', (world) => void world.durable.splice(0), /^$/],
];

function edit(world: World, change: Record<string, unknown>, keepsMark = true): void {
  const object = world.service.all().find(({ kind }) => kind === 'notification-rule');
  if (object === undefined) throw new Error('nothing to edit');
  const mark = /\[sw:\w+\]$/.exec(String(object.fields['name']))?.[0];
  const name = keepsMark ? `${String(change['name'])} ${mark}` : String(change['name']);
  world.service.edit('notification-rule', object.id, (fields) => ({ ...fields, ...change, name }));
}

test.each(STAYS)('it stays where %s', async (_why, prepare, reason) => {
  const world = await appliedWorld();
  await prepare(world);
  const plan = await planWith(WITHOUT, world.start());
  expect(countChanges(plan)).toMatchObject({ disable: 0, delete: 0 });
  expect(plan.orphans.map((orphan) => orphan.reason).join()).toMatch(reason);
  await applyWith(WITHOUT, world);
  expect(world.service.all()).toHaveLength(6);
});

test('a rule without a journal is left alone, and said to be', async () => {
  const world = await appliedWorld();
  world.durable.splice(0);
  const plan = await planWith(withoutAddress(sampleSource(), 'detection-rule/ssrf'), world.start());
  expect(plan.orphans).toMatchObject([
    {
      address: 'detection-rule/ssrf',
      reason: expect.stringContaining('journal has no apply of it') as string,
    },
  ]);
});

test('switched on again by somebody, it is not deleted', async () => {
  const world = await appliedWorld();
  await applyWith(WITHOUT, world);
  const object = world.service.all().find(({ kind }) => kind === 'notification-rule');
  world.service.edit('notification-rule', object?.id ?? '', (fields) => ({ ...fields, enabled: true }));
  await world.clock.sleep(GRACE_MS);
  const plan = await planWith(WITHOUT, world.start());
  expect(plan.orphans).toMatchObject([
    { reason: expect.stringContaining('since it was switched off') as string },
  ]);
});

test('content without a single object removes nothing', async () => {
  const world = await appliedWorld();
  const plan = await planWith({ objects: [] }, world.start());
  expect(countChanges(plan)).toMatchObject({ disable: 0, delete: 0 });
  expect(plan.orphans).toHaveLength(6);
});

test('nothing is removed while something else of the plan fails', async () => {
  const world = await appliedWorld();
  const source = withoutAddress(sampleSource(rule('sqli', { keepAliveMs: 7_200_000 })), GONE);
  const process = world.start();
  const plan = await planWith(source, process);
  const sqli = world.service.all().find(({ fields }) => fields['name'] === 'Rule sqli');
  world.service.edit('detection-rule', sqli?.id ?? '', (fields) => ({ ...fields, message: 'by hand' }));
  const result = await applyNow(plan, process);
  expect(result).toMatchObject({
    items: expect.arrayContaining([
      expect.objectContaining({
        address: GONE,
        end: expect.objectContaining({ kind: 'skipped' }) as unknown,
      }),
    ]) as unknown,
  });
  expect(there(world, 'Urgent')).toMatchObject({ enabled: true });
});

test('beside an object that is blocked nothing is removed: it may be what takes its place', async () => {
  const world = await appliedWorld();
  world.service.add('detection-rule', {
    name: 'Twin',
    type: 'log_detection',
    tags: ['signalwright:acme/sqli'],
  });
  const process = world.start();
  const plan = await planWith(WITHOUT, process);
  expect(plan.blocked.map(({ address }) => address)).toEqual(['detection-rule/sqli']);
  expect(countChanges(plan)).toMatchObject({ disable: 0, delete: 0 });
  expect(plan.orphans).toMatchObject([
    { address: GONE, reason: 'Nothing is removed while detection-rule/sqli is blocked.' },
  ]);
  // Also where the plan was made before: what was planned is held against what has become of the rest.
  const before = await planWith(WITHOUT, (await appliedWorld()).start());
  const { digest: _digest, ...parts } = { ...before, blocked: plan.blocked };
  const result = await applyNow({ ...parts, digest: planDigest(parts) }, process);
  expect(result).toMatchObject({
    items: expect.arrayContaining([
      {
        address: GONE,
        change: 'disable',
        end: { kind: 'skipped', reason: expect.stringContaining('nothing is removed') as string },
      },
    ]) as unknown,
  });
});

test('what somebody has deleted no longer counts as ours, and an apply takes it off the record', async () => {
  const world = await appliedWorld();
  const rules = world.service.all().filter(({ kind }) => kind === 'notification-rule');
  for (const { kind, id } of rules) world.service.remove(kind, id);
  const process = world.start();
  const plan = await planWith(WITHOUT, process);
  expect(plan.removal.managed).toBe(readHistory(process.journal.entries(), TARGET).lastApplied.size - 1);
  await applyNow(plan, process);
  expect(readHistory(process.journal.entries(), TARGET).lastApplied.has(GONE)).toBe(false);
});
