/** Keys that do less than their users, and objects that are open to few. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Credentials } from '../identity/identity-file.ts';
import {
  loginFailure,
  loginRule,
  openTestOrg,
  START_MS,
  type Answered,
  type TestOrg,
} from '../testing/test-org.ts';

let own: TestOrg;

beforeAll(async () => {
  own = await openTestOrg();
});
afterAll(() => own.close());

interface Shown {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const KEYS = '/api/v2/current_user/application_keys';
const TOKENS = '/api/signalwright/tokens';
const RULES = '/api/v2/security_monitoring/rules';
const dataOf = (answered: Answered): Shown => (answered.body as { readonly data: Shown }).data;
const listOf = (answered: Answered): readonly Shown[] => (answered.body as { readonly data: Shown[] }).data;

const makeKey = (attributes: object, keys?: Credentials): Promise<Answered> =>
  own.call('POST', KEYS, { data: { type: 'application_keys', attributes } }, keys);

/** The given application key beside the API key of the owner. */
const withKey = (made: Answered): Credentials => ({
  apiKey: own.org.ownerCredentials.apiKey,
  applicationKey: String(dataOf(made).attributes['key']),
});

const statusOf = async (path: string, keys: Credentials): Promise<number> =>
  (await own.call('GET', path, undefined, keys)).status;

async function idOf(keys?: Credentials): Promise<string> {
  return dataOf(await own.call('GET', '/api/v2/current_user', undefined, keys)).id;
}

describe('an application key', () => {
  test('is shown once, and acts with what its scopes leave', async () => {
    const made = await makeKey({ name: 'reader', scopes: ['security_monitoring_rules_read'] });
    expect(made.status).toBe(201);
    const { id, attributes } = dataOf(made);
    expect(attributes['key']).toMatch(/^swapp_[0-9a-f]{64}$/);
    const shown = await own.call('GET', `${KEYS}/${id}`);
    expect(dataOf(shown).attributes).toMatchObject({
      name: 'reader',
      last4: String(attributes['key']).slice(-4),
      scopes: ['security_monitoring_rules_read'],
    });
    expect(shown.text).not.toContain(String(attributes['key']));
    const keys = withKey(made);
    expect(await statusOf(RULES, keys)).toBe(200);
    expect(await statusOf('/api/v2/workflows', keys)).toBe(403);
    expect(await statusOf('/api/v2/users', keys)).toBe(403);
  });

  test('does no more than its user, whatever its scopes say', async () => {
    const analyst = own.credentialsOf('analyst');
    const made = await makeKey({ name: 'hopes', scopes: ['user_access_manage', 'workflows_read'] }, analyst);
    expect(made.status).toBe(201);
    expect(await statusOf('/api/v2/workflows', withKey(made))).toBe(200);
    expect(await statusOf(TOKENS, withKey(made))).toBe(403);
  });

  test('with scopes makes none that does more', async () => {
    const made = await makeKey({ name: 'maker', scopes: ['user_app_keys', 'workflows_read'] });
    const keys = withKey(made);
    expect((await makeKey({ name: 'free' }, keys)).status).toBe(403);
    expect((await makeKey({ name: 'more', scopes: ['user_access_manage'] }, keys)).status).toBe(403);
    expect((await makeKey({ name: 'less', scopes: ['workflows_read'] }, keys)).status).toBe(201);
    const id = dataOf(made).id;
    const change = { data: { type: 'application_keys', id, attributes: { scopes: null } } };
    expect((await own.call('PATCH', `${KEYS}/${id}`, change, keys)).status).toBe(403);
  });

  test('is changed and revoked at once', async () => {
    const made = await makeKey({ name: 'short' });
    const { id } = dataOf(made);
    const keys = withKey(made);
    expect(await statusOf(RULES, keys)).toBe(200);
    const change = { data: { type: 'application_keys', id, attributes: { scopes: ['workflows_read'] } } };
    expect((await own.call('PATCH', `${KEYS}/${id}`, change)).status).toBe(200);
    expect(await statusOf(RULES, keys)).toBe(403);
    expect((await own.call('DELETE', `${KEYS}/${id}`)).status).toBe(204);
    expect(await statusOf('/api/v2/workflows', keys)).toBe(401);
  });

  test('of another is as good as none', async () => {
    const { id } = dataOf(await makeKey({ name: 'mine' }));
    const analyst = own.credentialsOf('analyst');
    expect(await statusOf(`${KEYS}/${id}`, analyst)).toBe(404);
    expect((await own.call('DELETE', `${KEYS}/${id}`, undefined, analyst)).status).toBe(404);
    expect(listOf(await own.call('GET', KEYS, undefined, analyst)).map((key) => key.id)).not.toContain(id);
  });

  test.each([
    ['no name', {}],
    ['an empty name', { name: ' ' }],
    ['an unknown scope', { name: 'x', scopes: ['everything'] }],
    ['a scope that is none', { name: 'x', scopes: [7] }],
  ])('with %s is refused', async (_title, attributes) => {
    expect((await makeKey(attributes)).status).toBe(400);
  });
});

