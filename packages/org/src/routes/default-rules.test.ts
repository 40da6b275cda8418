/** Rules that Datadog owns: tuned, and neither made, rewritten nor deleted. */

import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';

import { defaultRulesOf } from '../seeds/default-rules.ts';
import { loginRule, openTestOrg, type Answered, type TestOrg } from '../testing/test-org.ts';

const RULES = '/api/v2/security_monitoring/rules';
const ID = 'def-000-abc';
const DEFAULT_TAGS = ['source:shop', 'security:attack'];

const RULE: Readonly<Record<string, unknown>> = {
  ...loginRule({ tags: DEFAULT_TAGS }),
  id: ID,
  isDefault: true,
  defaultTags: DEFAULT_TAGS,
  version: 7,
  createdAt: 1_681_395_797_603,
};

let own: TestOrg | undefined;

afterEach(() => own?.close());

async function open(...rules: readonly Readonly<Record<string, unknown>>[]): Promise<TestOrg> {
  own = await openTestOrg({ seeds: defaultRulesOf(rules).seeds });
  return own;
}

async function put(changes: object, rule: object = RULE): Promise<Answered> {
  const org = await open({ ...RULE, ...rule });
  return org.call('PUT', `${RULES}/${ID}`, changes);
}

test('is there from the start, with its age and version, and runs', async () => {
  const org = await open(RULE);
  expect((await org.call('GET', `${RULES}/${ID}`)).body).toMatchObject({
    id: ID,
    isDefault: true,
    defaultTags: DEFAULT_TAGS,
    version: 7,
    createdAt: 1_681_395_797_603,
  });
  expect(org.org.pipeline.content.rules.map(({ rule }) => rule.identity.id)).toEqual([ID]);
});

test('is what it was after a restart, tuned or not', async () => {
  const org = await open(RULE);
  await org.call('PUT', `${RULES}/${ID}`, { isEnabled: false });
  own = await org.restart();
  expect((await own.call('GET', `${RULES}/${ID}`)).body).toMatchObject({ isEnabled: false, version: 8 });
});

const CASES = RULE['cases'] as readonly object[];
const [storm, burst] = CASES;
const [QUERY] = RULE['queries'] as readonly object[];
const OPTIONS = RULE['options'] as object;

describe('takes', () => {
  test.each<[what: string, changes: object]>([
    ['to be switched off', { isEnabled: false }],
    ['tags of our own', { tags: [...DEFAULT_TAGS, 'team:soc'] }],
    ['a name and a message', { customName: 'Ours', customMessage: '' }],
    [
      'handles and a severity of a case',
      { cases: [{ ...storm, notifications: ['@soc'], customStatus: 'low' }, burst] },
    ],
    ['an extension of a query', { queries: [{ ...QUERY, customQueryExtension: '-env:dev' }] }],
    ['filters', { filters: [{ action: 'suppress', query: 'env:dev' }] }],
    ['less outside of production', { options: { ...OPTIONS, decreaseCriticalityBasedOnEnv: true } }],
  ])('%s', async (_what, changes) => {
    const updated = await put(changes);
    expect(updated).toMatchObject({ status: 200, body: { ...changes, version: 8 } });
  });

  test('itself, sent back as it was answered', async () => {
    const org = await open(RULE);
    const { version: _version, ...answered } = (await org.call('GET', `${RULES}/${ID}`)).body as object & {
      version: number;
    };
    expect((await org.call('PUT', `${RULES}/${ID}`, answered)).status).toBe(200);
  });
});

describe('refuses', () => {
  test.each<[target: string, changes: object]>([
    ['name', { name: 'Ours' }],
    ['message', { message: 'Ours' }],
    ['queries', { queries: [{ ...QUERY, query: '*' }] }],
    ['cases', { cases: [storm] }],
    ['cases', { cases: CASES.toReversed() }],
    ['options', { options: { ...OPTIONS, keepAlive: 21_600 } }],
    ['tags', { tags: ['source:shop', 'team:soc'] }],
    ['hasExtendedTitle', { hasExtendedTitle: true }],
    ['isEnabled', { isEnabled: 'yes' }],
    ['customName', { customName: 7 }],
    ['cases[0].notifications[0]', { cases: [{ ...storm, notifications: [7] }, burst] }],
  ])('another %s', async (target, changes) => {
    const refused = await put({ isEnabled: false, ...changes });
    expect(refused).toMatchObject({ status: 400, body: { error: { details: [{ target }] } } });
    expect((await own?.call('GET', `${RULES}/${ID}`))?.body).toMatchObject({ isEnabled: true, version: 7 });
  });

  test('any change once it is deprecated', async () => {
    expect((await put({ isEnabled: false }, { isDeprecated: true })).status).toBe(400);
  });

  test('to be deleted, alone or among others, and to be restored', async () => {
    const org = await open(RULE);
    const deleted = await org.call('DELETE', `${RULES}/${ID}`);
    expect([deleted.status, deleted.body]).toEqual([403, { errors: ['Default rules cannot be deleted'] }]);
    const data = { type: 'bulk_delete_rules', attributes: { ruleIds: [ID] } };
    const bulk = await org.call('DELETE', `${RULES}/bulk_delete`, { data });
    expect(bulk.body).toMatchObject({ data: { attributes: { deletedRules: [], failedRules: [ID] } } });
    expect((await org.call('POST', `${RULES}/${ID}/restore/3`)).status).toBe(400);
  });

  test('to be made: a rule that says so is ours all the same', async () => {
    const org = await open();
    const made = await org.call('POST', RULES, { ...loginRule(), isDefault: true, defaultTags: ['a:b'] });
    expect(made.body).toMatchObject({ isDefault: false });
    expect(made.body).not.toHaveProperty('defaultTags');
  });
});

test('partner rules are the same, and what is neither is left out', async () => {
  const partner = { ...RULE, id: 'par-tne-r01', isDefault: false, isPartner: true };
  const others = [
    { ...RULE, id: 'own-own-own', isDefault: false },
    { ...RULE, id: '../up' },
    { id: 'x', isDefault: true },
  ];
  const { seeds, others: left } = defaultRulesOf([RULE, partner, RULE, ...others]);
  expect([seeds.map(({ id }) => id), left]).toEqual([[ID, 'par-tne-r01'], 3]);
});

const CORPUS = new URL('../../../../../shared/datadog-api/rule-corpus.json', import.meta.url);

test.skipIf(!existsSync(CORPUS))(
  `the published default rules are all taken, shown and tuned${existsSync(CORPUS) ? '' : ' (skipped: no shared data)'}`,
  async () => {
    const corpus = JSON.parse(readFileSync(CORPUS, 'utf8')) as readonly { rule: Record<string, unknown> }[];
    const rules = corpus.map(({ rule }) => rule).filter((rule) => rule['isDefault'] === true);
    const org = await open(...rules);
    expect(rules.length).toBeGreaterThan(400);
    const ids = new Set(rules.map(({ id }) => String(id)));
    for (const id of ids) {
      const { version: _version, ...answered } = (await org.call('GET', `${RULES}/${id}`)).body as Record<
        string,
        unknown
      >;
      const updated = await org.call('PUT', `${RULES}/${id}`, { ...answered, isEnabled: false });
      expect([id, updated.status]).toEqual([id, answered['isDeprecated'] === true ? 400 : 200]);
      expect([id, (await org.call('PUT', `${RULES}/${id}`, { name: 'Ours' })).status]).toEqual([id, 400]);
    }
  },
  60_000,
);
