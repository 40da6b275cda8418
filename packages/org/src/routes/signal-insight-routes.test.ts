import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { matchesQuery, parseQuery } from '@signalwright/query';

import {
  field,
  loginFailure,
  loginRule,
  openTestOrg,
  type Answered,
  type TestOrg,
} from '../testing/test-org.ts';

const SIGNALS = '/api/v2/security_monitoring/signals';
const HOSTILE = 'u") OR * -x:("\\';

let own: TestOrg;
let signal: string;

beforeAll(async () => {
  own = await openTestOrg();
  await own.call('POST', '/api/v2/security_monitoring/rules', loginRule());
  for (let n = 0; n < 14; n += 1) {
    const user = n === 0 ? HOSTILE : `user-${n}`;
    await own.org.pipeline.ingest([loginFailure(`e-${n}`, own.clock.nowMs, '203.0.113.7', user)]);
  }
  const listed = await own.call('GET', SIGNALS);
  signal = `${SIGNALS}/${String(field(listed, 'data', '0', 'id'))}`;
});

afterAll(() => own.close());

interface Suggested {
  readonly id: string;
  readonly type: string;
  readonly attributes: {
    readonly name: string;
    readonly query_filter: string;
    readonly template_variables: Readonly<Record<string, readonly string[]>>;
    readonly url: string;
  };
}

const suggestedIn = ({ body }: Answered): readonly Suggested[] =>
  (body as { readonly data: readonly Suggested[] }).data;

describe('the entities of a signal', () => {
  const identities = (answered: Answered): readonly unknown[] =>
    field(answered, 'data', 'attributes', 'identities') as readonly unknown[];

  test('are those that its events name, attackers and victims', async () => {
    const answered = await own.call('GET', `${signal}/entities`);
    expect([answered.status, field(answered, 'data', 'type')]).toEqual([200, 'entities']);
    expect(`${SIGNALS}/${String(field(answered, 'data', 'id'))}`).toBe(signal);
    expect(identities(answered)).toContainEqual({
      name: '203.0.113.7',
      role: 'attacker',
      attribute: '@http.client_ip',
    });
    expect(identities(answered)).toContainEqual({ name: HOSTILE, role: 'victim', attribute: '@usr.id' });
  });

  test('are as many as were asked for', async () => {
    expect(identities(await own.call('GET', `${signal}/entities?limit=2`))).toHaveLength(2);
    expect(identities(await own.call('GET', `${signal}/entities?limit=2147483647`)).length).toBeGreaterThan(
      10,
    );
  });

  test.each(['0', '-1', '1.5', 'many', '', '2147483648', '99999999999'])(
    'a limit of "%s" is refused',
    async (limit) => {
      const answered = await own.call('GET', `${signal}/entities?limit=${limit}`);
      expect([answered.status, answered.body]).toEqual([400, { errors: ['limit must be a number from 1'] }]);
    },
  );
});

describe.each(['investigation_queries', 'suggested_actions'])('the %s of a signal', (name) => {
  test('ask for its group, and for each of whom it names', async () => {
    const answered = await own.call('GET', `${signal}/${name}`);
    expect(answered.status).toBe(200);
    const suggested = suggestedIn(answered);
    expect(suggested[0]).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3}$/),
      type: 'investigation_log_queries',
      attributes: {
        name: 'Events with the same group',
        query_filter: 'service:shop @http.client_ip:203.0.113.7',
        template_variables: { service: ['shop'], '@http.client_ip': ['203.0.113.7'] },
        url: '/logs?query=service%3Ashop+%40http.client_ip%3A203.0.113.7',
      },
    });
    expect(suggested.map(({ attributes }) => Object.keys(attributes.template_variables))).toEqual([
      ['service', '@http.client_ip'],
      ['service'],
      ['@http.client_ip'],
      ['@usr.id'],
    ]);
    expect(new Set(suggested.map(({ id }) => id)).size).toBe(suggested.length);
    expect(suggestedIn(await own.call('GET', `${signal}/${name}`))).toEqual(suggested);
  });

  test('find the values that events had, also one that looks like a query, and nobody else', async () => {
    const query = suggestedIn(await own.call('GET', `${signal}/${name}`)).at(-1)?.attributes;
    const values = query?.template_variables['@usr.id'] ?? [];
    expect(values).toHaveLength(10);
    expect(values).toContain(HOSTILE);
    const parsed = parseQuery(query?.query_filter ?? '');
    if (!parsed.ok) throw new Error(query?.query_filter);
    const finds = (id: string): boolean =>
      matchesQuery(parsed.query, { reserved: {}, tags: [], attributes: { usr: { id } }, message: '' });
    expect(values.map(finds)).toEqual(values.map(() => true));
    expect(['u', 'somebody', '*', 'x'].map(finds)).toEqual([false, false, false, false]);
  });
});

test.each(['entities', 'investigation_queries', 'suggested_actions'])(
  'of a signal that is not there, the %s are 404',
  async (name) => {
    const answered = await own.call('GET', `${SIGNALS}/nothing/${name}`);
    expect([answered.status, answered.body]).toEqual([404, { errors: ['Signal not found'] }]);
  },
);
