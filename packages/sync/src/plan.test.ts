import type { Address, Change } from '@signalwright/model';
import { describe, expect, test } from 'vitest';
import { checkPlan } from './check-plan.ts';
import { desiredState, type DesiredSource } from './desired.ts';
import type { LastApplied } from './journal-entry.ts';
import { planChanges, planDigest, type Plan, type PlanItem } from './plan.ts';
import { checkMaking, parsePlan, printPlan, type PlanMaking } from './plan-file.ts';
import { createWorld, type World } from './rehearsal/faulty-world.ts';
import { STACK, TARGET, TOOL_VERSION, planNow, runOnce } from './rehearsal/gitops-run.ts';
import { notificationRule, rule, sampleSource, withoutAddress, workflow } from './rehearsal/sample-source.ts';

const MADE_AT_MS = Date.UTC(2026, 10, 2, 12);
const MADE: PlanMaking = {
  atMs: MADE_AT_MS,
  expiresAtMs: MADE_AT_MS + 86_400_000,
  commit: 'c'.repeat(40),
};

const NOTHING = { stack: STACK, objects: [], foreign: new Map(), gone: [] };

function planOf(source: DesiredSource, lastApplied?: ReadonlyMap<Address, LastApplied>): Plan {
  return planChanges({
    desired: desiredState(source, { stack: STACK }),
    observed: NOTHING,
    ...(lastApplied !== undefined && { lastApplied }),
    target: TARGET,
    toolVersion: TOOL_VERSION,
  });
}

async function planAt(world: World, source: DesiredSource): Promise<Plan> {
  const plan = await planNow(source, world.start());
  if (plan === undefined) throw new Error('the service could not be read');
  return plan;
}

async function appliedWorld(): Promise<World> {
  const world = createWorld();
  await runOnce(sampleSource(), world);
  return world;
}

function edit(world: World, name: string, change: Record<string, unknown>): void {
  const found = world.service.all().find(({ fields }) => String(fields['name']).startsWith(name));
  if (found === undefined) throw new Error(`nothing is called ${name}`);
  world.service.edit(found.kind, found.id, (fields) => ({ ...fields, ...change }));
}

function itemOf(plan: Plan, address: string): PlanItem {
  const item = plan.items.find((candidate) => candidate.address === address);
  if (item === undefined) throw new Error(`no ${address} in the plan`);
  return item;
}

function fieldsOf(change: Change): readonly string[] {
  return change.kind === 'update' ? change.fields.map((field) => field.path) : [];
}

describe('why an object changes', () => {
  test.each([
    ['content moved', { keepAliveMs: 7_200_000 }, {}, 'content', ['options.keepAlive']],
    ['the target moved', {}, { message: 'by hand' }, 'drift', ['message']],
    [
      'both moved',
      { keepAliveMs: 7_200_000 },
      { message: 'by hand' },
      'content-and-drift',
      ['message', 'options.keepAlive'],
    ],
    ['neither moved', {}, {}, 'none', []],
    ['the order of tags moved', { tags: ['team:appsec', 'security:attack'] }, {}, 'none', []],
    [
      'a field that content never sets was set',
      {},
      { groupSignalsBy: ['service'] },
      'drift',
      ['groupSignalsBy'],
    ],
    ['a field of the server appeared', {}, { riskScore: 7 }, 'none', []],
  ])('%s', async (_what, ours, theirs, cause, fields) => {
    const world = await appliedWorld();
    edit(world, 'Rule sqli', theirs);
    const item = itemOf(await planAt(world, sampleSource(rule('sqli', ours))), 'detection-rule/sqli');
    expect({ cause: item.cause, fields: fieldsOf(item.change) }).toEqual({ cause, fields });
  });

  test('without a journal it is not known', async () => {
    const world = await appliedWorld();
    edit(world, 'Rule sqli', { message: 'by hand' });
    const process = world.start();
    const forgetful = { ...process, journal: { ...process.journal, entries: () => [] } };
    const plan = await planNow(sampleSource(), forgetful);
    expect(plan && itemOf(plan, 'detection-rule/sqli').cause).toBe('unrecorded');
  });

  test('losing the journal leads to no create', async () => {
    const world = await appliedWorld();
    const process = world.start();
    const plan = await planNow(sampleSource(), {
      ...process,
      journal: { ...process.journal, entries: () => [] },
    });
    expect(plan?.items.filter((item) => item.change.kind === 'create')).toEqual([]);
  });

  test('an object that somebody deleted is created again, and said to have been there', async () => {
    const world = await appliedWorld();
    const sqli = world.service.all().find(({ fields }) => fields['name'] === 'Rule sqli');
    world.service.remove('detection-rule', sqli?.id ?? '');
    const item = itemOf(await planAt(world, sampleSource()), 'detection-rule/sqli');
    expect([item.change.kind, item.cause]).toEqual(['create', 'drift']);
  });

  test('of an object from which somebody took the mark no second one is made', async () => {
    const world = await appliedWorld();
    edit(world, 'Rule sqli', { tags: ['team:appsec'] });
    const { blocked, items } = await planAt(world, sampleSource());
    expect(blocked.map(({ address }) => address)).toEqual(['detection-rule/sqli']);
    expect(items.filter(({ change }) => change.kind === 'create')).toEqual([]);
  });
});

