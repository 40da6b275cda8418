/** What we send, judged by the public specification with its objects closed; and what real rules we can read. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeRule,
  encodeNotificationRule,
  encodeRule,
  encodeSignal,
  encodeSignalMetadata,
  encodeSuppression,
  encodeUpdate,
  encodeWorkflow,
  normalisePayload,
  type RemoteKind,
  type RemoteObject,
} from './index.ts';
import { detectionRule, notificationRule, suppression } from './testing/content-arbitraries.ts';
import { OPENAPI, createOracle } from './testing/openapi.ts';
import { NOTIFICATION_RULE, RULE, SIGNAL, SUPPRESSION, WORKFLOW } from './testing/sample-content.ts';
import { hasSharedData, readSharedJson } from './testing/shared-data.ts';
import { workflow } from './testing/workflow-arbitraries.ts';

const CTX = { stack: 'acme-appsec' };

const BODIES = [
  ['detection-rule', 'SecurityMonitoringStandardRuleCreatePayload', encodeRule(RULE, CTX)],
  ['suppression', 'SecurityMonitoringSuppressionCreateRequest', encodeSuppression(SUPPRESSION, CTX)],
  ['notification-rule', 'CreateNotificationRuleParameters', encodeNotificationRule(NOTIFICATION_RULE, CTX)],
  ['workflow', 'CreateWorkflowRequest', encodeWorkflow(WORKFLOW, CTX)],
] as const;

test.each(BODIES)(
  'the create body of a %s is the one read by people in golden/',
  async (kind, _schema, body) => {
    await expect(`${JSON.stringify(body, undefined, 2)}\n`).toMatchFileSnapshot(`golden/${kind}.json`);
  },
);

describe.skipIf(!hasSharedData(OPENAPI))('against the public specification', () => {
  const check = createOracle();

  test.each(BODIES)('a create body of a %s is a %s', (_kind, schema, body) => {
    expect(check(schema, body)).toEqual([]);
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

  test('every random object encodes to a body of the specification', () => {
    fc.assert(
      fc.property(detectionRule, suppression, notificationRule, workflow, (rule, hidden, told, flow) => {
        expect(check(BODIES[0][1], encodeRule(rule, CTX))).toEqual([]);
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
    expect(check('SecurityMonitoringSignalTriageUpdateResponse', encodeSignalMetadata(SIGNAL))).toEqual([]);
  });
});

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

const CORPUS = 'datadog-api/rule-corpus.json';

interface CorpusRule {
  readonly type: string;
  readonly options?: { readonly detectionMethod?: string };
}

describe.skipIf(!hasSharedData(CORPUS))('real rules', () => {
  const corpus = (hasSharedData(CORPUS) ? readSharedJson(CORPUS) : []) as readonly {
    readonly rule: CorpusRule;
  }[];
  const types = [
    'application_security',
    'api_security',
    'log_detection',
    'workload_security',
    'workload_activity',
  ];
  const threshold = corpus
    .map((entry) => entry.rule)
    .filter((rule) => rule.options?.detectionMethod === 'threshold' && types.includes(rule.type));
  const results = threshold.map((rule) => ({ rule, result: decodeRule(rule) }));
  const refused = results.filter(({ result }) => !result.ok);

  test(`${results.length - refused.length} of ${results.length} threshold rules of the authored types are read, the rest refused by name of the field`, () => {
    const reasons = new Map<string, number>();
    for (const { result } of refused) {
      for (const problem of result.ok ? [] : result.problems) {
        const reason = problem.path.replaceAll(/\d+/g, 'n');
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    }
    expect(Object.fromEntries([...reasons].toSorted())).toMatchInlineSnapshot(`
      {
        "groupSignalsBy": 3,
        "referenceTables": 11,
      }
    `);
    expect(results.length).toBeGreaterThan(300);
  });

  test('what is read and written again differs from the original in nothing but the owner’s tag', () => {
    for (const { rule, result } of results) {
      if (!result.ok) continue;
      const again = normalisePayload('detection-rule', encodeRule(result.value, CTX));
      const tags = (again['tags'] as string[]).filter((tag) => !tag.startsWith('signalwright:'));
      expect({ ...again, tags }).toEqual(normalisePayload('detection-rule', rule));
    }
  });
});