describe('a token', () => {
  const issue = async (attributes: object, userUuid: string, keys?: Credentials): Promise<Answered> =>
    own.call(
      'POST',
      TOKENS,
      { data: { attributes, relationships: { owned_by: { data: { type: 'users', id: userUuid } } } } },
      keys,
    );

  test('for another user ends when it was said to', async () => {
    const analyst = await idOf(own.credentialsOf('analyst'));
    const made = await issue({ name: 'ci', expires_at: new Date(START_MS + 60_000).toISOString() }, analyst);
    expect(made.status).toBe(201);
    const keys = withKey(made);
    expect(await idOf(keys)).toBe(analyst);
    own.clock.nowMs = START_MS + 60_000;
    expect(await statusOf('/api/v2/current_user', keys)).toBe(401);
    const listed = listOf(await own.call('GET', `${TOKENS}?filter=ci`));
    expect(listed).toMatchObject([{ attributes: { expires_at: '2026-11-22T10:01:00.000Z' } }]);
    expect((await own.call('DELETE', `${TOKENS}/${dataOf(made).id}`)).status).toBe(204);
    expect(listOf(await own.call('GET', `${TOKENS}?filter=ci`))).toEqual([]);
  });

  test('is issued by whoever manages access, for somebody who is there, with an end that comes', async () => {
    const analyst = own.credentialsOf('analyst');
    expect((await issue({ name: 'x' }, await idOf(analyst), analyst)).status).toBe(403);
    expect((await issue({ name: 'x' }, 'nobody')).status).toBe(404);
    expect((await issue({ name: 'x', expires_at: '2001-01-01T00:00:00Z' }, await idOf())).status).toBe(400);
    expect((await issue({ name: 'x', expires_at: 'soon' }, await idOf())).status).toBe(400);
  });
});

