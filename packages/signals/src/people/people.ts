/** Every change to people, roles, keys and policies, each in one transaction; whoever keeps what they say is told. */

import type { Actor, GrantablePermission } from '@signalwright/model';

import type { CommandContext } from '../command.ts';
import type { Invitation } from './invitation-table.ts';
import {
  createKey,
  revokeKey,
  updateKey,
  type IssuedKey,
  type KeyChange,
  type NewKey,
} from './key-commands.ts';
import type { AccessKey } from './key-table.ts';
import type { PeopleResult } from './people-command.ts';
import { putPolicy, removePolicy, type RestrictionPolicy } from './restriction-policy.ts';
import {
  cloneRole,
  createRole,
  deleteRole,
  grantPermission,
  revokePermission,
  setMember,
  updateRole,
  type NewRole,
  type RoleChange,
} from './role-commands.ts';
import type { Role } from './role-table.ts';
import {
  createUser,
  disableUser,
  inviteUsers,
  updateOwnUser,
  updateUser,
  withdrawInvitations,
  type NewUser,
  type UserChange,
} from './user-commands.ts';
import type { User } from './user-table.ts';

/** All commands resolve after their commit. A refusal has written nothing. */
export class People {
  readonly #context: CommandContext;
  readonly #onChanged: () => void;
  readonly #orgId: string;

  /** @param onChanged called when what keys may do has changed, and again when that is durable */
  constructor(context: CommandContext, orgId: string, onChanged: () => void) {
    this.#context = context;
    this.#orgId = orgId;
    this.#onChanged = onChanged;
  }

  createUser(actor: Actor, made: NewUser): Promise<PeopleResult<User>> {
    return this.#change((context) => createUser(context, actor, made));
  }

  updateUser(actor: Actor, change: UserChange): Promise<PeopleResult<User>> {
    return this.#change((context) => updateUser(context, actor, change));
  }

  updateOwnUser(actor: Actor, change: UserChange): Promise<PeopleResult<User>> {
    return this.#change((context) => updateOwnUser(context, actor, change));
  }

  disableUser(actor: Actor, uuid: string): Promise<PeopleResult<User>> {
    return this.#change((context) => disableUser(context, actor, uuid));
  }

  inviteUsers(actor: Actor, uuids: readonly string[]): Promise<PeopleResult<readonly Invitation[]>> {
    return this.#change((context) => inviteUsers(context, actor, uuids));
  }

  withdrawInvitations(actor: Actor, uuid: string): Promise<PeopleResult<User>> {
    return this.#change((context) => withdrawInvitations(context, actor, uuid));
  }

  createRole(actor: Actor, made: NewRole): Promise<PeopleResult<Role>> {
    return this.#change((context) => createRole(context, actor, made));
  }

  cloneRole(actor: Actor, id: string, made: NewRole): Promise<PeopleResult<Role>> {
    return this.#change((context) => cloneRole(context, actor, id, made));
  }

  updateRole(actor: Actor, change: RoleChange): Promise<PeopleResult<Role>> {
    return this.#change((context) => updateRole(context, actor, change));
  }

  deleteRole(actor: Actor, id: string): Promise<PeopleResult<Role>> {
    return this.#change((context) => deleteRole(context, actor, id));
  }

  grantPermission(actor: Actor, id: string, permission: GrantablePermission): Promise<PeopleResult<Role>> {
    return this.#change((context) => grantPermission(context, actor, id, permission));
  }

  revokePermission(actor: Actor, id: string, permission: GrantablePermission): Promise<PeopleResult<Role>> {
    return this.#change((context) => revokePermission(context, actor, id, permission));
  }

  addMember(actor: Actor, roleId: string, userUuid: string): Promise<PeopleResult<Role>> {
    return this.#change((context) => setMember(context, actor, roleId, userUuid, true));
  }

  removeMember(actor: Actor, roleId: string, userUuid: string): Promise<PeopleResult<Role>> {
    return this.#change((context) => setMember(context, actor, roleId, userUuid, false));
  }

  createKey(actor: Actor, made: NewKey): Promise<PeopleResult<IssuedKey>> {
    return this.#change((context) => createKey(context, actor, made));
  }

  updateKey(actor: Actor, change: KeyChange): Promise<PeopleResult<AccessKey>> {
    return this.#change((context) => updateKey(context, actor, change));
  }

  revokeKey(actor: Actor, id: string): Promise<PeopleResult<AccessKey>> {
    return this.#change((context) => revokeKey(context, actor, id));
  }

  putPolicy(
    actor: Actor,
    policy: RestrictionPolicy,
    allowSelfLockout: boolean,
  ): Promise<PeopleResult<RestrictionPolicy>> {
    const options = { orgId: this.#orgId, allowSelfLockout };
    return this.#change((context) => putPolicy(context, actor, policy, options));
  }

  removePolicy(actor: Actor, resourceId: string): Promise<PeopleResult<RestrictionPolicy>> {
    return this.#change((context) => removePolicy(context, actor, resourceId, this.#orgId));
  }

  async #change<T>(work: (context: CommandContext) => PeopleResult<T>): Promise<PeopleResult<T>> {
    try {
      return await this.#context.db.write(() => {
        const result = work(this.#context);
        this.#onChanged();
        return result;
      });
    } finally {
      this.#onChanged();
    }
  }
}
