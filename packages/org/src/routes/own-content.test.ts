/** Saved views and the service catalog: content that only our own endpoints have. */

import { afterEach, beforeEach, expect, test } from 'vitest';

import { field, openTestOrg, type Answered, type TestOrg } from '../testing/test-org.ts';

const VIEWS = '/api/signalwright/saved_views';
const SERVICES = '/api/signalwright/services';

let own: TestOrg;

beforeEach(async () => {
  own = await openTestOrg();
});

afterEach(() => own.close());

function send(method: string, path: string, type: string, attributes: object): Promise<Answered> {
  return own.call(method, path, { data: { type, attributes } });
}

test('a view is made with its defaults, changed by version, listed and deleted', async () => {
  const made = await send('POST', VIEWS, 'saved_views', {
    name: 'Logins',
    query: 'source:vpn',
    handle: 'logins',
  });
  expect(made).toMatchObject({
    status: 201,
    body: {
      data: {
        type: 'saved_views',
        attributes: {
          name: 'Logins',
          handle: 'logins',
          time: { kind: 'past', past_ms: 86_400_000 },
          sort: { by: 'created', order: 'descending' },
          aggregate_by_rule: false,
          version: 1,
          created_by: { name: 'Administrator' },
        },
      },
    },
  });
  const path = `${VIEWS}/${String(field(made, 'data', 'id'))}`;
  const changed = await send('PATCH', path, 'saved_views', { teams: ['soc'], version: 1 });
  expect(field(changed, 'data', 'attributes')).toMatchObject({ teams: ['soc'], name: 'Logins', version: 2 });
  expect((await send('PATCH', path, 'saved_views', { teams: [], version: 1 })).status).toBe(409);
  await send('POST', VIEWS, 'saved_views', { name: 'Another' });
  const listed = await own.call('GET', `${VIEWS}?sort=name&query=logins`);
  expect(field(listed, 'data')).toMatchObject([{ attributes: { name: 'Logins' } }]);
  expect((await own.call('DELETE', path)).status).toBe(204);
  expect((await own.call('GET', path)).status).toBe(404);
});

test('what an answer gave can be sent back as it is', async () => {
  const made = await send('POST', VIEWS, 'saved_views', { name: 'Logins' });
  const path = `${VIEWS}/${String(field(made, 'data', 'id'))}`;
  const attributes = field(made, 'data', 'attributes') as object;
  expect((await send('PATCH', path, 'saved_views', attributes)).status).toBe(200);
});

test('two views have no handle in common, and two services no name', async () => {
  const view = { name: 'Logins', handle: 'logins' };
  expect((await send('POST', VIEWS, 'saved_views', view)).status).toBe(201);
  expect(await send('POST', VIEWS, 'saved_views', view)).toMatchObject({
    status: 409,
    body: { errors: ['already_exists(Another of the saved views has this handle)'] },
  });
  await send('POST', SERVICES, 'services', { name: 'shop' });
  const other = await send('POST', SERVICES, 'services', { name: 'billing' });
  const path = `${SERVICES}/${String(field(other, 'data', 'id'))}`;
  expect((await send('PATCH', path, 'services', { name: 'shop' })).status).toBe(409);
  expect((await send('PATCH', path, 'services', { name: 'billing', team: 'pay' })).status).toBe(200);
});

test('a service has links to the web and to nothing else', async () => {
  const link = (url: string): Promise<Answered> =>
    send('POST', SERVICES, 'services', { name: `shop ${url}`, links: [{ kind: 'page', url }] });
  expect(await link('https://shop.example.com/page')).toMatchObject({
    status: 201,
    body: {
      data: { attributes: { links: [{ kind: 'page', url: 'https://shop.example.com/page' }], on_call: '' } },
    },
  });
  for (const url of [
    'javascript:alert(1)',
    'data:text/html,x',
    'https://user:word@shop.example.com',
    '/page',
    '',
  ]) {
    expect([url, (await link(url)).status]).toEqual([url, 400]);
  }
});

test('a query that cannot be read is refused, in a view and over the list', async () => {
  expect(await send('POST', VIEWS, 'saved_views', { name: 'Bad', query: 'a:(' })).toMatchObject({
    status: 400,
    body: { errors: ["input_validation_error(Field 'data.attributes.query' is invalid: query is invalid)"] },
  });
  expect((await own.call('GET', `${VIEWS}?query=${encodeURIComponent('a:(')}`)).status).toBe(400);
});

test('who may only read makes none', async () => {
  const credentials = own.credentialsOf('read-only');
  const body = { data: { type: 'saved_views', attributes: { name: 'Mine' } } };
  expect((await own.call('POST', VIEWS, body, credentials)).status).toBe(403);
  expect((await own.call('GET', VIEWS, undefined, credentials)).status).toBe(200);
});