describe('what is left alone', () => {
  test('objects of ours that content no longer has are orphans, never deletes', async () => {
    const world = await appliedWorld();
    const less = withoutAddress(
      withoutAddress(sampleSource(), 'notification-rule/urgent'),
      'detection-rule/ssrf',
    );
    const plan = await planAt(world, less);
    expect(plan.orphans.map((orphan) => orphan.address)).toEqual([
      'detection-rule/ssrf',
      'notification-rule/urgent',
    ]);
    expect(plan.items.filter((item) => item.change.kind === 'delete')).toEqual([]);
  });

  test('an object whose type would have to change is blocked, with the reason', async () => {
    const world = await appliedWorld();
    const plan = await planAt(world, sampleSource(rule('ssrf', { type: 'api_security' })));
    expect(plan.blocked).toEqual([
      {
        address: 'detection-rule/ssrf',
        reason: expect.stringContaining(
          'The API takes type at creation only: it is "application_security" there and "api_security" here.',
        ) as unknown,
        place: { file: 'content/ssrf.yaml', line: 11, col: 1 },
      },
    ]);
  });

  test('an object with the marks of two owners is blocked', async () => {
    const world = await appliedWorld();
    edit(world, 'Block the attacker', {
      tags: [`signalwright:${STACK}/block-attacker`, 'signalwright:other/block-attacker'],
    });
    const plan = await planAt(world, sampleSource());
    expect(plan.blocked).toMatchObject([
      {
        address: 'workflow/block-attacker',
        reason: expect.stringContaining('signalwright:other/block-attacker'),
      },
    ]);
  });
});

test('a view is a link with what its address can say, never a create', () => {
  expect(itemOf(planOf(sampleSource()), 'saved-view/urgent-open').change).toEqual({
    kind: 'link',
    address: 'saved-view/urgent-open',
    url: 'https://app.example.test/security?query=status%3Ahigh+%40workflow.triage.state%3Aopen&column=time&order=desc&viz=stream',
  });
});

test('references stand behind what they refer to', () => {
  const addresses = planOf(sampleSource()).items.map((item) => item.address);
  for (const item of planOf(sampleSource()).items) {
    for (const needed of item.dependsOn) {
      expect(addresses.indexOf(needed)).toBeLessThan(addresses.indexOf(item.address));
    }
  }
});

test('each changed field leads to its line', async () => {
  const world = await appliedWorld();
  const changed = rule('sqli', {
    keepAliveMs: 7_200_000,
    cases: [{ name: 'many', condition: 'attacks > 9', severity: 'critical', notifications: [], actions: [] }],
  });
  const item = itemOf(await planAt(world, sampleSource(changed)), 'detection-rule/sqli');
  // The sample's lines: 10 for each step of the path, 1 for the file, and the positions.
  expect(fieldsOf(item.change).map((path, index) => [path, item.places[index]?.line])).toEqual([
    ['cases[0].condition', 31],
    ['cases[0].status', 31],
    ['options.keepAlive', 11],
  ]);
});

test('the order of files and of observed objects has no say', async () => {
  const world = await appliedWorld();
  const forwards = await planAt(world, sampleSource());
  const backwards = await planAt(world, { objects: sampleSource().objects.toReversed() });
  expect(printPlan(backwards, MADE)).toBe(printPlan(forwards, MADE));
});

