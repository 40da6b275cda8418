/** Which permission a request takes, so that a refusal can say what is missing. Source: `x-permission` of the specification. */

import { PATHS } from './paths.ts';

interface AskedFor {
  readonly method: string;
  readonly path: string;
  /** A POST that only reads. */
  readonly readsOnly?: boolean;
}

type Area = readonly [path: string, read: string, write: string];

const MONITORING = 'security_monitoring';
const PROFILES = `${MONITORING}_notification_profiles`;

const AREAS: readonly Area[] = [
  [PATHS.rules, `${MONITORING}_rules_read`, `${MONITORING}_rules_write`],
  [PATHS.suppressions, `${MONITORING}_suppressions_read`, `${MONITORING}_suppressions_write`],
  [PATHS.notificationRules, `${PROFILES}_read`, `${PROFILES}_write`],
  [PATHS.findingNotificationRules, `${PROFILES}_read`, `${PROFILES}_write`],
  [PATHS.signals, `${MONITORING}_signals_read`, `${MONITORING}_signals_write`],
  [PATHS.workflows, 'workflows_read', 'workflows_write'],
  [PATHS.auditEvents, 'audit_logs_read', 'audit_logs_read'],
  [PATHS.users, 'user_access_read', 'user_access_manage'],
  [PATHS.roles, 'user_access_read', 'user_access_manage'],
];

/** @returns undefined where the specification states none */
export function permissionNeeded({ method, path, readsOnly }: AskedFor): string | undefined {
  const area = AREAS.find(([base]) => path === base || path.startsWith(`${base}/`));
  if (area === undefined) return undefined;
  const [base, read, write] = area;
  if (method === 'GET' || readsOnly === true) return read;
  return base === PATHS.workflows && path.endsWith('/instances') ? 'workflows_run' : write;
}
