/** Users, their invitations, roles and permissions. */

import type { Clients } from '../clients.ts';
import { idOf } from './expect.ts';

export async function callPeople(clients: Clients): Promise<void> {
  await callKeys(clients);
  await callPolicies(clients);
  const { users, roles, firstUsers } = clients;
  const permissions = await roles.listPermissions();
  const permissionId = idOf({
    data: permissions.data?.find(({ attributes }) => attributes?.name === 'security_monitoring_signals_read'),
  });
  await roles.listRoles();
  await roles.listRoleTemplates();
  const roleId = idOf(
    await roles.createRole({ body: { data: { type: 'roles', attributes: { name: 'Lookers' } } } }),
  );
  await roles.getRole({ roleId });
  await roles.updateRole({
    roleId,
    body: { data: { id: roleId, type: 'roles', attributes: { name: 'Readers' } } },
  });
  await roles.addPermissionToRole({ roleId, body: { data: { id: permissionId, type: 'permissions' } } });
  await roles.listRolePermissions({ roleId });
  const copy = await roles.cloneRole({
    roleId,
    body: { data: { type: 'roles', attributes: { name: 'Copy' } } },
  });
  await roles.deleteRole({ roleId: idOf(copy) });
  const userId = await callUsers(users);
  await roles.addUserToRole({ roleId, body: { data: { id: userId, type: 'users' } } });
  await users.listUserPermissions({ userId });
  await roles.listRoleUsers({ roleId });
  await roles.removeUserFromRole({ roleId, body: { data: { id: userId, type: 'users' } } });
  await roles.removePermissionFromRole({ roleId, body: { data: { id: permissionId, type: 'permissions' } } });
  await roles.deleteRole({ roleId });
  await users.disableUser({ userId });
  await firstUsers.createUser({ body: { handle: 'first@example.com', name: 'First', accessRole: 'st' } });
  await firstUsers.disableUser({ userHandle: 'first@example.com' });
}

async function callUsers(users: Clients['users']): Promise<string> {
  const userId = idOf(
    await users.createUser({
      body: { data: { type: 'users', attributes: { email: 'new@example.com', name: 'New' } } },
    }),
  );
  await users.listUsers({ pageSize: 10 });
  await users.getUser({ userId });
  await users.updateUser({
    userId,
    body: { data: { id: userId, type: 'users', attributes: { name: 'Newer' } } },
  });
  await users.listUserOrganizations({ userId });
  await users.getUserIdentityProviders({ userId });
  await users.updateUserIdentityProviders({ userId, body: { data: [] } });
  const me = await users.getCurrentUser();
  await users.updateCurrentUser({
    body: { data: { id: idOf(me), type: 'users', attributes: { name: 'Me' } } },
  });
  const user = { data: { id: userId, type: 'users' as const } };
  const invited = await users.sendInvitations({
    body: { data: [{ type: 'user_invitations', relationships: { user } }] },
  });
  await users.getInvitation({ userInvitationUuid: idOf({ data: invited.data?.[0] }) });
  await users.deleteUserInvitations({ userId });
  return userId;
}

async function callKeys({ keys }: Clients): Promise<void> {
  const made = await keys.createCurrentUserApplicationKey({
    body: { data: { type: 'application_keys', attributes: { name: 'A script' } } },
  });
  const appKeyId = idOf(made);
  await keys.listCurrentUserApplicationKeys({ pageSize: 10 });
  await keys.getCurrentUserApplicationKey({ appKeyId });
  await keys.updateCurrentUserApplicationKey({
    appKeyId,
    body: { data: { id: appKeyId, type: 'application_keys', attributes: { name: 'The script' } } },
  });
  await keys.deleteCurrentUserApplicationKey({ appKeyId });
}

async function callPolicies({ policies, users }: Clients): Promise<void> {
  const resourceId = 'security-rule:abc-def-ghi';
  const me = await users.getCurrentUser();
  const bindings = [{ relation: 'editor', principals: [`user:${idOf(me)}`] }];
  await policies.updateRestrictionPolicy({
    resourceId,
    body: { data: { id: resourceId, type: 'restriction_policy', attributes: { bindings } } },
  });
  await policies.getRestrictionPolicy({ resourceId });
  await policies.deleteRestrictionPolicy({ resourceId });
}
