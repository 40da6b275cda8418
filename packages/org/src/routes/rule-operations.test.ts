import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { loginRule, openTestOrg, type Answered, type TestOrg } from '../testing/test-org.ts';

const RULES = '/api/v2/security_monitoring/rules';

let own: TestOrg;

beforeAll(async () => {
  own = await openTestOrg();
});

afterAll(() => own.close());

async function made(change: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const answered = await own.call('POST', RULES, loginRule(change));
  return (answered.body as { readonly id: string }).id;
}

function errorOf(answered: Answered): unknown {
  return (answered.body as { readonly error?: { readonly code: string } }).error?.code;
}

describe('versions of a rule', () => {
  test('are told with what changed, and restored as a new one', async () => {
    const id = await made();
    await own.call('PUT', `${RULES}/${id}`, { name: 'Renamed', hasExtendedTitle: true });
    const history = await own.call('GET', `${RULES}/${id}/version_history`);
    expect(history.headers.get('content-type')).toBe('application/vnd.api+json');
    expect(history.body).toMatchObject({
      data: {
        id,
        type: 'GetRuleVersionHistoryResponse',
        attributes: {
          count: 2,
          data: {
            1: { rule: { id, version: 1, name: 'Failed logins', creator: { name: '' } }, changes: [] },
            2: {
              rule: { version: 2, name: 'Renamed' },
              changes: [
                { type: 'create', field: 'hasExtendedTitle', change: 'true' },
                { type: 'update', field: 'name', change: '"Renamed"' },
              ],
            },
          },
        },
      },
    });
    const restored = await own.call('POST', `${RULES}/${id}/restore/1`);
    expect([restored.status, restored.body]).toMatchObject([
      200,
      { id, version: 3, name: 'Failed logins', hasExtendedTitle: false },
    ]);
    await own.call('DELETE', `${RULES}/${id}`);
    expect((await own.call('GET', `${RULES}/${id}/version_history`)).status).toBe(404);
    expect((await own.call('POST', `${RULES}/${id}/restore/1`)).status).toBe(404);
  });

  test.each([
    ['the current one', '1', 409, 'AlreadyExists'],
    ['one that never was', '7', 404, 'NotFound'],
    ['a word', 'newest', 400, 'InvalidArgument'],
    ['a number beyond all numbers', '9'.repeat(400), 400, 'InvalidArgument'],
    ['a negative one', '-1', 400, 'InvalidArgument'],
  ])('%s cannot be restored', async (_title, version, status, code) => {
    const id = await made();
    const answered = await own.call('POST', `${RULES}/${id}/restore/${version}`);
    expect([answered.status, errorOf(answered)]).toEqual([status, code]);
    expect((await own.call('GET', `${RULES}/${id}`)).body).toMatchObject({ version: 1 });
    await own.call('DELETE', `${RULES}/${id}`);
  });
});

describe('a test of a rule', () => {
  const rule = {
    name: 'Errors',
    isEnabled: true,
    message: 'x',
    type: 'log_detection',
    queries: [{ query: 'source:nginx status_code:500' }, { query: '@usr.id:jo env:prod service:shop' }],
    cases: [{ condition: 'a > 0 && b > 0', status: 'info' }],
    options: { evaluationWindow: 300, keepAlive: 300, maxSignalDuration: 600 },
  };
  const jo = { ddtags: 'env:prod', service: 'shop', usr: { id: 'jo' }, message: 'm' };

  test('says of each payload whether it was as expected', async () => {
    const answered = await own.call('POST', `${RULES}/test`, {
      rule,
      ruleQueryPayloads: [
        { index: 1, expectedResult: true, payload: jo },
        { index: 1, expectedResult: false, payload: jo },
        { index: 1, expectedResult: false, payload: { ...jo, service: 'other' } },
        { index: 0, expectedResult: true, payload: { ...jo, ddsource: 'apache' } },
      ],
    });
    expect([answered.status, answered.body]).toEqual([200, { results: [true, false, true, false] }]);
  });

  test('takes the stored rule where the request has none', async () => {
    const created = await own.call('POST', RULES, rule);
    const path = `${RULES}/${(created.body as { readonly id: string }).id}`;
    const ruleQueryPayloads = [{ index: 1, expectedResult: true, payload: jo }];
    expect((await own.call('POST', `${path}/test`, { ruleQueryPayloads })).body).toEqual({ results: [true] });
    await own.call('DELETE', path);
    expect((await own.call('POST', `${path}/test`, { ruleQueryPayloads })).status).toBe(404);
  });

  test.each([
    ['no rule', { ruleQueryPayloads: [] }],
    ['a rule that is a list', { rule: [], ruleQueryPayloads: [] }],
    ['a rule that could not be made', { rule: { ...rule, name: '' }, ruleQueryPayloads: [] }],
    ['no payloads', { rule }],
    ['too many payloads', { rule, ruleQueryPayloads: Array.from({ length: 201 }, () => ({ payload: jo })) }],
    ['a query that is not there', { rule, ruleQueryPayloads: [{ index: 2, payload: jo }] }],
    ['a place that is no number', { rule, ruleQueryPayloads: [{ index: '0', payload: jo }] }],
    ['a place below all', { rule, ruleQueryPayloads: [{ index: -1, payload: jo }] }],
    ['half a place', { rule, ruleQueryPayloads: [{ index: 0.5, payload: jo }] }],
    ['a payload that is a list', { rule, ruleQueryPayloads: [{ index: 0, payload: [] }] }],
    ['an expectation that is a word', { rule, ruleQueryPayloads: [{ expectedResult: 'yes', payload: jo }] }],
  ])('%s is refused', async (_title, body) => {
    const answered = await own.call('POST', `${RULES}/test`, body);
    expect([answered.status, errorOf(answered)]).toEqual([400, 'InvalidArgument']);
  });
});

