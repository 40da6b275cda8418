/** One object of each kind, as an engineer would write it; golden files and tables start from these. */

import {
  NO_LAYOUT,
  PLAIN_RULE,
  type DetectionRule,
  type NotificationRule,
  type Signal,
  type Suppression,
  type Workflow,
} from '@signalwright/model';

export const RULE: DetectionRule = {
  kind: 'detection-rule',
  id: 'credential-stuffing',
  name: 'Credential stuffing from one address',
  type: 'application_security',
  enabled: true,
  tags: ['security:attack', 'tactic:TA0006-credential-access', 'team:identity'],
  message: '{{@http.client_ip}} failed {{events_matched}} logins on {{service}}.',
  method: { kind: 'threshold' },
  queries: [
    {
      name: 'failures',
      query: '@appsec.security_activity:business_logic.users.login.failure',
      aggregation: { kind: 'count' },
      groupBy: ['service', 'env', '@http.client_ip'],
      optionalGroupBy: false,
    },
    {
      name: 'accounts',
      query: '@appsec.security_activity:business_logic.users.login.failure',
      aggregation: { kind: 'cardinality', fields: ['@usr.id'] },
      groupBy: ['service', 'env', '@http.client_ip'],
      optionalGroupBy: false,
    },
    {
      name: 'slowest',
      query: '@appsec.security_activity:business_logic.users.login.failure',
      aggregation: { kind: 'max', field: '@duration' },
      groupBy: ['service', 'env', '@http.client_ip'],
      optionalGroupBy: true,
    },
  ],
  cases: [
    {
      name: 'stuffing',
      condition: 'failures > 25 && accounts > 10',
      severity: 'high',
      notifications: ['@pagerduty-identity'],
      actions: [{ kind: 'block_ip', durationMs: 900_000 }, { kind: 'block_user' }],
    },
    {
      name: 'hammering',
      condition: 'failures > 25',
      severity: 'low',
      notifications: [],
      actions: [
        { kind: 'flag_ip', flag: 'SUSPICIOUS' },
        { kind: 'user_behavior', behavior: 'hammering' },
      ],
    },
  ],
  evaluationWindowMs: 300_000,
  keepAliveMs: 3_600_000,
  maxSignalDurationMs: 86_400_000,
  decreaseSeverityOutsideProduction: true,
  hasExtendedTitle: true,
  ...PLAIN_RULE,
};

export const SUPPRESSION: Suppression = {
  kind: 'suppression',
  id: 'pentest-2026-q4',
  name: 'Penetration test, Q4 2026',
  enabled: true,
  reason: 'Agreed scope in SEC-1412; contact is in the ticket.',
  tags: ['team:appsec'],
  rules: { kind: 'ids', ids: ['credential-stuffing', 'sqli-probe'] },
  startsAtMs: Date.UTC(2026, 10, 2, 8),
  expiresAtMs: Date.UTC(2026, 10, 28, 18),
  suppressSignals: 'env:staging @http.client_ip:(198.51.100.10 OR 198.51.100.11)',
  excludeEvents: '',
};

export const NOTIFICATION_RULE: NotificationRule = {
  kind: 'notification-rule',
  id: 'urgent-attacks',
  name: 'Urgent attacks in production',
  enabled: true,
  selectors: {
    source: 'security_signals',
    ruleTypes: ['application_security'],
    severities: ['critical', 'high'],
    query: 'env:prod -service:honeypot-*',
  },
  targets: [
    { kind: 'handle', handle: '@slack-appsec' },
    {
      kind: 'workflow',
      workflowId: 'block-attacker',
      inputs: { duration: '1h', attempts: 3, dryRun: false },
    },
  ],
};

export const FINDINGS_RULE: NotificationRule = {
  kind: 'notification-rule',
  id: 'open-doors',
  name: 'Critical misconfigurations in production',
  enabled: true,
  selectors: {
    source: 'security_findings',
    ruleTypes: ['misconfiguration', 'attack_path'],
    severities: ['critical', 'unknown'],
    query: 'env:prod',
  },
  targets: [{ kind: 'handle', handle: '@teams-cloud' }],
  timeAggregationMs: 86_400_000,
  routing: { mode: 'manual' },
};

