/** Roles as the API tells of them. Source: recorded conversations. */

import type { Role } from '@signalwright/signals';

import { apiMoment } from './api-moment.ts';
import { permissionReferences } from './permission-body.ts';

export function roleBody(role: Role): object {
  return {
    type: 'roles',
    id: role.id,
    attributes: {
      name: role.name,
      created_at: apiMoment(role.createdAtMs),
      modified_at: apiMoment(role.modifiedAtMs),
      user_count: role.userCount,
    },
    relationships: { permissions: { data: permissionReferences(role.permissions) } },
  };
}