describe('many rules', () => {
  const bulk = (type: string, ruleIds: unknown): object => ({ data: { type, attributes: { ruleIds } } });

  test('are deleted one by one: what is not there has failed', async () => {
    const [first, second] = [await made(), await made()];
    const answered = await own.call(
      'DELETE',
      `${RULES}/bulk_delete`,
      bulk('bulk_delete_rules', [first, 'not-the-re0', second, first]),
    );
    expect([answered.status, answered.body]).toMatchObject([
      200,
      {
        data: {
          type: 'bulk_delete_response',
          attributes: { deletedRules: [first, second], failedRules: ['not-the-re0'] },
        },
      },
    ]);
    expect((await own.call('GET', `${RULES}/${first}`)).status).toBe(404);
  });

  test('are exported as an archive with a file for each, whatever they are called', async () => {
    const ids = [await made(), await made({ name: '../../etc/passwd' })];
    const response = await own.org.fetch(
      new Request(`http://org.in-process${RULES}/bulk_export`, {
        method: 'POST',
        headers: {
          'dd-api-key': own.org.ownerCredentials.apiKey,
          'dd-application-key': own.org.ownerCredentials.applicationKey,
          'content-type': 'application/json',
        },
        body: JSON.stringify(bulk('security_monitoring_rules_bulk_export', ids)),
      }),
    );
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    expect(Object.keys(files)).toEqual([`Failed_logins_${ids[0]}.json`, `_etc_passwd_${ids[1]}.json`]);
    const exported = Object.values(files).map(
      (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as unknown,
    );
    expect(exported).toEqual([
      (await own.call('GET', `${RULES}/${ids[0]}`)).body,
      (await own.call('GET', `${RULES}/${ids[1]}`)).body,
    ]);
    await own.call('DELETE', `${RULES}/bulk_delete`, bulk('bulk_delete_rules', ids));
  });

  test('are exported all or not at all', async () => {
    const id = await made();
    const asked = bulk('security_monitoring_rules_bulk_export', [id, 'not-the-re0']);
    const answered = await own.call('POST', `${RULES}/bulk_export`, asked);
    expect([answered.status, errorOf(answered)]).toEqual([404, 'NotFound']);
    await own.call('DELETE', `${RULES}/${id}`);
  });

  test.each([
    ['no JSON', '{'],
    ['nothing', {}],
    ['another type', bulk('teapots', ['abc-def-ghi'])],
    ['no ids', bulk('bulk_delete_rules', [])],
    ['ids that are no list', bulk('bulk_delete_rules', 'abc-def-ghi')],
    ['ids that are numbers', bulk('bulk_delete_rules', [7])],
    [
      'too many ids',
      bulk(
        'bulk_delete_rules',
        Array.from({ length: 1_001 }, (_, n) => `abc-def-${n}`),
      ),
    ],
  ])('%s is refused, and deletes nothing', async (_title, body) => {
    const id = await made();
    const answered = await own.call('DELETE', `${RULES}/bulk_delete`, body);
    expect([answered.status, errorOf(answered)]).toEqual([400, 'InvalidArgument']);
    expect((await own.call('DELETE', `${RULES}/${id}`)).status).toBe(204);
  });
});

test.each([
  ['create', 'POST', RULES],
  ['validation', 'POST', `${RULES}/validation`],
])('%s refuses a text that nobody writes, with its place', async (_title, method, path) => {
  const cases = [{ name: 'x'.repeat(900_000), condition: 'failures > 1', status: 'low' }];
  const answered = await own.call(method, path, loginRule({ cases }));
  expect(answered.status).toBe(400);
  expect(answered.body).toMatchObject({ error: { details: [{ target: 'cases[0].name' }] } });
});
