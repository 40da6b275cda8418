import type { Payload } from '@signalwright/model';
import { describe, expect, test } from 'vitest';
import { createApiClient } from './api-client.ts';
import { pathOf } from './paths.ts';
import { json, scriptNetwork } from './testing/scripted-fetch.ts';

const rules = (...ids: string[]): (() => Response) =>
  json(200, { data: ids.map((id) => ({ id, version: 1 })) });
const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `r${from + index}`);

const notificationRules = (...ids: string[]): (() => Response) =>
  json(200, { data: ids.map((id) => ({ id, type: 'notification_rules', attributes: {} })) });

describe('a list holds every object', () => {
  test.each([
    [
      'over full pages and a short one',
      [rules(...range(0, 100)), rules(...range(100, 130)), rules()],
      130,
      3,
    ],
    ['where the server clamps the page', [rules(...range(0, 50)), rules(...range(50, 80)), rules()], 80, 3],
    ['where the server knows no pages', [rules(...range(0, 130))], 130, 2],
    ['where there is none', [rules()], 0, 1],
  ])('%s', async (_what, answers, count, calls) => {
    const network = scriptNetwork(answers);
    const outcome = await createApiClient(network.options).rules.list();
    expect(outcome.kind === 'done' && outcome.value.length).toBe(count);
    expect(network.asked).toHaveLength(calls);
  });

  test.each([
    ['the second page fails', [rules(...range(0, 100)), json(500, {})]],
    ['the second page is refused', [rules(...range(0, 100)), json(403, {})]],
    ['an answer has no data', [json(200, { rules: [] })]],
    ['an answer is an error in disguise', [json(200, { errors: ['no'] })]],
    ['data is null', [json(200, { data: null })]],
    ['a row has no id', [json(200, { data: [{ name: 'x' }] })]],
    ['an answer is empty', [() => new Response('', { status: 200 })]],
  ])('or is no list at all: %s', async (_what, answers) => {
    const outcome = await createApiClient(scriptNetwork(answers).options).rules.list();
    expect(outcome.kind).not.toBe('done');
  });

  test('notification rules come in one piece', async () => {
    const network = scriptNetwork([notificationRules('a'), notificationRules('b', 'a')]);
    const outcome = await createApiClient(network.options).notificationRules.list();
    expect(outcome.kind === 'done' && outcome.value.map((row) => row.id)).toEqual(['a', 'b']);
    expect(network.asked.map((asked) => asked.url)).toEqual([
      'https://api.example.test/api/v2/security/signals/notification_rules',
      'https://api.example.test/api/v2/security/vulnerabilities/notification_rules',
    ]);
  });

  test('or none when one of their endpoints cannot be read', async () => {
    const network = scriptNetwork([notificationRules('a'), json(403, {})]);
    expect((await createApiClient(network.options).notificationRules.list()).kind).toBe('refused');
  });

  test('workflows are asked for with their specs and drafts', async () => {
    const network = scriptNetwork([json(200, { data: [] })]);
    await createApiClient(network.options).workflows.list();
    expect(new URL(network.asked[0]?.url ?? '').searchParams.toString()).toBe(
      'limit=100&page=0&filter%5BincludeUnpublished%5D=true&filter%5BincludeSpecs%5D=true',
    );
  });
});

describe('signals', () => {
  const signal = (id: string): object => ({
    id,
    type: 'signal',
    attributes: {
      timestamp: '2026-11-02T09:00:00.000Z',
      status: 'high',
      message: '%%%\nhello\n%%%',
      tags: ['env:prod'],
    },
  });
  const page = (after: string | undefined, ...ids: string[]): (() => Response) =>
    json(200, { data: ids.map(signal), ...(after !== undefined && { meta: { page: { after } } }) });

  test.each([
    ['until a page is empty, though the one before promised more', [page('c1', 'a'), page(undefined)], 1, 2],
    ['until no cursor comes', [page('c1', 'a'), page(undefined, 'b')], 2, 2],
    ['until the cursor stands still', [page('c1', 'a'), page('c1', 'b')], 2, 2],
  ])('a search goes on %s', async (_what, answers, count, calls) => {
    const network = scriptNetwork(answers);
    const outcome = await createApiClient(network.options).signals.search({ query: 'status:high' });
    expect(outcome.kind === 'done' && outcome.value.length).toBe(count);
    expect(network.asked).toHaveLength(calls);
  });

  test('the recorded search shape is read', async () => {
    const network = scriptNetwork([json(200, { data: signal('AQAA') })]);
    const outcome = await createApiClient(network.options).signals.get('AQAA');
    expect(outcome).toMatchObject({
      kind: 'done',
      value: {
        id: 'AQAA',
        severity: 'high',
        message: 'hello',
        env: 'prod',
        state: 'open',
        assignee: { id: -1 },
      },
    });
  });

  test('a triage answer as recorded is read', async () => {
    const answer = {
      data: {
        attributes: {
          incident_ids: [2066],
          state_update_user: { handle: 'user@example.com', uuid: 'u', name: null, id: 2115689, icon: '' },
          assignee: { id: -1, name: 'Unassigned', uuid: '' },
          state: 'open',
          archive_reason: 'none',
          state_update_timestamp: 1_657_118_941_005,
        },
        type: 'signal_metadata',
        id: 'AQAA',
      },
    };
    const network = scriptNetwork([json(200, answer)]);
    const outcome = await createApiClient(network.options).signals.setAssignee('AQAA', { uuid: '' });
    expect(outcome).toMatchObject({ kind: 'done', value: { state: 'open', incidentIds: [2066] } });
    expect(network.asked[0]).toMatchObject({
      method: 'PATCH',
      body: { data: { attributes: { assignee: { uuid: '' } } } },
    });
  });
});

