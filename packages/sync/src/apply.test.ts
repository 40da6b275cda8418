/** Apply against a service in memory: what happens on a good day, and what each sort of bad day leaves behind. */

import { describe, expect, test } from 'vitest';
import { countEnds, isComplete, type ApplyResult } from './apply-result.ts';
import type { DesiredSource } from './desired.ts';
import type { Plan } from './plan.ts';
import { FakeService } from './rehearsal/fake-service.ts';
import { createWorld, createWorldAround, type Service, type World } from './rehearsal/faulty-world.ts';
import { STACK, applyNow, planNow, runOnce } from './rehearsal/gitops-run.ts';
import { rule, sampleSource, suppression, workflow } from './rehearsal/sample-source.ts';

const SAMPLE = sampleSource();
const ADDRESSES = 6;

function applied(result: ApplyResult | 'killed' | 'unreadable'): Extract<ApplyResult, { kind: 'applied' }> {
  if (typeof result === 'string' || result.kind !== 'applied') throw new Error(JSON.stringify(result));
  return result;
}

async function planned(source: DesiredSource, world: World): Promise<Plan> {
  const plan = await planNow(source, world.start());
  if (plan === undefined) throw new Error('the service could not be read');
  return plan;
}

function summaryOf(plan: Plan): Record<string, string> {
  return Object.fromEntries(plan.items.map((item) => [item.address, item.change.kind]));
}