describe('a plan file', () => {
  const plan = planOf(sampleSource());
  const text = printPlan(plan, MADE);
  const expected = { target: TARGET, toolVersion: TOOL_VERSION };

  test('is read back as it was written', () => {
    const { plan: read } = JSON.parse(text) as { plan: Plan };
    expect(parsePlan(text)).toEqual({ ok: true, plan: read, made: MADE });
    expect(
      checkPlan(read, {
        ...expected,
        contentDigest: plan.contentDigest,
        planDigest: plan.digest,
      }),
    ).toEqual([]);
  });

  test.each([
    ['another byte at the end', `${text} `],
    ['a second line', `${text}{}\n`],
    ['no line feed', text.trimEnd()],
    ['a doubled key', text.replace('{"blocked":[]', '{"blocked":[],"blocked":[]')],
    ['another order of keys', `{"seal":"${'0'.repeat(64)}",${text.slice(1)}`],
    ['another end of its life', text.replace(String(MADE.expiresAtMs), String(MADE.expiresAtMs + 1))],
    ['another commit', text.replace('"commit":"c', '"commit":"d')],
    ['another field', text.replace('"blocked":[]', '"approved":true,"blocked":[]')],
    ['a later schema', text.replace('"schemaVersion":2', '"schemaVersion":3')],
    ['another target', text.replaceAll('api.example.test', 'api.example.org')],
    ['another body', text.replace('attacks > 5', 'attacks > 6')],
    ['another content digest', text.replace(plan.contentDigest, '0'.repeat(64))],
    ['half a file', text.slice(0, text.length / 2)],
    ['no plan', '{"digest":"x"}\n'],
    ['nothing', ''],
  ])('with %s is refused', (_what, changed) => {
    expect(changed).not.toBe(text);
    expect(parsePlan(changed).ok).toBe(false);
  });

  test('with any one character changed is refused', () => {
    const wrong: number[] = [];
    for (let at = 0; at < text.length; at += 7) {
      const other = text[at] === '1' ? '2' : '1';
      if (parsePlan(text.slice(0, at) + other + text.slice(at + 1)).ok) wrong.push(at);
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    ['in time, of the same commit', 0, MADE.commit, 0],
    ['at the end of its life', 86_400_000, MADE.commit, 1],
    ['of another commit', 0, 'd'.repeat(40), 1],
    ['of no commit', 0, undefined, 1],
    ['on a machine whose clock is an hour behind', -3_600_000, MADE.commit, 1],
    ['on a machine whose clock is a minute behind', -60_000, MADE.commit, 0],
  ])('%s', (_what, afterMs, commit, refusals) => {
    const now = { nowMs: MADE.atMs + afterMs, ...(commit !== undefined && { commit }) };
    expect(checkMaking(MADE, now)).toHaveLength(refusals);
  });

  const forged = (change: Partial<Plan>): Plan => {
    const changed = { ...plan, ...change };
    return { ...changed, digest: planDigest(changed) };
  };
  test.each([
    ['its own digest is wrong', { ...plan, digest: '0'.repeat(64) }, {}],
    ['it is of another tool', forged({ toolVersion: '9.9.9' }), {}],
    ['it is for another place', forged({ target: { ...TARGET, url: 'https://api.example.org' } }), {}],
    ['it is for another environment', forged({ target: { ...TARGET, name: 'other' } }), {}],
    ['it is for another stack', forged({ target: { ...TARGET, stack: 'other' } }), {}],
    ['content has moved', plan, { contentDigest: 'x' }],
    [
      'it is not the approved one, though its digest fits',
      forged({ items: [] }),
      { planDigest: plan.digest },
    ],
  ])('is not applied when %s', (_what, candidate, more) => {
    expect(checkPlan(candidate, { ...expected, ...more })).toHaveLength(1);
  });
});

test('two notification rules whose marks are the same are both blocked', () => {
  // Found by search: the digests of acme/n9212 and acme/n51933 begin with the same 8 digits.
  const twins = ['n51933', 'n9212'].map((id) => ({ ...notificationRule, id }));
  const plan = planOf(sampleSource(...twins, workflow));
  expect(plan.blocked.map((object) => object.address)).toEqual([
    'notification-rule/n51933',
    'notification-rule/n9212',
  ]);
});
