/**
 * Permissions that routes and commands ask for. Names as the public API lists them (`GET /api/v2/permissions`).
 */

export const PERMISSIONS = [
  'security_monitoring_rules_read',
  'security_monitoring_rules_write',
  'security_monitoring_signals_read',
  'security_monitoring_signals_write',
  'security_monitoring_suppressions_read',
  'security_monitoring_suppressions_write',
  'security_monitoring_notification_profiles_read',
  'security_monitoring_notification_profiles_write',
  'security_monitoring_filters_read',
  'security_monitoring_filters_write',
  'security_monitoring_critical_assets_read',
  'security_monitoring_critical_assets_write',
  'workflows_read',
  'workflows_write',
  'workflows_run',
  'appsec_protect_read',
  'appsec_protect_write',
  'saved_views_write',
  'audit_logs_read',
  'user_access_manage',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** Chosen: the three default roles of a new org; a token has one of them or a list of its own. */
export const ROLES = {
  admin: PERMISSIONS,
  analyst: [
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
  ],
  'read-only': [
    'security_monitoring_rules_read',
    'security_monitoring_signals_read',
    'security_monitoring_suppressions_read',
    'security_monitoring_notification_profiles_read',
    'security_monitoring_filters_read',
    'security_monitoring_critical_assets_read',
    'workflows_read',
    'appsec_protect_read',
  ],
} as const satisfies Record<string, readonly Permission[]>;

export type RoleName = keyof typeof ROLES;

/** Who does a thing: a person, a token or a workflow run, and on whose cause. */
export interface Actor {
  readonly kind: 'user' | 'workflow' | 'system';
  /** Stable: the user's uuid, or `workflow:<handle>`. */
  readonly id: string;
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  /** What led here, oldest first (`signal:<id>`, `run:<id>`): the guard against loops counts these. */
  readonly cause: readonly string[];
}
