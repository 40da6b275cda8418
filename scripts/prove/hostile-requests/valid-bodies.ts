/** Bodies that a route takes: of our own, of the recordings where they are at hand, and made from the specification. */

import { MissingData } from '../../harness/shared-data.ts';
import { operationOf, readScenarios } from '../recordings/read-scenarios.ts';
import type { ApiSchema } from './api-schema.ts';

/** Of the recorded bodies of one operation. */
const MAX_RECORDED = 2;

export const LOGIN_RULE = {
  name: 'Failed logins',
  type: 'application_security',
  isEnabled: true,
  message: '{{@http.client_ip}} failed to log in.',
  tags: ['security:attack'],
  queries: [
    {
      name: 'failures',
      query: '@appsec.security_activity:business_logic.users.login.failure',
      groupByFields: ['service', '@http.client_ip'],
    },
  ],
  cases: [{ name: 'burst', condition: 'failures > 1', status: 'high' }],
  options: { evaluationWindow: 300, keepAlive: 3_600, maxSignalDuration: 86_400 },
  filters: [{ action: 'suppress', query: 'env:dev' }],
};

export const LOGIN_SPAN = {
  id: 'hostile-1',
  timestamp: 0,
  service: 'shop',
  env: 'prod',
  tags: ['env:prod'],
  attributes: {
    http: { client_ip: '203.0.113.7' },
    usr: { id: 'u1' },
    appsec: { security_activity: 'business_logic.users.login.failure' },
  },
  message: 'POST /login',
};

const attributes = (type: string, fields: object): object => ({ data: { type, attributes: fields } });

const SUPPRESSION = attributes('suppressions', {
  name: 'Load test',
  enabled: true,
  rule_query: 'source:shop',
  suppression_query: 'env:load',
  description: 'Nobody.',
});
const NOTIFICATION_RULE = attributes('notification_rules', {
  name: 'High signals',
  enabled: true,
  selectors: {
    trigger_source: 'security_signals',
    severities: ['high'],
    rule_types: ['application_security'],
  },
  targets: ['@nobody@example.com'],
  time_aggregation: 0,
});
const EXPORT = attributes('bulk_export_resources', { resource_ids: ['abc-def-ghi'] });
const RULES = '/api/v2/security_monitoring/rules';
const CONFIGURATION = '/api/v2/security_monitoring/configuration';
const SIGNALS = '/api/v2/security_monitoring/signals';
const STATE = attributes('signal_metadata', { state: 'archived', archive_reason: 'none', version: 0 });

