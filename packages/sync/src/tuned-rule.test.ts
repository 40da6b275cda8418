/** Rules of Datadog: changed where they may be, never created; and rules that name others by their remote id. */

import type { DetectionRule } from '@signalwright/model';
import { expect, test } from 'vitest';
import type { DesiredSource } from './desired.ts';
import type { Plan } from './plan.ts';
import { createWorld, type World } from './rehearsal/faulty-world.ts';
import { planNow, runOnce } from './rehearsal/gitops-run.ts';
import { rule, sourceOf } from './rehearsal/sample-source.ts';

const OWN_TAGS = ['security:attack', 'source:aap'];
const BODY = {
  name: 'API scan',
  type: 'application_security',
  isEnabled: true,
  isDefault: true,
  defaultRuleId: 'def-000-1e8',
  message: 'Somebody scans the API.',
  tags: OWN_TAGS,
  defaultTags: OWN_TAGS,
  hasExtendedTitle: true,
  filters: [],
  queries: [{ name: 'errors', query: '@http.status_code:>399', aggregation: 'count', groupByFields: [] }],
  cases: [{ name: '', status: 'medium', condition: 'errors > 100', notifications: [] }],
  options: { evaluationWindow: 300, keepAlive: 3_600, maxSignalDuration: 86_400 },
};

function tuned(change: Partial<DetectionRule> = {}): DetectionRule {
  const body = rule('api-scan', {
    name: 'API scan',
    tunes: { ruleId: 'def-000-1e8', defaultTags: OWN_TAGS },
    tags: [...OWN_TAGS, 'team:appsec'],
    cases: [{ name: '', condition: 'errors > 100', severity: 'medium', notifications: [], actions: [] }],
  });
  return { ...body, ...change };
}

const LOUDER: Partial<DetectionRule> = {
  queries: tuned().queries.map((query) => ({ ...query, customQueryExtension: '-@http.user_agent:probe' })),
  cases: tuned().cases.map((each) => ({
    ...each,
    customSeverity: 'low' as const,
    notifications: ['@slack-appsec'],
  })),
  customName: 'Scan of our API',
};

async function planAt(world: World, source: DesiredSource): Promise<Plan> {
  const plan = await planNow(source, world.start());
  if (plan === undefined) throw new Error('the service could not be read');
  return plan;
}

function summary({ items, blocked }: Plan): unknown {
  return {
    items: items.map(({ address, change }) => [
      change.kind,
      address,
      ...(change.kind === 'update' ? change.fields.map(({ path }) => path) : []),
    ]),
    blocked: blocked.map(({ reason }) => reason),
  };
}

test('only what may be changed is sent, and then nothing is left to do', async () => {
  const world = createWorld();
  const id = world.service.add('detection-rule', BODY);
  const source = sourceOf(tuned(LOUDER));
  expect(summary(await planAt(world, source))).toEqual({
    items: [
      [
        'update',
        'detection-rule/api-scan',
        'cases[0].customStatus',
        'cases[0].notifications',
        'customName',
        'queries[0].customQueryExtension',
        'tags',
      ],
    ],
    blocked: [],
  });
  await runOnce(source, world);
  const stored = world.service.all().find((each) => each.id === id);
  expect(stored?.fields).toEqual({
    ...BODY,
    customName: 'Scan of our API',
    tags: [...OWN_TAGS, 'signalwright:acme/api-scan', 'team:appsec'],
    queries: [{ ...BODY.queries[0], customQueryExtension: '-@http.user_agent:probe' }],
    cases: [{ ...BODY.cases[0], customStatus: 'low', notifications: ['@slack-appsec'] }],
  });
  expect(summary(await planAt(world, source))).toEqual({
    items: [['noop', 'detection-rule/api-scan']],
    blocked: [],
  });
});

test('tags of Datadog stay where an answer does not say which they are', async () => {
  const world = createWorld();
  const { defaultTags: _unsaid, ...fields } = BODY;
  const id = world.service.add('detection-rule', fields);
  const source = sourceOf(tuned());
  expect(summary(await planAt(world, source))).toMatchObject({
    items: [['update', 'detection-rule/api-scan', 'tags']],
  });
  await runOnce(source, world);
  const stored = world.service.all().find((each) => each.id === id);
  expect(stored?.fields['tags']).toEqual([...OWN_TAGS, 'signalwright:acme/api-scan', 'team:appsec']);
  expect(summary(await planAt(world, source))).toMatchObject({ items: [['noop', expect.anything()]] });
});