/** Names of everything that exists, with how many of each. */
function census(world: World): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, fields } of world.service.all()) {
    const name = `${kind} ${String(fields['name'])}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe('on a good day', () => {
  test('everything is created in the order of its references, and the next plan is empty for every object', async () => {
    const world = createWorld();
    const result = applied(await runOnce(SAMPLE, world));
    expect(result.items.map((item) => [item.address, item.end.kind])).toEqual([
      ['detection-rule/sqli', 'done'],
      ['detection-rule/ssrf', 'done'],
      ['detection-rule/xss', 'done'],
      ['workflow/block-attacker', 'done'],
      ['suppression/pentest', 'done'],
      ['notification-rule/urgent', 'done'],
      ['saved-view/urgent-open', 'linked'],
    ]);
    expect(isComplete(result)).toBe(true);
    expect(summaryOf(await planned(SAMPLE, world))).toEqual({
      'detection-rule/sqli': 'noop',
      'detection-rule/ssrf': 'noop',
      'detection-rule/xss': 'noop',
      'workflow/block-attacker': 'noop',
      'suppression/pentest': 'noop',
      'notification-rule/urgent': 'noop',
      'saved-view/urgent-open': 'link',
    });
  });

  test('a second apply writes nothing', async () => {
    const world = createWorld();
    await runOnce(SAMPLE, world);
    const before = world.writes.length;
    expect(countEnds(applied(await runOnce(SAMPLE, world)).items)).toMatchObject({
      unchanged: ADDRESSES,
      done: 0,
    });
    expect(world.writes.length).toBe(before);
  });

  test('a changed field is updated, cleared fields are cleared, the rest is left alone', async () => {
    const world = createWorld();
    const start = { ...suppression, startsAtMs: Date.UTC(2026, 10, 1), excludeEvents: 'service:probe' };
    await runOnce(sampleSource(start), world);
    const changed = sampleSource(suppression, rule('xss', { keepAliveMs: 7_200_000, tags: ['team:appsec'] }));
    const result = applied(await runOnce(changed, world));
    const updated = result.items.filter((item) => item.end.kind === 'done').map((item) => item.address);
    expect(updated).toEqual(['detection-rule/xss', 'suppression/pentest']);
    expect(world.writes.slice(-2)).toEqual([
      expect.stringMatching(/^PUT \/api\/v2\/security_monitoring\/rules\//),
      expect.stringMatching(/^PATCH .*suppressions\//),
    ]);
    expect(
      Object.values(summaryOf(await planned(changed, world))).filter((kind) => kind === 'update'),
    ).toEqual([]);
  });

  test('objects of others are never touched, whatever their names', async () => {
    const world = createWorld();
    world.service.add('detection-rule', {
      name: 'Rule sqli',
      type: 'log_detection',
      tags: ['signalwright:other/sqli'],
    });
    world.service.add('notification-rule', {
      name: 'Urgent attacks [sw:00000000]',
      selectors: {},
      targets: [],
    });
    world.service.add('workflow', {
      name: 'Block the attacker',
      tags: [],
      spec: { handle: 'block-attacker' },
    });
    const before = structuredClone(world.service.all());
    await runOnce(SAMPLE, world);
    await runOnce(sampleSource(rule('sqli', { name: 'Renamed' })), world);
    const strangers = new Set(before.map(({ id }) => id));
    expect(world.service.all().filter(({ id }) => strangers.has(id))).toEqual(before);
  });

  test('what somebody bound to a workflow by hand is shown and taken back, and where its boxes stand is kept', async () => {
    const world = createWorld();
    await runOnce(SAMPLE, world);
    const flow = world.service.all().find(({ kind }) => kind === 'workflow');
    world.service.edit('workflow', flow?.id ?? '', (fields) => {
      const spec = fields['spec'] as { steps: object[] };
      const steps = spec.steps.map((step) => ({
        ...step,
        connectionLabel: 'INTEGRATION',
        display: { bounds: { x: 1, y: 2 } },
      }));
      return {
        ...fields,
        description: 'by hand',
        spec: { ...spec, steps, connectionEnvs: [{ env: 'default' }], annotations: [{ id: 'n' }] },
      };
    });
    const plan = await planned(SAMPLE, world);
    expect(plan.items.flatMap((item) => (item.change.kind === 'update' ? item.change.fields : []))).toEqual([
      { path: 'description', before: 'by hand', after: '' },
      {
        path: 'spec.annotations[0]',
        before: { id: 'n', markdownTextAnnotation: { text: '' } },
        after: undefined,
      },
      { path: 'spec.steps[0].connectionLabel', before: 'INTEGRATION', after: undefined },
    ]);
    await runOnce(SAMPLE, world);
    const fields = world.service.all().find(({ kind }) => kind === 'workflow')?.fields;
    expect(fields).toMatchObject({
      description: '',
      spec: { steps: [{ name: 'block', display: { bounds: { x: 1 } } }] },
    });
    expect(JSON.stringify(fields)).not.toMatch(/INTEGRATION|annotations/);
  });
});

describe('a secret of a webhook', () => {
  const source = sampleSource({ ...workflow, webhookSecret: 'github-hook' });
  const VALUE = 'correct-horse-battery';

  test.each([
    ['is missing', undefined, 'There is no secret "github-hook": set SIGNALWRIGHT_SECRET_GITHUB_HOOK.'],
    ['is too short', 'short', 'shorter than 16 characters'],
  ])('that %s stops its workflow before the call', async (_title, value, reason) => {
    const world = createWorld();
    const { items } = applied(
      await applyNow(await planned(source, world), world.start(), { secret: () => value }),
    );
    const end = items.find(({ address }) => address === 'workflow/block-attacker')?.end;
    expect(end).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) });
    expect(world.service.all().filter(({ kind }) => kind === 'workflow')).toEqual([]);
  });

  test('is sent, and stands in no plan and no journal', async () => {
    const world = createWorld();
    const plan = await planned(source, world);
    const process = world.start();
    const result = await applyNow(plan, process, { secret: () => VALUE });
    expect(isComplete(applied(result))).toBe(true);
    expect(world.service.all().find(({ kind }) => kind === 'workflow')?.fields['webhookSecret']).toBe(VALUE);
    expect(JSON.stringify([plan, result, process.journal.entries()])).not.toContain(VALUE);
    expect(summaryOf(await planned(source, world))['workflow/block-attacker']).toBe('noop');
  });
});

describe('what has moved is not overwritten', () => {
  test('an edit between plan and apply stops that object, and only that', async () => {
    const world = createWorld();
    await runOnce(SAMPLE, world);
    const changed = sampleSource(
      rule('sqli', { keepAliveMs: 7_200_000 }),
      rule('xss', { keepAliveMs: 7_200_000 }),
    );
    const plan = await planned(changed, world);
    const sqli = world.service.all().find(({ fields }) => fields['name'] === 'Rule sqli');
    world.service.edit('detection-rule', sqli?.id ?? '', (fields) => ({ ...fields, message: 'by hand' }));
    const result = applied(await applyNow(plan, world.start()));
    const ends = Object.fromEntries(result.items.map((item) => [item.address, item.end]));
    expect(ends['detection-rule/sqli']).toEqual({
      kind: 'refused',
      reason: 'It has changed since the plan (message). Plan again.',
    });
    expect(ends['detection-rule/xss']).toMatchObject({ kind: 'done' });
    expect(ends['suppression/pentest']).toMatchObject({ kind: 'skipped' });
    expect(ends['notification-rule/urgent']).toMatchObject({ kind: 'unchanged' });
  });

  test('an edit there and back is a change too', async () => {
    const world = createWorld();
    await runOnce(SAMPLE, world);
    const plan = await planned(sampleSource(rule('ssrf', { keepAliveMs: 7_200_000 })), world);
    const ssrf = world.service.all().find(({ fields }) => fields['name'] === 'Rule ssrf');
    world.service.edit('detection-rule', ssrf?.id ?? '', (fields) => fields);
    const result = applied(await applyNow(plan, world.start()));
    expect(result.items.find((item) => item.address === 'detection-rule/ssrf')?.end).toEqual({
      kind: 'refused',
      reason: 'It has changed since the plan (version). Plan again.',
    });
  });

  test('an object that appeared since the plan is not made again', async () => {
    const world = createWorld();
    const plan = await planned(SAMPLE, world);
    world.service.add('detection-rule', { name: 'Mine', tags: [`signalwright:${STACK}/sqli`] });
    const result = applied(await applyNow(plan, world.start()));
    expect(result.items[0]).toMatchObject({ address: 'detection-rule/sqli', end: { kind: 'refused' } });
    expect(
      world.service.all().filter(({ fields }) => String(fields['tags']).includes(`${STACK}/sqli`)),
    ).toHaveLength(1);
  });

  test('two objects with one mark stop the plan of that object', async () => {
    const world = createWorld();
    await runOnce(SAMPLE, world);
    const [first] = world.service.all();
    const clone = world.service.add('detection-rule', structuredClone(first?.fields ?? {}));
    const plan = await planned(sampleSource(rule('sqli', { keepAliveMs: 7_200_000 })), world);
    expect(plan.blocked).toMatchObject([
      { address: 'detection-rule/sqli', reason: expect.stringContaining(clone) },
    ]);
    const before = world.writes.length;
    const result = applied(await applyNow(plan, world.start()));
    expect(world.writes.length).toBe(before);
    expect(isComplete(result)).toBe(false);
  });
});

test('a request that a proxy delivers twice leaves two objects: found, said, and never made worse', async () => {
  const world = createWorld();
  await runOnce(SAMPLE, world);
  const sqli = world.service.all().find(({ fields }) => fields['name'] === 'Rule sqli');
  world.service.add('detection-rule', structuredClone(sqli?.fields ?? {}));
  const plan = await planned(SAMPLE, world);
  expect(plan.blocked.map((object) => object.address)).toEqual(['detection-rule/sqli']);
  await applyNow(plan, world.start());
  expect(census(world)['detection-rule Rule sqli']).toBe(2);
});

describe('a journal that cannot be written', () => {
  const ROOM = 3;

  /** An apply with room for three entries: the start, and two more. */
  async function applyCramped(world: World, parallel: number): Promise<ReturnType<typeof applied>> {
    const process = world.start();
    const plan = await planned(SAMPLE, world);
    let left = ROOM;
    const journal = {
      ...process.journal,
      append: (entry: Parameters<typeof process.journal.append>[0]) => {
        left -= 1;
        return left < 0
          ? Promise.reject(new Error('ENOSPC: no space left on device'))
          : process.journal.append(entry);
      },
    };
    return applied(await applyNow(plan, { ...process, journal }, { parallel }));
  }

  test('stops the apply before the call', async () => {
    const world = createWorld();
    const result = await applyCramped(world, 1);
    // Intent and outcome of the first object; then no intent, so no call.
    expect(world.writes).toHaveLength(1);
    expect(result.stopped).toContain('ENOSPC');
    expect(countEnds(result.items)).toMatchObject({ done: 1, refused: 1, skipped: ADDRESSES - 1 });
    expect(isComplete(applied(await runOnce(SAMPLE, world)))).toBe(true);
  });

  test('leaves nothing but calls with an intent behind when objects are written side by side', async () => {
    const world = createWorld();
    const result = await applyCramped(world, 4);
    // The intents of two; what their calls did is not on record, the others were not called.
    expect(world.writes).toHaveLength(2);
    expect(result.stopped).toContain('ENOSPC');
    expect(countEnds(result.items)).toMatchObject({
      unknown: 2,
      refused: 2,
      skipped: ADDRESSES - 3,
      done: 0,
    });
    expect(isComplete(applied(await runOnce(SAMPLE, world)))).toBe(true);
    expect(Object.values(census(world))).toEqual(Array.from({ length: ADDRESSES }, () => 1));
  });
});

describe('side by side', () => {
  /** How many writes to each path were on their way at once. */
  async function mostAtOnce(parallel: number): Promise<Record<string, number>> {
    const most: Record<string, number> = {};
    const now: Record<string, number> = {};
    const slowly = (service: FakeService): Service => ({
      timeoutMs: 30_000,
      handle: async (url, init) => {
        const path = `${init.method} ${new URL(url).pathname}`;
        now[path] = (now[path] ?? 0) + 1;
        most[path] = Math.max(most[path] ?? 0, now[path]);
        await new Promise((resolve) => void setTimeout(resolve, 1));
        now[path] -= 1;
        return service.handle(url, init);
      },
    });
    const world = createWorldAround((nowMs) => slowly(new FakeService(nowMs)));
    const process = world.start();
    const plan = await planNow(CROWD, process);
    if (plan === undefined) throw new Error('the service could not be read');
    const result = applied(await applyNow(plan, process, { parallel }));
    expect(isComplete(result)).toBe(true);
    expect(result.items.map(({ address }) => address)).toEqual(plan.items.map(({ address }) => address));
    return most;
  }

  const CROWD = sampleSource(
    ...Array.from({ length: 6 }, (_, n) => rule(`more-${n}`)),
    { ...suppression, id: 'another' },
    { ...suppression, id: 'third' },
  );
  const RULES = 'POST /api/v2/security_monitoring/rules';
  const SUPPRESSIONS = 'POST /api/v2/security_monitoring/configuration/suppressions';

  test('rules are written up to as many as was said, suppressions one by one', async () => {
    expect(await mostAtOnce(4)).toMatchObject({ [RULES]: 4, [SUPPRESSIONS]: 1 });
    expect(await mostAtOnce(1)).toMatchObject({ [RULES]: 1, [SUPPRESSIONS]: 1 });
  });
});
