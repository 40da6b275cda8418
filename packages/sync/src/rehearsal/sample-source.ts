/** A small folder of content: three rules, a workflow, a suppression, a notification rule and a view. */

import {
  PLAIN_RULE,
  addressOf,
  BARE_WORKFLOW,
  type ContentObject,
  type DetectionRule,
  type NotificationRule,
  type Origin,
  type SourceRange,
  type Suppression,
  type Workflow,
} from '@signalwright/model';
import type { DesiredSource } from '../desired.ts';

/** Every path has a line of its own, so that a wrong place shows. */
function originOf(file: string): Origin {
  const range = (path: readonly (string | number)[]): SourceRange => {
    const line =
      1 +
      path.length * 10 +
      path.reduce<number>((sum, part) => sum + (typeof part === 'number' ? part : 0), 0);
    return { file, start: { line, col: 1 }, end: { line, col: 2 } };
  };
  return { file, rangeOf: range, keyRangeOf: range, rangeInScalar: range };
}

export function rule(id: string, change: Partial<DetectionRule> = {}): DetectionRule {
  return {
    kind: 'detection-rule',
    id,
    name: `Rule ${id}`,
    type: 'application_security',
    enabled: true,
    tags: ['security:attack', 'team:appsec'],
    message: 'An attack on {{service}}.',
    method: { kind: 'threshold' },
    queries: [
      {
        name: 'attacks',
        query: '@appsec.security_activity:attack_attempt.*',
        aggregation: { kind: 'count' },
        groupBy: ['service', '@http.client_ip'],
        optionalGroupBy: false,
      },
    ],
    cases: [{ name: 'many', condition: 'attacks > 5', severity: 'high', notifications: [], actions: [] }],
    evaluationWindowMs: 300_000,
    keepAliveMs: 3_600_000,
    maxSignalDurationMs: 86_400_000,
    decreaseSeverityOutsideProduction: false,
    hasExtendedTitle: false,
    ...PLAIN_RULE,
    ...change,
  };
}

export const suppression: Suppression = {
  kind: 'suppression',
  id: 'pentest',
  name: 'Penetration test',
  enabled: true,
  reason: 'Agreed scope.',
  tags: ['team:appsec'],
  rules: { kind: 'ids', ids: ['sqli', 'xss'] },
  expiresAtMs: Date.UTC(2026, 11, 1),
  suppressSignals: 'env:staging',
  excludeEvents: '',
};

export const workflow: Workflow = {
  kind: 'workflow',
  id: 'block-attacker',
  ...BARE_WORKFLOW,
  name: 'Block the attacker',
  handle: 'block-attacker',
  triggers: [{ kind: 'security' }],
  steps: [
    {
      id: 'block',
      does: {
        kind: 'action',
        action: 'signalwright.block_ip',
        inputs: { ip: '203.0.113.7', duration: '1h' },
      },
      after: [],
    },
  ],
};

export const notificationRule: NotificationRule = {
  kind: 'notification-rule',
  id: 'urgent',
  name: 'Urgent attacks',
  enabled: true,
  selectors: {
    source: 'security_signals',
    ruleTypes: ['application_security'],
    severities: ['high'],
    query: '',
  },
  targets: [
    { kind: 'handle', handle: '@slack-appsec' },
    { kind: 'workflow', workflowId: 'block-attacker', inputs: {} },
  ],
};

type Applied = DetectionRule | Suppression | Workflow | NotificationRule;

function authored(object: Applied): ContentObject {
  const common = {
    address: addressOf(object.kind, object.id),
    tests: [],
    origin: originOf(`content/${object.id}.yaml`),
  };
  switch (object.kind) {
    case 'detection-rule':
      return { kind: object.kind, object, ...common, sample: {} };
    case 'suppression':
      return { kind: object.kind, object, ...common };
    case 'notification-rule':
      return { kind: object.kind, object, ...common };
    case 'workflow':
      return { kind: object.kind, object, ...common, sample: { fields: {} } };
  }
}

const view: ContentObject = {
  kind: 'saved-view',
  address: 'saved-view/urgent-open',
  object: {
    kind: 'saved-view',
    id: 'urgent-open',
    name: 'Urgent and open',
    teams: [],
    time: { kind: 'past', pastMs: 86_400_000 },
    query: 'status:high @workflow.triage.state:open',
    columns: ['severity'],
    sort: { by: 'created', order: 'descending' },
    timeline: true,
    facets: [],
    aggregateByRule: false,
  },
  tests: [],
  origin: originOf('views/urgent-open.yaml'),
};

/** @param objects stand in for those of the same address */
export function sampleSource(...objects: readonly Applied[]): DesiredSource {
  const base = [rule('sqli'), rule('xss'), rule('ssrf'), workflow, suppression, notificationRule];
  const all = new Map<string, Applied>(
    [...base, ...objects].map((object) => [`${object.kind}/${object.id}`, object]),
  );
  return { objects: [...[...all.values()].map(authored), view] };
}

/** Content that is these objects and no others. */
export function sourceOf(...objects: readonly Applied[]): DesiredSource {
  return { objects: objects.map(authored) };
}

export function withoutAddress(source: DesiredSource, address: string): DesiredSource {
  return { objects: source.objects.filter((object) => object.address !== address) };
}
