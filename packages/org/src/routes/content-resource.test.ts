import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openTestOrg, type Answered, type TestOrg } from '../testing/test-org.ts';

let own: TestOrg;

beforeAll(async () => {
  own = await openTestOrg();
});

afterAll(() => own.close());

const CONFIGURATION = '/api/v2/security_monitoring/configuration';

interface Kind {
  readonly path: string;
  readonly type: string;
  readonly createdStatus: number;
  readonly good: Readonly<Record<string, unknown>>;
  /** A field of it that is a query, or holds one. */
  readonly badQuery: readonly [change: object, field: string];
  readonly badEnum: readonly [change: object, field: string];
}

const KINDS: readonly Kind[] = [
  {
    path: `${CONFIGURATION}/suppressions`,
    type: 'suppressions',
    createdStatus: 200,
    good: { name: 'Testers', enabled: true, rule_query: 'source:x', suppression_query: 'env:test' },
    badQuery: [{ rule_query: 'rule:[A-Invalid' }, 'rule_query'],
    badEnum: [{ enabled: 'sometimes' }, 'enabled'],
  },
  {
    path: `${CONFIGURATION}/security_filters`,
    type: 'security_filters',
    createdStatus: 200,
    good: {
      name: 'Shop',
      query: 'service:shop',
      is_enabled: true,
      exclusion_filters: [{ name: 'Staging', query: 'env:staging' }],
      filtered_data_type: 'logs',
    },
    badQuery: [{ exclusion_filters: [{ name: 'x', query: '(' }] }, 'exclusion_filters[0].query'],
    badEnum: [{ filtered_data_type: 'metrics' }, 'filtered_data_type'],
  },
  {
    path: `${CONFIGURATION}/critical_assets`,
    type: 'critical_assets',
    createdStatus: 200,
    good: { query: 'host:db', rule_query: 'source:x', severity: 'increase', tags: ['team:security'] },
    badQuery: [{ query: '(' }, 'query'],
    badEnum: [{ severity: 'urgent' }, 'severity'],
  },
  {
    path: '/api/v2/security/signals/notification_rules',
    type: 'notification_rules',
    createdStatus: 201,
    good: { name: 'Feed', selectors: { trigger_source: 'security_signals' }, targets: ['@webhook-siem'] },
    badQuery: [{ selectors: { trigger_source: 'security_signals', query: '(' } }, 'selectors.query'],
    badEnum: [{ selectors: { trigger_source: 'weather' } }, 'selectors.trigger_source'],
  },
];

describe.each(KINDS.map((kind) => [kind.type, kind] as const))('%s', (_name, kind) => {
  const body = (change: object = {}, type: unknown = kind.type): object => ({
    data: { type, attributes: { ...kind.good, ...change } },
  });
  const patch = (attributes: object): object => ({ data: { type: kind.type, attributes } });

  async function made(): Promise<{ readonly path: string; readonly answered: Answered }> {
    const answered = await own.call('POST', kind.path, body());
    const { data } = answered.body as { readonly data: { readonly id: string } };
    return { path: `${kind.path}/${data.id}`, answered };
  }

  async function stored(): Promise<string> {
    const [list, audit] = [
      await own.call('GET', kind.path),
      await own.call('GET', '/api/signalwright/audit'),
    ];
    return list.text + audit.text;
  }

  test('is made, read, changed with its version and deleted once', async () => {
    const { path, answered } = await made();
    expect([answered.status, answered.body]).toMatchObject([
      kind.createdStatus,
      { data: { type: kind.type, attributes: { ...kind.good, version: 1 } } },
    ]);
    expect((await own.call('GET', path)).body).toEqual(answered.body);
    const changed = await own.call('PATCH', path, patch({ version: 1 }));
    expect(changed.body).toMatchObject({ data: { attributes: { ...kind.good, version: 2 } } });
    const stale = await own.call('PATCH', path, patch({ version: 1 }));
    expect([stale.status, stale.body]).toEqual([
      409,
      {
        errors: ['already_exists(Concurrent modifications detected, please reload and try again)'],
      },
    ]);
    expect((await own.call('DELETE', path)).status).toBe(204);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const gone = await own.call(method, path, method === 'PATCH' ? patch({ version: 2 }) : undefined);
      expect([gone.status, gone.text]).toEqual([404, expect.stringContaining('not_found(')]);
    }
  });

  test('takes back what an answer gave', async () => {
    const { path, answered } = await made();
    const changed = await own.call('PATCH', path, answered.body);
    expect(changed.status).toBe(200);
    await own.call('DELETE', path);
  });

  const [badQuery, queryField] = kind.badQuery;
  const [badEnum, enumField] = kind.badEnum;
  const long = 'x'.repeat(900_000);

  test.each<[string, unknown, number, string]>([
    ['no JSON', '{"data":', 400, 'input_validation_error(The body is not valid JSON.)'],
    ['no object', [], 400, 'input_validation_error(The body must be an object.)'],
    [
      'no attributes',
      { data: { type: kind.type } },
      400,
      'input_validation_error(The body has no data.attributes.)',
    ],
    ['attributes that are a list', { data: { attributes: [] } }, 400, 'input_validation_error('],
    ['another type', body({}, 'teapots'), 400, "input_validation_error(Field 'data.type' is invalid"],
    ['a type that is no text', body({}, 7), 400, "input_validation_error(Field 'data.type' is invalid"],
    [
      'a query that cannot be read',
      body(badQuery),
      400,
      `input_validation_error(Field 'data.attributes.${queryField}' is invalid`,
    ],
    [
      'a word that is not known',
      body(badEnum),
      400,
      `input_validation_error(Field 'data.attributes.${enumField}' is invalid`,
    ],
    ['a field that is not known', body({ surprise: 1 }), 400, "Field 'data.attributes.surprise' is invalid"],
    [
      'a version that is no number',
      body({ version: '1' }),
      400,
      "Field 'data.attributes.version' is invalid",
    ],
    [
      'a version beyond all numbers',
      body({ version: 1e308 }),
      400,
      "Field 'data.attributes.version' is invalid",
    ],
    ['a prototype', `{"data":{"attributes":{"__proto__":{"name":"x"}}}}`, 400, '__proto__'],
    ['a constructor', `{"data":{"attributes":{"constructor":{"name":"x"}}}}`, 400, 'constructor'],
    ['a text of 900,000 characters', body({ description: long }), 400, 'longer than'],
    ['a name of 900,000 characters', body({ [long]: 1 }), 400, 'longer than'],
    ['a body of more than 1 MiB', body({ description: long + long }), 413, 'larger than'],
  ])('%s is refused, and nothing is stored', async (_title, sent, status, words) => {
    const { path } = await made();
    const before = await stored();
    for (const [method, to] of [
      ['POST', kind.path],
      ['PATCH', path],
    ] as const) {
      const answered = await own.call(method, to, sent);
      expect([method, answered.status]).toEqual([method, status]);
      expect(Object.keys(answered.body as object)).toEqual(['errors']);
      if (method === 'POST') expect(answered.text).toContain(words);
      expect(answered.text.length).toBeLessThan(5_000);
    }
    expect(await stored()).toBe(before);
    await own.call('DELETE', path);
  });
});

