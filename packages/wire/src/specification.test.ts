/** What we send, judged by the public specification with its objects closed. */

import type { DetectionRule, Payload, RuleType } from '@signalwright/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodeCreate,
  encodeNotificationRule,
  encodeRule,
  encodeSignal,
  encodeSignalMetadata,
  encodeSuppression,
  encodeUpdate,
  encodeWorkflow,
  type RemoteKind,
  type RemoteObject,
} from './index.ts';
import { notificationRule, suppression } from './testing/content-arbitraries.ts';
import { OPENAPI, createOracle } from './testing/openapi.ts';
import { ownRule } from './testing/rule-arbitraries.ts';
import {
  FINDINGS_RULE,
  NOTIFICATION_RULE,
  RULE,
  SIGNAL,
  SUPPRESSION,
  WORKFLOW,
} from './testing/sample-content.ts';
import { hasSharedData } from './testing/shared-data.ts';
import { workflow } from './testing/workflow-arbitraries.ts';

const CTX = { stack: 'acme-appsec' };

const BODIES = [
  ['detection-rule', 'SecurityMonitoringStandardRuleCreatePayload', encodeRule(RULE, CTX)],
  ['suppression', 'SecurityMonitoringSuppressionCreateRequest', encodeSuppression(SUPPRESSION, CTX)],
  ['notification-rule', 'CreateNotificationRuleParameters', encodeNotificationRule(NOTIFICATION_RULE, CTX)],
  ['workflow', 'CreateWorkflowRequest', encodeWorkflow(WORKFLOW, CTX)],
] as const;

test('the payload of a rule over findings is the one read by people in golden/', async () => {
  const body = encodeNotificationRule(FINDINGS_RULE, CTX);
  await expect(`${JSON.stringify(body, undefined, 2)}\n`).toMatchFileSnapshot('golden/findings-rule.json');
});

test.each(BODIES)('the payload of a %s is the one read by people in golden/', async (kind, _schema, body) => {
  await expect(`${JSON.stringify(body, undefined, 2)}\n`).toMatchFileSnapshot(`golden/${kind}.json`);
});

describe.skipIf(!hasSharedData(OPENAPI))('against the public specification', () => {
  const check = createOracle();

  test.each(BODIES)('a create body of a %s is a %s', (_kind, schema, body) => {
    expect(check(schema, body)).toEqual([]);
  });

  test('a rule over findings is a notification rule', () => {
    expect(check('CreateNotificationRuleParameters', encodeNotificationRule(FINDINGS_RULE, CTX))).toEqual([]);
  });

  test('the oracle refuses a field that does not exist', () => {
    const body = { ...encodeRule(RULE, CTX), groupBy: ['service'] };
    expect(check('SecurityMonitoringStandardRuleCreatePayload', body)).toEqual([
      ' must NOT have additional properties',
    ]);
  });

  const UPDATES: Record<RemoteKind, string> = {
    'detection-rule': 'SecurityMonitoringRuleUpdatePayload',
    suppression: 'SecurityMonitoringSuppressionUpdateRequest',
    'notification-rule': 'PatchNotificationRuleParameters',
    workflow: 'UpdateWorkflowRequest',
  };

  test.each(BODIES)(
    'an update body of a %s is one too, and clears what somebody else set',
    (kind, _schema, body) => {
      const remote = driftedRemote(kind, body);
      expect(check(UPDATES[kind], encodeUpdate(body, remote))).toEqual([]);
    },
  );

  const CREATE_RULE: Partial<Record<RuleType, string>> = {
    signal_correlation: 'SecurityMonitoringSignalRuleCreatePayload',
    cloud_configuration: 'CloudConfigurationRuleCreatePayload',
  };

  test('every random object encodes to a body of the specification', () => {
    fc.assert(
      fc.property(ownRule, suppression, notificationRule, workflow, (rule, hidden, told, flow) => {
        const body = specified(encodeCreate('detection-rule', encodeRule(rule, CTX)));
        expect(check(CREATE_RULE[rule.type] ?? BODIES[0][1], body)).toEqual([]);
        expect(check(UPDATES['detection-rule'], specified(updateOf(rule)))).toEqual([]);
        expect(check(BODIES[1][1], encodeSuppression(hidden, CTX))).toEqual([]);
        expect(check(BODIES[2][1], encodeNotificationRule(told, CTX))).toEqual([]);
        expect(check(BODIES[3][1], encodeWorkflow(flow, CTX))).toEqual([]);
      }),
    );
  });

  test('signals and their metadata have the documented fields', () => {
    // The answers stay open on purpose; the documented fields must be right.
    const { custom, message, tags, timestamp } = encodeSignal(SIGNAL, 'one')['attributes'] as Record<
      string,
      unknown
    >;
    const documented = { id: SIGNAL.id, type: 'signal', attributes: { custom, message, tags, timestamp } };
    expect(check('SecurityMonitoringSignal', documented)).toEqual([]);
    expect(
      check(
        'SecurityMonitoringSignalTriageUpdateResponse',
        encodeSignalMetadata(SIGNAL, () => 'jo'),
      ),
    ).toEqual([]);
  });
});

function updateOf(rule: DetectionRule): Payload {
  const body = encodeRule(rule, CTX);
  return encodeUpdate(body, { kind: 'detection-rule', id: 'abc-def-ghi', version: 4, payload: body });
}

/** Fields that recorded answers have and the specification does not: what was read is sent as it was. */
const SEEN_IN_ANSWERS = new Set([
  'instantaneousBaselineTimeoutMinutes',
  'detectIpTransition',
  'complianceFrameworks',
  'validationQuery',
  'filter',
  'descriptionSummary',
  'remediationSummary',
  'resourceAttributes',
  'defaultSecurityInbox',
]);

function specified(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(specified);
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.entries(value).filter(([key]) => !SEEN_IN_ANSWERS.has(key));
  return Object.fromEntries(known.map(([key, part]) => [key, specified(part)]));
}

/** The object as a server would hold it after somebody changed it by hand. */
function driftedRemote(kind: RemoteKind, body: Readonly<Record<string, unknown>>): RemoteObject {
  const extra = {
    'detection-rule': { groupSignalsBy: ['service'], filters: [{ action: 'require', query: 'env:prod' }] },
    suppression: { data_exclusion_query: 'service:noisy', start_date: 1 },
    'notification-rule': { time_aggregation: 3_600 },
    workflow: {},
  }[kind];
  const data = body['data'] as { attributes: object } | undefined;
  const payload =
    data === undefined
      ? { ...body, ...extra }
      : { ...data, id: 'abc-def-ghi', attributes: { ...data.attributes, ...extra } };
  return { kind, id: 'abc-def-ghi', ...(kind !== 'workflow' && { version: 4 }), payload };
}
