/** Who may do what, and who may say so: what recorded conversations do not show. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openTestOrg, type Answered, type TestOrg } from '../testing/test-org.ts';

let own: TestOrg;

beforeAll(async () => {
  own = await openTestOrg();
});
afterAll(() => own.close());

interface Shown {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const dataOf = (answered: Answered): Shown => (answered.body as { readonly data: Shown }).data;
const listOf = (answered: Answered): readonly Shown[] => (answered.body as { readonly data: Shown[] }).data;

async function roleId(name: string): Promise<string> {
  const roles = await own.call('GET', `/api/v2/roles?filter=${encodeURIComponent(name)}`);
  return listOf(roles)[0]?.id ?? '';
}

async function permissionId(name: string): Promise<string> {
  const all = listOf(await own.call('GET', '/api/v2/permissions'));
  return all.find(({ attributes }) => attributes['name'] === name)?.id ?? '';
}

let count = 0;
async function newUser(roleIds: readonly string[] = []): Promise<string> {
  count += 1;
  const relationships = { roles: { data: roleIds.map((id) => ({ type: 'roles', id })) } };
  const attributes = { email: `user-${count}@example.com` };
  const made = await own.call('POST', '/api/v2/users', {
    data: { type: 'users', attributes, relationships },
  });
  expect(made.status).toBe(201);
  return dataOf(made).id;
}

async function auditActions(): Promise<readonly unknown[]> {
  const entries = listOf(await own.call('GET', '/api/signalwright/audit'));
  return entries.map(({ attributes }) => attributes['action']);
}

const patchUser = (id: string, attributes: object): Promise<Answered> =>
  own.call('PATCH', `/api/v2/users/${id}`, { data: { type: 'users', id, attributes } });
const reference = (type: string, id: string): object => ({ data: { type, id } });

describe('users', () => {
  test('are found by a part of their address, by status, and in the order that is asked for', async () => {
    const id = await newUser();
    const found = await own.call('GET', `/api/v2/users?filter=user-${count}@`);
    expect(listOf(found).map((user) => user.id)).toEqual([id]);
    const pending = listOf(await own.call('GET', '/api/v2/users?filter[status]=Pending&page[size]=100'));
    expect(pending.every(({ attributes }) => attributes['status'] === 'Pending')).toBe(true);
    expect((await own.call('GET', '/api/v2/users?filter[status]=Gone')).status).toBe(400);
    expect((await own.call('GET', '/api/v2/users?sort=shoe_size')).status).toBe(400);
    expect((await own.call('GET', '/api/v2/users?page[size]=101')).status).toBe(400);
    const up = listOf(await own.call('GET', '/api/v2/users?sort=name')).map((user) => user.id);
    const down = listOf(await own.call('GET', '/api/v2/users?sort=name&sort_dir=desc')).map(
      (user) => user.id,
    );
    expect(down).toEqual(up.toReversed());
  });

  test('have one address each', async () => {
    await newUser();
    const again = { data: { type: 'users', attributes: { email: `user-${count}@example.com` } } };
    expect((await own.call('POST', '/api/v2/users', again)).status).toBe(409);
    const bad = { data: { type: 'users', attributes: { email: 'nobody' } } };
    expect((await own.call('POST', '/api/v2/users', bad)).status).toBe(400);
  });

  test('say of themselves how they are called, and no more', async () => {
    const reader = own.credentialsOf('read-only');
    const me = dataOf(await own.call('GET', '/api/v2/current_user', undefined, reader));
    const change = (attributes: object): Promise<Answered> =>
      own.call('PATCH', '/api/v2/current_user', { data: { type: 'users', id: me.id, attributes } }, reader);
    expect(dataOf(await change({ title: 'On call' })).attributes['title']).toBe('On call');
    expect((await change({ disabled: true })).status).toBe(403);
    expect((await change({ email: 'other@example.com' })).status).toBe(403);
  });

  test('who are disabled are out with the next request, and come back with their keys', async () => {
    const analyst = own.credentialsOf('analyst');
    const { id } = dataOf(await own.call('GET', '/api/v2/current_user', undefined, analyst));
    const status = async (): Promise<number> =>
      (await own.call('GET', '/api/v2/current_user', undefined, analyst)).status;
    expect(await status()).toBe(200);
    expect((await own.call('DELETE', `/api/v2/users/${id}`)).status).toBe(204);
    expect(await status()).toBe(401);
    expect((await patchUser(id, { disabled: false })).status).toBe(200);
    expect(await status()).toBe(200);
  });

  test('whoever may only ask people in gives no role that may do more than his own', async () => {
    const engineer = own.credentialsOf('standard');
    const make = async (role: string): Promise<number> => {
      count += 1;
      const relationships = { roles: { data: [{ type: 'roles', id: await roleId(role) }] } };
      const data = { type: 'users', attributes: { email: `user-${count}@example.com` }, relationships };
      return (await own.call('POST', '/api/v2/users', { data }, engineer)).status;
    };
    expect(await make('Datadog Read Only Role')).toBe(201);
    expect(await make('Datadog Standard Role')).toBe(201);
    expect(await make('Datadog Admin Role')).toBe(403);
  });
});

describe('the last who manages access', () => {
  const locked = { errors: ['Nobody would be left who manages access to the org'] };

  test.each([
    ['is not disabled', (id: string) => own.call('DELETE', `/api/v2/users/${id}`)],
    ['is not disabled by a change', (id: string) => patchUser(id, { disabled: true })],
    [
      'keeps the role',
      async (id: string) =>
        own.call(
          'DELETE',
          `/api/v2/roles/${await roleId('Datadog Admin Role')}/users`,
          reference('users', id),
        ),
    ],
  ])('%s', async (_title, attempt) => {
    const { id } = dataOf(await own.call('GET', '/api/v2/current_user'));
    const before = await auditActions();
    const answered = await attempt(id);
    expect([answered.status, answered.body]).toEqual([400, locked]);
    expect(await auditActions()).toEqual(before);
    expect((await own.call('GET', '/api/v2/current_user')).status).toBe(200);
  });

  test('may go when there is another', async () => {
    const { id } = dataOf(await own.call('GET', '/api/v2/current_user'));
    const other = await newUser([await roleId('Datadog Admin Role')]);
    const path = `/api/v2/roles/${await roleId('Datadog Admin Role')}/users`;
    expect((await own.call('DELETE', path, reference('users', other))).status).toBe(200);
    expect((await own.call('DELETE', path, reference('users', id))).status).toBe(400);
  });
});

describe('roles', () => {
  const make = (name: string): Promise<Answered> =>
    own.call('POST', '/api/v2/roles', { data: { type: 'roles', attributes: { name } } });

  test('give what they hold to whoever holds them, at once', async () => {
    const { id } = dataOf(await make('Blockers'));
    const reader = own.credentialsOf('read-only');
    const me = dataOf(await own.call('GET', '/api/v2/current_user', undefined, reader)).id;
    const block = async (): Promise<number> => {
      const attributes = { kind: 'ip', value: '203.0.113.9', reason: 'test' };
      return (await own.call('POST', '/api/signalwright/denylist', { data: { attributes } }, reader)).status;
    };
    expect(await block()).toBe(403);
    await own.call('POST', `/api/v2/roles/${id}/users`, reference('users', me));
    expect(await block()).toBe(403);
    const permission = reference('permissions', await permissionId('appsec_protect_write'));
    expect((await own.call('POST', `/api/v2/roles/${id}/permissions`, permission)).status).toBe(200);
    expect(await block()).toBe(200);
    expect((await own.call('DELETE', `/api/v2/roles/${id}/permissions`, permission)).status).toBe(200);
    expect(await block()).toBe(403);
    expect((await own.call('DELETE', `/api/v2/roles/${id}`)).status).toBe(204);
    expect((await own.call('GET', `/api/v2/roles/${id}`)).status).toBe(404);
  });

  test('have one name each, and managed ones are left alone', async () => {
    const { id } = dataOf(await make('Twice'));
    expect((await make('Twice')).status).toBe(409);
    expect((await make(' ')).status).toBe(400);
    const clone = (name: string): Promise<Answered> =>
      own.call('POST', `/api/v2/roles/${id}/clone`, { data: { type: 'roles', attributes: { name } } });
    expect((await clone('Twice')).status).toBe(409);
    expect((await clone('Thrice')).status).toBe(200);
    const from = async (receives_permissions_from: unknown): Promise<Answered> => {
      const attributes = { name: 'More', receives_permissions_from };
      return own.call('POST', `/api/v2/roles/${id}/clone`, { data: { type: 'roles', attributes } });
    };
    expect((await from(2 ** 63)).status).toBe(400);
    expect((await from(['King'])).status).toBe(400);
    const more = await from(['Datadog Read Only Role']);
    expect(more.text).toContain(await permissionId('workflows_read'));
    const managed = await roleId('Datadog Admin Role');
    expect((await own.call('DELETE', `/api/v2/roles/${managed}`)).status).toBe(403);
  });

  test('hold the permissions that every role holds', async () => {
    const { id } = dataOf(await make('Bare'));
    const base = reference('permissions', await permissionId('dashboards_read'));
    expect((await own.call('DELETE', `/api/v2/roles/${id}/permissions`, base)).status).toBe(400);
    const held = listOf(await own.call('GET', `/api/v2/roles/${id}/permissions`));
    expect(held.every(({ attributes }) => attributes['restricted'] === true)).toBe(true);
    expect(held).toHaveLength(10);
  });
});

test('every change is in the audit trail', async () => {
  const actions = await auditActions();
  for (const action of [
    'user.create',
    'user.disable',
    'user.update',
    'role.create',
    'role.grant',
    'role.add-user',
  ])
    expect(actions).toContain(action);
});
