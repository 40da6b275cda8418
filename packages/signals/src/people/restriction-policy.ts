/**
 * Who may see, run or change one object, besides what roles allow. An object without a policy is open to whoever has
 * the permission. Source: the operations of restriction policies; kinds and relations as their description lists them.
 */

import type { Actor } from '@signalwright/model';
import { parseStored, type Database } from '@signalwright/store';

import { audit, type CommandContext } from '../command.ts';
import { invalid, refuse, type PeopleResult } from './people-command.ts';
import { findRole } from './role-table.ts';
import { findUser } from './user-table.ts';

export interface PolicyBinding {
  readonly relation: string;
  /** `user:<uuid>`, `role:<id>`, `team:<id>` or `org:<id>`. */
  readonly principals: readonly string[];
}

export interface RestrictionPolicy {
  /** `security-rule:abc-def-ghi` */
  readonly resourceId: string;
  readonly bindings: readonly PolicyBinding[];
}

/** From the weakest relation to the strongest: each holds those before it. */
const VIEW_EDIT = ['viewer', 'editor'];
const RELATIONS: Readonly<Record<string, readonly string[]>> = {
  dashboard: VIEW_EDIT,
  'integration-service': VIEW_EDIT,
  'integration-webhook': VIEW_EDIT,
  notebook: VIEW_EDIT,
  powerpack: VIEW_EDIT,
  'reference-table': VIEW_EDIT,
  'security-rule': VIEW_EDIT,
  slo: VIEW_EDIT,
  'synthetics-global-variable': VIEW_EDIT,
  'synthetics-test': VIEW_EDIT,
  'synthetics-private-location': VIEW_EDIT,
  monitor: VIEW_EDIT,
  workflow: ['viewer', 'runner', 'editor'],
  'app-builder-app': VIEW_EDIT,
  connection: ['viewer', 'resolver', 'editor'],
  'connection-group': VIEW_EDIT,
  'rum-application': VIEW_EDIT,
  'cross-org-connection': VIEW_EDIT,
  spreadsheet: VIEW_EDIT,
  'on-call-schedule': ['viewer', 'overrider', 'editor'],
  'on-call-escalation-policy': VIEW_EDIT,
  'on-call-team-routing-rules': VIEW_EDIT,
  'logs-pipeline': ['viewer', 'processors_editor', 'editor'],
  'case-management-project': ['viewer', 'contributor', 'manager'],
  'monitor-notification-rule': VIEW_EDIT,
};

/** Chosen: bindings have a relation each, and principals are people and groups of one org. */
const MAX_BINDINGS = 10;
const MAX_PRINCIPALS = 1_000;
/** Chosen: as many as an org holds objects of one kind. */
const MAX_LISTED_POLICIES = 20_000;
const PRINCIPAL = /^(user|role|team|org):[\w-]{1,100}$/;
const RESOURCE = /^([a-z-]{1,40}):([\w.-]{1,200})$/;

/** @returns what is wrong with it; undefined when a policy may stand on it */
export function resourceProblem(resourceId: string): string | undefined {
  const kind = RESOURCE.exec(resourceId)?.[1];
  const shown = resourceId.slice(0, 200);
  if (kind === undefined) return `Invalid resource: '${shown}' is not in a valid format`;
  return Object.hasOwn(RELATIONS, kind) ? undefined : `Invalid resource: '${kind}' is not a supported type`;
}

/** A resource without one has a policy that binds nobody. */
export function readPolicy(db: Database, resourceId: string): RestrictionPolicy {
  const row = db.get<{ bindings: string }>(
    'SELECT bindings FROM restriction_policies WHERE resource_id = ?',
    [resourceId],
  );
  const bindings = row === undefined ? [] : parseStored<readonly PolicyBinding[]>(db, row.bindings);
  return { resourceId, bindings };
}

/** Those on objects of one kind. */
export function listPolicies(db: Database, kind: string): readonly RestrictionPolicy[] {
  const rows = db.all<{ resource_id: string; bindings: string }>(
    'SELECT * FROM restriction_policies WHERE resource_id >= ? AND resource_id < ? LIMIT ?',
    [`${kind}:`, `${kind};`, MAX_LISTED_POLICIES],
  );
  return rows.map(({ resource_id: resourceId, bindings }) => ({
    resourceId,
    bindings: parseStored<readonly PolicyBinding[]>(db, bindings),
  }));
}

