/**
 * Permissions that routes and commands ask for, the roles that an org has from its first day, and who acts.
 * The names are those of the public API (see `permission-catalog.ts`).
 */

import { BASE_PERMISSIONS, PERMISSION_GROUPS, type PermissionSort } from './permission-catalog.ts';

type Groups = typeof PERMISSION_GROUPS;
type NamesOf<Group> = Group extends Readonly<Record<string, readonly (infer Name)[]>> ? Name : never;

/** What a role can hold. */
export type GrantablePermission = NamesOf<Groups[keyof Groups]>;

/**
 * Scopes that operations ask for and that no list of permissions has: every user holds them, a scoped key only when it
 * names them.
 */
export const EVERYBODYS_SCOPES = ['user_access_read', 'teams_read'] as const;

export type Permission = GrantablePermission | (typeof EVERYBODYS_SCOPES)[number];

/** What the API tells of a permission. */
export interface PermissionEntry {
  readonly name: GrantablePermission;
  readonly group: string;
  readonly sort: PermissionSort;
  /** Held by every role. */
  readonly isBase: boolean;
}

/** All that can be granted, group by group. */
export const PERMISSION_CATALOG: readonly PermissionEntry[] = Object.entries(PERMISSION_GROUPS).flatMap(
  ([group, sorts]) =>
    Object.entries(sorts).flatMap(([sort, names]) =>
      (names as readonly GrantablePermission[]).map((name) => ({
        name,
        group,
        sort: sort as PermissionSort,
        isBase: (BASE_PERMISSIONS as readonly string[]).includes(name),
      })),
    ),
);

const GRANTABLE: ReadonlySet<string> = new Set(PERMISSION_CATALOG.map(({ name }) => name));

/** Everything that a route may ask for. */
export const PERMISSIONS: readonly Permission[] = [
  ...PERMISSION_CATALOG.map(({ name }) => name),
  ...EVERYBODYS_SCOPES,
];

export function isGrantable(name: string): name is GrantablePermission {
  return GRANTABLE.has(name);
}

/** Chosen: who runs the org itself. Its groups are for administrators alone. */
const ADMINISTRATION: ReadonlySet<string> = new Set([
  'Access Management',
  'API and Application Keys',
  'Billing and Usage',
  'Compliance',
  'General',
]);

const everyday = PERMISSION_CATALOG.filter(({ group }) => !ADMINISTRATION.has(group));

/** Chosen: the roles of a new org. What they are called is what clients look for; the analyst's is ours. */
export const ROLES = {
  admin: PERMISSION_CATALOG.map(({ name }) => name),
  standard: [
    ...everyday.map(({ name }) => name),
    'standard',
    'user_access_invite',
    'user_app_keys',
    'org_app_keys_read',
    'api_keys_read',
    'client_tokens_read',
    'client_tokens_write',
  ],
  analyst: [
    ...BASE_PERMISSIONS,
    'security_monitoring_rules_read',
    'security_monitoring_signals_read',
    'security_monitoring_signals_write',
    'security_monitoring_suppressions_read',
    'security_monitoring_notification_profiles_read',
    'security_monitoring_filters_read',
    'security_monitoring_critical_assets_read',
    'workflows_read',
    'workflows_run',
    'appsec_protect_read',
    'audit_logs_read',
    'user_app_keys',
  ],
  'read-only': everyday.filter(({ sort }) => sort === 'read').map(({ name }) => name),
} as const satisfies Readonly<Record<string, readonly GrantablePermission[]>>;

export type RoleName = keyof typeof ROLES;

export const ROLE_TITLES = {
  admin: 'Datadog Admin Role',
  standard: 'Datadog Standard Role',
  analyst: 'Security Analyst',
  'read-only': 'Datadog Read Only Role',
} as const satisfies Readonly<Record<RoleName, string>>;

/** Who does a thing: a person, a token or a workflow run, and on whose cause. */
export interface Actor {
  readonly kind: 'user' | 'workflow' | 'system';
  /** Stable: the user's uuid, or `workflow:<handle>`. */
  readonly id: string;
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  /** Whether the key that was used may do less than its user. */
  readonly isScoped?: boolean;
  /** What led here, oldest first (`signal:<id>`, `run:<id>`): the guard against loops counts these. */
  readonly cause: readonly string[];
}