describe('security filters', () => {
  const path = `${CONFIGURATION}/security_filters`;

  interface Filters {
    readonly data: readonly { readonly id: string; readonly attributes: Readonly<Record<string, unknown>> }[];
  }

  test('begin with one that is built in, which cannot be deleted, nor made', async () => {
    const { data } = (await own.call('GET', path)).body as Filters;
    const builtIn = data.find(({ attributes }) => attributes['is_builtin'] === true);
    expect(builtIn?.attributes).toMatchObject({ name: 'all ingested logs', query: '*', version: 1 });
    expect((await own.call('DELETE', `${path}/${builtIn?.id ?? ''}`)).status).toBe(400);
    const attributes = { ...KINDS[1]?.good, is_builtin: true };
    const made = await own.call('POST', path, { data: { type: 'security_filters', attributes } });
    expect(made.body).toMatchObject({ data: { attributes: { is_builtin: false } } });
    const id = (made.body as { readonly data: { readonly id: string } }).data.id;
    expect((await own.call('DELETE', `${path}/${id}`)).status).toBe(204);
  });

  test('are one configuration with a version for each change, the newest first', async () => {
    const before = ((await own.call('GET', `${path}/versions`)).body as Filters).data;
    const made = await own.call('POST', path, { data: { attributes: KINDS[1]?.good } });
    const id = (made.body as { readonly data: { readonly id: string } }).data.id;
    await own.call('DELETE', `${path}/${id}`);
    const after = ((await own.call('GET', `${path}/versions`)).body as Filters).data;
    expect(after.length).toBe(before.length + 2);
    const filtersOf = (index: number): readonly { readonly id: string }[] =>
      (after[index]?.attributes['filters'] ?? []) as readonly { readonly id: string }[];
    expect(filtersOf(1).map((filter) => filter.id)).toContain(id);
    expect(filtersOf(0).map((filter) => filter.id)).not.toContain(id);
    expect(after[0]?.attributes['version']).toBe(after.length);
  });
});

describe('the version history of a suppression', () => {
  const path = `${CONFIGURATION}/suppressions`;

  test('says what each version was and what changed, and has pages', async () => {
    const made = await own.call('POST', path, { data: { attributes: KINDS[0]?.good } });
    const id = (made.body as { readonly data: { readonly id: string } }).data.id;
    const change = { description: 'Until May', suppression_query: 'env:dev' };
    await own.call('PATCH', `${path}/${id}`, { data: { attributes: change } });
    const history = await own.call('GET', `${path}/${id}/version_history`);
    expect(history.body).toMatchObject({
      data: {
        id,
        type: 'suppression_version_history',
        attributes: {
          count: 2,
          data: {
            1: {
              suppression: { id, version: 1, suppression_query: 'env:test', description: '' },
              changes: [],
            },
            2: {
              suppression: { version: 2, suppression_query: 'env:dev' },
              changes: [
                { type: 'create', field: 'description', change: '"Until May"' },
                { type: 'update', field: 'suppression_query', change: '"env:dev"' },
              ],
            },
          },
        },
      },
    });
    const page = await own.call('GET', `${path}/${id}/version_history?page[size]=1&page[number]=1`);
    const { attributes } = (
      page.body as { readonly data: { readonly attributes: { count: number; data: object } } }
    ).data;
    expect([attributes.count, Object.keys(attributes.data)]).toEqual([2, ['1']]);
    expect((await own.call('GET', `${path}/${id}/version_history?page[size]=x`)).status).toBe(400);
    await own.call('DELETE', `${path}/${id}`);
    expect((await own.call('GET', `${path}/${id}/version_history`)).status).toBe(404);
  });
});