describe('a notification rule', () => {
  const bodyOf = (source: string): Payload => ({
    data: { type: 'notification_rules', attributes: { selectors: { trigger_source: source } } },
  });
  const found = json(200, { data: { id: 'abc-def-ghi', type: 'notification_rules', attributes: {} } });

  test.each([
    ['security_signals', '/api/v2/security/signals/notification_rules'],
    ['security_findings', '/api/v2/security/vulnerabilities/notification_rules'],
  ])('over %s is written at %s', async (source, path) => {
    const network = scriptNetwork([found, found]);
    const { notificationRules: api } = createApiClient(network.options);
    await api.create(bodyOf(source));
    await api.update('abc-def-ghi', bodyOf(source));
    expect(network.asked.map(({ method, url }) => [method, new URL(url).pathname])).toEqual([
      ['POST', path],
      ['PATCH', `${path}/abc-def-ghi`],
    ]);
  });

  test('is looked for at both endpoints, and at one when it cannot be read there', async () => {
    const gone = json(404, { errors: ['Not found'] });
    const [second, first, none] = [
      scriptNetwork([gone, found]),
      scriptNetwork([json(403, {})]),
      scriptNetwork([gone, gone]),
    ];
    const read = (network: typeof first): Promise<{ readonly kind: string }> =>
      createApiClient(network.options).notificationRules.get('abc-def-ghi');
    expect((await read(second)).kind).toBe('done');
    expect((await read(first)).kind).toBe('refused');
    expect(first.asked).toHaveLength(1);
    expect((await read(none)).kind).toBe('refused');
  });

  const deleted = (): Response => new Response(null, { status: 204 });
  const gone = json(404, { errors: ['Not found'] });
  const forbidden = json(403, { errors: ['Forbidden'] });
  const deletes: readonly [title: string, answers: (() => Response)[], asked: string[], kind: string][] = [
    ['at the first endpoint, and nothing at the other', [deleted], ['signals'], 'done'],
    ['at the second', [gone, deleted], ['signals', 'vulnerabilities'], 'done'],
    ['when it is at neither', [gone, gone], ['signals', 'vulnerabilities'], 'done'],
    ['not when the first refuses', [forbidden], ['signals'], 'refused'],
    ['not when the second refuses', [gone, forbidden], ['signals', 'vulnerabilities'], 'refused'],
  ];
  test.each(deletes)('is deleted %s', async (_, answers, asked, kind) => {
    const network = scriptNetwork(answers);
    const { notificationRules: api } = createApiClient(network.options);
    expect((await api.delete('abc-def-ghi')).kind).toBe(kind);
    expect(network.asked.map(({ url }) => new URL(url).pathname.split('/')[4])).toEqual(asked);
  });
});

test('a delete of what is gone is done', async () => {
  const network = scriptNetwork([json(404, { errors: ['Not found'] })]);
  expect(await createApiClient(network.options).rules.delete('abc-def-ghi')).toEqual({
    kind: 'done',
    value: undefined,
  });
});

test('a create that answers without an id is unclear', async () => {
  const network = scriptNetwork([json(200, { name: 'x' })]);
  expect((await createApiClient(network.options).rules.create({})).kind).toBe('unknown');
});

test.each([
  ['a/../b', '/api/v2/x/a%2F..%2Fb'],
  ['..', '/api/v2/x/%252E%252E'],
  ['a?b#c', '/api/v2/x/a%3Fb%23c'],
  ['å', '/api/v2/x/%C3%A5'],
])('an id of a hostile answer stays one segment: %s', (id, expected) => {
  expect(pathOf('/api/v2/x', id)).toBe(expected);
  expect(new URL(`https://api.example.test${pathOf('/api/v2/x', id)}`).pathname).toBe(expected);
});

test('an id with half a character in it is asked for, and no other object is taken for it', async () => {
  const network = scriptNetwork([json(200, { id: 'a\uFFFD', name: 'x' })]);
  const outcome = await createApiClient(network.options).rules.get('a\uD800');
  expect(outcome.kind).toBe('unknown');
  expect(network.asked.map(({ url }) => new URL(url).pathname.split('/').at(-1))).toEqual(['a%EF%BF%BD']);
});

test('a list without end is given up before it fills the memory', async () => {
  let page = 0;
  const filler = 'x'.repeat(15 * 1024 * 1024);
  const endless = (): Response => new Response(`{"data":[{"id":"r${(page += 1)}","a":"${filler}"}]}`);
  const network = scriptNetwork([endless]);
  expect(await createApiClient({ ...network.options, timeoutMs: 10_000 }).rules.list()).toEqual({
    kind: 'unknown',
    reason: 'GET /api/v2/security_monitoring/rules: the list is longer than any that is read',
  });
  expect(network.asked.length).toBeLessThan(20);
});