describe('a restriction policy', () => {
  const put = (resource: string, bindings: unknown, search = '', keys?: Credentials): Promise<Answered> =>
    own.call(
      'POST',
      `/api/v2/restriction_policy/${resource}${search}`,
      { data: { type: 'restriction_policy', id: resource, attributes: { bindings } } },
      keys,
    );

  test('keeps others from an object, and is undone', async () => {
    const rule = (await own.call('POST', RULES, loginRule())).body as { readonly id: string };
    const path = `${RULES}/${rule.id}`;
    const engineer = own.credentialsOf('standard');
    const [owner, other] = [await idOf(), await idOf(engineer)];
    const resource = `security-rule:${rule.id}`;
    const change = { ...loginRule(), name: 'Changed' };
    const edit = async (): Promise<number> => (await own.call('PUT', path, change, engineer)).status;
    expect(await edit()).toBe(200);
    const editor = { relation: 'editor', principals: [`user:${owner}`] };
    const viewer = { relation: 'viewer', principals: [`user:${other}`] };
    expect((await put(resource, [editor, viewer])).status).toBe(200);
    expect(await statusOf(path, engineer)).toBe(200);
    expect(await edit()).toBe(403);
    expect((await own.call('DELETE', path, undefined, engineer)).status).toBe(403);
    const bulk = { data: { type: 'bulk_delete_rules', attributes: { ruleIds: [rule.id] } } };
    const deleted = await own.call('DELETE', `${RULES}/bulk_delete`, bulk, engineer);
    expect(dataOf(deleted).attributes).toEqual({ deletedRules: [], failedRules: [rule.id] });
    expect((await put(resource, [], '', engineer)).status).toBe(403);
    await put(resource, [editor]);
    expect(await statusOf(path, engineer)).toBe(403);
    expect((await own.call('GET', RULES, undefined, engineer)).text).not.toContain(rule.id);
    expect(await statusOf(`${path}/convert`, engineer)).toBe(403);
    const several = (type: string): object => ({ data: { type, attributes: { ruleIds: [rule.id] } } });
    for (const [name, type] of [
      ['bulk_export', 'security_monitoring_rules_bulk_export'],
      ['convert/bulk', 'security_monitoring_rules_convert_bulk'],
    ] as const) {
      expect((await own.call('POST', `${RULES}/${name}`, several(type), engineer)).status).toBe(404);
      expect((await own.call('POST', `${RULES}/${name}`, several(type))).status).toBe(200);
    }
    const fromRule = { id: rule.id, from: START_MS - 1_000, to: START_MS, index: 'main' };
    const job = { data: { attributes: { fromRule } } };
    const jobs = '/api/v2/siem-historical-detections/jobs';
    expect((await own.call('POST', jobs, job, engineer)).status).toBe(404);
    expect((await own.call('POST', jobs, job)).status).toBe(201);
    expect((await own.call('DELETE', `/api/v2/restriction_policy/${resource}`)).status).toBe(204);
    expect(await edit()).toBe(200);
  });

  test('on a rule leaves its signals to whoever may read signals, and closes the rule on their page', async () => {
    const rule = (await own.call('POST', RULES, loginRule())).body as { readonly id: string };
    for (let index = 0; index < 5; index += 1) {
      await own.org.pipeline.ingest([loginFailure(`closed/${index}`, own.clock.nowMs)], []);
    }
    const engineer = own.credentialsOf('standard');
    const search = `/api/v2/security_monitoring/signals?filter[query]=@workflow.rule.id:${rule.id}`;
    const [signal] = listOf(await own.call('GET', search, undefined, engineer));
    const shown = async (keys?: Credentials): Promise<string> =>
      (await own.call('GET', `/signals/${signal?.id}`, undefined, keys)).text;
    expect(await shown(engineer)).toContain('business_logic.users.login.failure</code>');
    await put(`security-rule:${rule.id}`, [{ relation: 'editor', principals: [`user:${await idOf()}`] }]);
    expect(listOf(await own.call('GET', search, undefined, engineer))).toHaveLength(1);
    const closed = await shown(engineer);
    expect(closed).toContain('You may not read this rule.');
    expect(closed).not.toContain('business_logic.users.login.failure</code>');
    expect(await shown()).toContain('business_logic.users.login.failure</code>');
  });

  test('shuts nobody out of what is his, unless he manages access and says so', async () => {
    const other = await idOf(own.credentialsOf('standard'));
    const bindings = [{ relation: 'editor', principals: [`user:${other}`] }];
    const resource = 'workflow:11111111-0000-4000-8000-000000000000';
    expect((await put(resource, bindings)).status).toBe(400);
    expect((await put(resource, bindings, '?allow_self_lockout=true')).status).toBe(200);
  });

  test.each([
    ['an unknown kind', 'teapot:1', []],
    ['a relation that the kind has not', 'dashboard:abc', [{ relation: 'runner', principals: [] }]],
    ['a principal of another org', 'dashboard:abc', [{ relation: 'editor', principals: ['org:nobody'] }]],
    ['a principal that is none', 'dashboard:abc', [{ relation: 'editor', principals: ['everybody'] }]],
    ['bindings that are none', 'dashboard:abc', [{ relation: 'editor' }]],
    ['no list', 'dashboard:abc', {}],
  ])('with %s is refused', async (_title, resource, bindings) => {
    expect((await put(resource, bindings)).status).toBe(400);
  });
});