export function putPolicy(
  context: CommandContext,
  actor: Actor,
  policy: RestrictionPolicy,
  { orgId, allowSelfLockout }: { readonly orgId: string; readonly allowSelfLockout: boolean },
): PeopleResult<RestrictionPolicy> {
  const { db } = context;
  const { resourceId, bindings } = policy;
  const problem = resourceProblem(resourceId) ?? bindingsProblem(db, policy, orgId);
  if (problem !== undefined) return invalid(problem);
  const before = readPolicy(db, resourceId);
  const refusal = requireStrongest(db, actor, before, orgId);
  if (refusal !== undefined) return refusal;
  const staysIn = isBound(db, actor, policy, strongest(resourceId), orgId);
  if (!staysIn && !(allowSelfLockout && actor.permissions.has('user_access_manage'))) {
    return invalid('You cannot remove your own access to the resource');
  }
  db.run(
    `INSERT INTO restriction_policies (resource_id, bindings) VALUES (?, ?)
     ON CONFLICT (resource_id) DO UPDATE SET bindings = excluded.bindings`,
    [resourceId, JSON.stringify(bindings)],
  );
  audit(
    context,
    actor,
    'restriction-policy.update',
    `restriction-policy:${resourceId}`,
    before.bindings,
    bindings,
  );
  return { ok: true, value: policy };
}

export function removePolicy(
  context: CommandContext,
  actor: Actor,
  resourceId: string,
  orgId: string,
): PeopleResult<RestrictionPolicy> {
  const { db } = context;
  const problem = resourceProblem(resourceId);
  if (problem !== undefined) return invalid(problem);
  const before = readPolicy(db, resourceId);
  const refusal = requireStrongest(db, actor, before, orgId);
  if (refusal !== undefined) return refusal;
  if (before.bindings.length === 0) return { ok: true, value: before };
  db.run('DELETE FROM restriction_policies WHERE resource_id = ?', [resourceId]);
  audit(
    context,
    actor,
    'restriction-policy.delete',
    `restriction-policy:${resourceId}`,
    before.bindings,
    undefined,
  );
  return { ok: true, value: before };
}

/** Whether a policy lets the actor do what the relation stands for; with no policy everybody may. */
export function isBound(
  db: Database,
  actor: Actor,
  { resourceId, bindings }: RestrictionPolicy,
  relation: string,
  orgId: string,
): boolean {
  if (bindings.length === 0 || actor.kind === 'system') return true;
  const relations = RELATIONS[kindOf(resourceId)] ?? [];
  const enough = relations.slice(relations.indexOf(relation));
  const roleIds = findUser(db, actor.id)?.roleIds ?? [];
  // A run acts for the org: what everybody may do, it may do.
  const own = new Set([`org:${orgId}`, `user:${actor.id}`, ...roleIds.map((id) => `role:${id}`)]);
  return bindings.some(
    (binding) =>
      enough.includes(binding.relation) && binding.principals.some((principal) => own.has(principal)),
  );
}

/** Whoever manages access may undo a policy that shuts him out; others change one that makes them editors. */
function requireStrongest(
  db: Database,
  actor: Actor,
  before: RestrictionPolicy,
  orgId: string,
): PeopleResult<never> | undefined {
  if (actor.permissions.has('user_access_manage')) return undefined;
  if (before.bindings.length > 0 && isBound(db, actor, before, strongest(before.resourceId), orgId))
    return undefined;
  const needed = EDIT_PERMISSIONS[kindOf(before.resourceId)];
  if (before.bindings.length === 0 && needed !== undefined && actor.permissions.has(needed)) return undefined;
  return refuse({ reason: 'forbidden', permission: 'user_access_manage' });
}

/** Whoever may change such an object may say who else. */
const EDIT_PERMISSIONS = {
  'security-rule': 'security_monitoring_rules_write',
  workflow: 'workflows_write',
  connection: 'connections_write',
} as Readonly<Record<string, 'security_monitoring_rules_write' | 'workflows_write' | 'connections_write'>>;

function bindingsProblem(db: Database, policy: RestrictionPolicy, orgId: string): string | undefined {
  const { resourceId, bindings } = policy;
  const relations = RELATIONS[kindOf(resourceId)] ?? [];
  if (bindings.length > MAX_BINDINGS) return `A policy has at most ${MAX_BINDINGS} bindings`;
  for (const { relation, principals } of bindings) {
    if (!relations.includes(relation)) {
      return `Invalid relation: '${relation.slice(0, 100)}' is not one of ${relations.join(', ')}`;
    }
    if (principals.length > MAX_PRINCIPALS) return `A binding has at most ${MAX_PRINCIPALS} principals`;
    const wrong = principals.find((principal) => !isPrincipal(db, principal, orgId));
    if (wrong !== undefined) return `Invalid principal: '${wrong.slice(0, 200)}'`;
  }
  return undefined;
}

/** Teams are not kept here, so that any of them may be named. */
function isPrincipal(db: Database, principal: string, orgId: string): boolean {
  if (!PRINCIPAL.test(principal)) return false;
  const [kind = '', id = ''] = principal.split(':');
  if (kind === 'user') return findUser(db, id) !== undefined;
  if (kind === 'role') return findRole(db, id) !== undefined;
  return kind === 'team' || id === orgId;
}

function kindOf(resourceId: string): string {
  return RESOURCE.exec(resourceId)?.[1] ?? '';
}

function strongest(resourceId: string): string {
  return RELATIONS[kindOf(resourceId)]?.at(-1) ?? 'editor';
}