/** By operation: what CI sends, where nothing but the repository is at hand. */
const OWN: Readonly<Record<string, unknown>> = {
  [`POST ${RULES}`]: LOGIN_RULE,
  [`PUT ${RULES}/:x`]: LOGIN_RULE,
  [`POST ${RULES}/validation`]: LOGIN_RULE,
  [`POST ${RULES}/convert`]: LOGIN_RULE,
  [`POST ${RULES}/test`]: {
    rule: LOGIN_RULE,
    ruleQueryPayloads: [{ index: 0, expectedResult: true, payload: { ddsource: 'shop', ...LOGIN_SPAN } }],
  },
  [`POST ${RULES}/convert/bulk`]: attributes('security_monitoring_rules_convert_bulk', {
    ruleIds: ['abc-def-ghi'],
  }),
  'POST /api/v2/security_monitoring/terraform/suppressions/bulk': EXPORT,
  'POST /api/v2/security_monitoring/terraform/critical_assets/bulk': EXPORT,
  [`POST ${CONFIGURATION}/suppressions`]: SUPPRESSION,
  [`PATCH ${CONFIGURATION}/suppressions/:x`]: SUPPRESSION,
  [`POST ${CONFIGURATION}/suppressions/validation`]: SUPPRESSION,
  [`POST ${CONFIGURATION}/suppressions/rules`]: LOGIN_RULE,
  [`POST ${CONFIGURATION}/security_filters`]: attributes('security_filters', {
    name: 'Shop',
    is_enabled: true,
    query: 'service:shop',
    exclusion_filters: [{ name: 'dev', query: 'env:dev' }],
    filtered_data_type: 'logs',
  }),
  [`POST ${CONFIGURATION}/critical_assets`]: attributes('critical_assets', {
    enabled: true,
    query: 'service:shop',
    rule_query: 'source:shop',
    severity: 'increase',
    tags: ['team:shop'],
  }),
  'POST /api/v2/security/signals/notification_rules': NOTIFICATION_RULE,
  'PATCH /api/v2/security/signals/notification_rules/:x': NOTIFICATION_RULE,
  'POST /api/v2/security/vulnerabilities/notification_rules': NOTIFICATION_RULE,
  [`PATCH ${SIGNALS}/:x/state`]: STATE,
  [`PATCH ${SIGNALS}/:x/assignee`]: attributes('signal_metadata', { assignee: { uuid: '' }, version: 0 }),
  [`PATCH ${SIGNALS}/:x/incidents`]: attributes('signal_metadata', { incident_ids: [1], version: 0 }),
  [`POST ${SIGNALS}/search`]: {
    filter: { query: 'status:high', from: 'now-1d', to: 'now' },
    sort: 'timestamp',
    page: { limit: 10 },
  },
  'POST /api/v2/actions/connections': attributes('action_connection', {
    name: 'Reader',
    tags: ['team:shop'],
    integration: {
      type: 'AWS',
      credentials: { type: 'AWSAssumeRole', account_id: '123456789123', role: 'Reader' },
    },
  }),
  'POST /api/v2/audit/events/search': {
    filter: { query: '@evt.name:detection-rule', from: 'now-1d', to: 'now' },
    sort: 'timestamp',
    page: { limit: 10 },
  },
  'POST /api/v2/logs': [{ message: 'POST /login', ddsource: 'shop', ddtags: 'env:prod', service: 'shop' }],
  'POST /api/signalwright/spans': [LOGIN_SPAN],
  'POST /api/signalwright/denylist': attributes('denylist', {
    kind: 'ip',
    value: '203.0.113.9',
    reason: 'Tried.',
    expires_at: 1,
  }),
  'PUT /api/signalwright/threat_intel_lists/:x': attributes('threat_intel_lists', {
    csv: 'ip_address,category,intention,source\n203.0.113.7,scanner,malicious,feed\n',
    description: 'From a partner.',
    version: 0,
  }),
  'POST /api/signalwright/signals/:x/comments': attributes('comments', { text: 'Looked at it.' }),
};

export class ValidBodies {
  readonly #schema: ApiSchema | undefined;
  readonly #recorded: ReadonlyMap<string, readonly unknown[]>;

  /** @param operations of the org, `POST /api/v2/workflows/:x` */
  constructor(schema: ApiSchema | undefined, operations: readonly string[]) {
    this.#schema = schema;
    this.#recorded = recordedBodies(operations);
  }

  /** None for a route of which nothing is known but its path. */
  of(method: string, path: string): readonly unknown[] {
    const operation = `${method} ${path.replaceAll(/:\w+/g, ':x')}`;
    const own = OWN[operation];
    const example = this.#schema?.exampleOf(method, path);
    return [
      ...(own === undefined ? [] : [own]),
      ...(this.#recorded.get(operation) ?? []),
      ...(example === undefined ? [] : [example]),
    ];
  }
}

function recordedBodies(operations: readonly string[]): ReadonlyMap<string, readonly unknown[]> {
  const bodies = new Map<string, unknown[]>();
  try {
    for (const { request, response } of readScenarios().flatMap(({ interactions }) => interactions)) {
      if (response.status >= 300 || request.body.value === null) continue;
      const operation = operationOf(request, operations);
      const known = bodies.get(operation) ?? [];
      if (known.length < MAX_RECORDED) bodies.set(operation, [...known, parsed(request.body.value)]);
    }
  } catch (error) {
    if (!(error instanceof MissingData)) throw error;
  }
  return bodies;
}

/** Recordings hold a body as a text or as what it says. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