export const WORKFLOW: Workflow = {
  kind: 'workflow',
  id: 'block-attacker',
  name: 'Block a known attacker',
  description: 'Looks the address up and blocks it for a while.',
  tags: ['team:appsec'],
  published: true,
  handle: 'block-attacker',
  triggers: [{ kind: 'security', rateLimit: { count: 20, perMs: 3_600_000 } }],
  inputs: [
    {
      name: 'duration',
      type: 'string',
      label: '',
      description: 'How long the block lasts',
      default: '1h',
    },
  ],
  outputs: [],
  connections: [],
  connectionGroups: [],
  steps: [
    {
      id: 'intel',
      does: {
        kind: 'action',
        action: 'signalwright.threat_intel.lookup',
        inputs: { ip: '{{ Source.securitySignal.custom.http.client_ip }}' },
      },
      after: [],
      retry: { times: 3, everyMs: 10_000 },
    },
    {
      id: 'known_bad',
      does: {
        kind: 'if',
        needs: 'all',
        conditions: [{ left: '{{ Steps.intel.verdict }}', operator: 'eq', right: 'malicious' }],
      },
      after: [{ step: 'intel', branch: 'main' }],
    },
    {
      id: 'note',
      does: {
        kind: 'action',
        action: 'signalwright.signal.comment',
        inputs: { signal: '{{ Source.securitySignal.id }}', comment: 'Not on the list.' },
      },
      after: [
        { step: 'intel', branch: 'error' },
        { step: 'known_bad', branch: 'false' },
      ],
      join: 'any',
    },
    {
      id: 'block',
      does: {
        kind: 'action',
        action: 'signalwright.block_ip',
        inputs: {
          ip: '{{ Source.securitySignal.custom.http.client_ip }}',
          duration: '{{ Trigger.duration }}',
        },
      },
      after: [{ step: 'known_bad', branch: 'true' }],
    },
  ],
  annotations: [],
  layout: NO_LAYOUT,
};

export const SIGNAL: Signal = {
  id: 'AQAAAYG1bl5K4HuUewAAAABBWUcxYmw1S0FBQmt2RmhRN0V4ZUVnQUE',
  rule: {
    id: 'wgo-lgy-ajy',
    name: 'Credential stuffing from one address',
    type: 'application_security',
    version: 2,
    detectionMethod: 'threshold',
    tags: ['security:attack'],
  },
  caseName: 'stuffing',
  severity: 'high',
  title: 'Credential stuffing from one address - stuffing',
  message: '203.0.113.7 failed 31 logins on shop.',
  services: ['shop'],
  env: 'prod',
  host: 'shop-prod-1',
  tags: ['security:attack', 'service:shop', 'env:prod'],
  group: { service: 'shop', '@http.client_ip': '203.0.113.7' },
  attributes: { http: { client_ip: '203.0.113.7' }, usr: { id: 'user-1' } },
  entities: [{ role: 'attacker', path: '@http.client_ip', value: '203.0.113.7' }],
  firstSeenMs: Date.UTC(2026, 10, 2, 9),
  lastSeenMs: Date.UTC(2026, 10, 2, 9, 4),
  eventsMatched: 31,
  eventsMatchedPerQuery: { failures: 31 },
  sampleEventIds: ['e1', 'e2'],
  notifications: [],
  actions: [],
  version: 3,
  createdAtMs: Date.UTC(2026, 10, 2, 9),
  triage: {
    state: 'under_review',
    assignee: { id: 7, uuid: '5f0c1d6a-0000-4000-8000-000000000007', name: 'dana' },
    incidentIds: [12],
    stateUpdatedAtMs: Date.UTC(2026, 10, 2, 9, 5),
    stateUpdatedBy: { id: 7, uuid: '5f0c1d6a-0000-4000-8000-000000000007', name: 'dana' },
  },
};
