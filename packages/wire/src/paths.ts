/** Paths of the public API, and of what is ours: everything under `/api/signalwright/`. */

export const PATHS = {
  rules: '/api/v2/security_monitoring/rules',
  suppressions: '/api/v2/security_monitoring/configuration/suppressions',
  notificationRules: '/api/v2/security/signals/notification_rules',
  /** Rules over findings; the API calls them vulnerabilities here. */
  findingNotificationRules: '/api/v2/security/vulnerabilities/notification_rules',
  notificationPreview:
    '/api/v2/security_monitoring/configuration/notification_rules/send_notification_preview',
  terraform: '/api/v2/security_monitoring/terraform',
  securityFilters: '/api/v2/security_monitoring/configuration/security_filters',
  criticalAssets: '/api/v2/security_monitoring/configuration/critical_assets',
  signals: '/api/v2/security_monitoring/signals',
  /** Version 1 of the API, deprecated. */
  firstSignals: '/api/v1/security_analytics/signals',
  historicalJobs: '/api/v2/siem-historical-detections/jobs',
  historicalSignals: '/api/v2/siem-historical-detections/histsignals',
  workflows: '/api/v2/workflows',
  actionConnections: '/api/v2/actions/connections',
  auditEvents: '/api/v2/audit/events',
  logs: '/api/v2/logs',
  logEvents: '/api/v2/logs/events',
  logAggregate: '/api/v2/logs/analytics/aggregate',
  spanEvents: '/api/v2/spans/events',
  spanAggregate: '/api/v2/spans/analytics/aggregate',
  /** Ours: the tracers' own intake is not part of the public API. */
  spans: '/api/signalwright/spans',
  /** Ours: Datadog has no public API for entries of the denylist. */
  denylist: '/api/signalwright/denylist',
  /** Ours: the denylist in the shape the WAF engine takes. */
  asmData: '/api/signalwright/denylist/asm_data',
  threatIntel: '/api/signalwright/threat_intel',
  /** Ours: lists of known addresses; at Datadog they are reference tables. */
  threatIntelLists: '/api/signalwright/threat_intel_lists',
  /** Ours: Datadog has no public API for saved views. */
  savedViews: '/api/signalwright/saved_views',
  /** Ours: entries of the service catalog. */
  services: '/api/signalwright/services',
  /** Ours: `…/signals/{id}/comments`. */
  ownSignals: '/api/signalwright/signals',
  /** Ours: counts of signals by field. */
  signalFacets: '/api/signalwright/signals/facets',
  signalAggregate: '/api/signalwright/signals/aggregate',
  /** Ours: users with the keys of signals alone; the public list of users asks for more. */
  ownUsers: '/api/signalwright/users',
  users: '/api/v2/users',
  currentUser: '/api/v2/current_user',
  roles: '/api/v2/roles',
  /** Ours: keys of everybody, with an end. */
  tokens: '/api/signalwright/tokens',
  /** Ours: removes a value from all that the org has stored. */
  forget: '/api/signalwright/forget',
  /** Ours: a link that opens the page once. */
  launchLinks: '/api/signalwright/launch_links',
} as const;

/** Appends segments, each URL-encoded: an id of a hostile answer must not become another path. */
export function pathOf(base: string, ...segments: readonly string[]): string {
  return [base, ...segments.map(encodeSegment)].join('/');
}

/**
 * `.` and `..` survive encodeURIComponent and would be resolved away by the URL parser. Half a character has no encoding:
 * another one stands for it, and the answer to that speaks of another object.
 */
function encodeSegment(segment: string): string {
  if (/^\.{1,2}$/.test(segment)) return segment.replaceAll('.', '%252E');
  return encodeURIComponent(segment.replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
}