test('what Datadog changes in its rule is no drift, what was tuned by hand is', async () => {
  const world = createWorld();
  const id = world.service.add('detection-rule', BODY);
  await runOnce(sourceOf(tuned()), world);
  world.service.edit('detection-rule', id, (fields) => ({ ...fields, message: 'Better words.' }));
  expect(summary(await planAt(world, sourceOf(tuned())))).toMatchObject({
    items: [['noop', expect.anything()]],
  });
  world.service.edit('detection-rule', id, (fields) => ({ ...fields, isEnabled: false }));
  const [item] = (await planAt(world, sourceOf(tuned()))).items;
  expect([item?.cause, item?.change.kind === 'update' && item.change.fields.map(({ path }) => path)]).toEqual(
    ['drift', ['isEnabled']],
  );
});

test('taking back what was laid over is said by an empty text', async () => {
  const world = createWorld();
  const id = world.service.add('detection-rule', BODY);
  await runOnce(sourceOf(tuned(LOUDER)), world);
  await runOnce(sourceOf(tuned()), world);
  const stored = world.service.all().find((each) => each.id === id)?.fields;
  expect(stored).toMatchObject({ customName: '', queries: [{ customQueryExtension: '' }] });
  expect(stored?.['cases']).toEqual([{ ...BODY.cases[0] }]);
});

test.each<readonly [string, Record<string, unknown>, RegExp]>([
  ['it is not there', { defaultRuleId: 'def-000-1e9' }, /The target has no rule def-000-1e8/],
  ['it is deprecated', { isDeprecated: true }, /deprecated/],
  ['its body has moved', { cases: [...BODY.cases, ...BODY.cases] }, /2 cases, 1 pinned/],
  ['another stack tunes it', { tags: ['signalwright:other/api-scan'] }, /another stack: other\/api-scan/],
])('blocked when %s', async (_why, change, reason) => {
  const world = createWorld();
  world.service.add('detection-rule', { ...BODY, ...change });
  const { items, blocked } = await planAt(world, sourceOf(tuned(LOUDER)));
  expect([items, blocked.map((each) => each.reason)]).toEqual([[], [expect.stringMatching(reason)]]);
});

test('a rule of our own never becomes one of Datadog, nor the other way round', async () => {
  const world = createWorld();
  world.service.add('detection-rule', { ...BODY, tags: ['signalwright:acme/api-scan'] });
  const own = rule('api-scan');
  expect((await planAt(world, sourceOf(own))).blocked[0]?.reason).toMatch(/belongs to Datadog/);
  const infrastructure = rule('docker', { type: 'infrastructure_configuration' });
  expect((await planAt(world, sourceOf(infrastructure))).blocked[0]?.reason).toMatch(/cannot create/);
});

test('a correlation rule comes after the rules it names, and names them by their remote ids', async () => {
  const world = createWorld();
  const correlates = (id: string, other: string): DetectionRule =>
    rule(id, {
      type: 'signal_correlation',
      queries: [
        {
          name: 'first',
          query: '',
          aggregation: { kind: 'event_count' },
          groupBy: [],
          optionalGroupBy: false,
          correlation: { rule: { kind: 'content', id: other }, correlatedByFields: ['host'] },
        },
      ],
    });
  const source = sourceOf(correlates('a', 'b'), correlates('b', 'c'), rule('c'));
  const plan = await planAt(world, source);
  expect(plan.items.map(({ address }) => address)).toEqual([
    'detection-rule/c',
    'detection-rule/b',
    'detection-rule/a',
  ]);
  await runOnce(source, world);
  const remote = new Map(
    world.service
      .all()
      .map(({ id, fields }) => [String(fields['name']).slice('Rule '.length), { id, fields }]),
  );
  expect(remote.get('b')?.fields['queries']).toEqual([
    {
      name: 'first',
      ruleId: remote.get('c')?.id,
      aggregation: 'event_count',
      correlatedByFields: ['host'],
    },
  ]);
  expect(remote.get('a')?.fields['queries']).toMatchObject([{ ruleId: remote.get('b')?.id }]);
  expect(summary(await planAt(world, source))).toMatchObject({
    items: [['noop'], ['noop'], ['noop']].map(([kind]) => [kind, expect.anything()]),
  });
});
