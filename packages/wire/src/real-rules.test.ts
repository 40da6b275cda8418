/** Rules that the service answered: each is read, and written again as it was but for what only the service knows. */

import type { DetectionMethodName, RuleType } from '@signalwright/model';
import { describe, expect, test } from 'vitest';
import { SERVER_FILLED, decodeRule, encodeRule, normalisePayload } from './index.ts';
import { hasSharedData, readSharedJson } from './testing/shared-data.ts';

const CTX = { stack: 'acme-appsec' };
const CORPUS = 'datadog-api/rule-corpus.json';

type Json = Record<string, unknown>;

/** Source: facts of the API about defaults that the service adds. `metric` is an echo of `metrics`. */
function asAnsweredToday(rule: Json): Json {
  const known = Object.entries(rule).filter(([key]) => !(key in SERVER_FILLED['detection-rule']));
  const { relatedSignalsFields: _derived, ...options } = rule['options'] as Json;
  const isCloud = rule['type'] === 'cloud_configuration';
  return {
    hasExtendedTitle: false,
    filters: [],
    ...Object.fromEntries(known),
    tags: ((rule['tags'] ?? []) as string[]).toSorted(),
    options: { detectionMethod: 'threshold', ...options },
    queries: (rule['queries'] as Json[]).map(({ metric: _echo, ...query }) => ({
      name: '',
      // Neither a query over signals nor the one that the service makes of a resource type has one.
      ...(!isCloud && query['correlatedByFields'] === undefined && { dataSource: 'logs' }),
      hasOptionalGroupByFields: false,
      distinctFields: [],
      groupByFields: [],
      ...query,
    })),
    cases: (rule['cases'] as Json[]).map((each) => ({ notifications: [], ...each })),
  };
}

function withoutMark(payload: Json): Json {
  const tags = (payload['tags'] as string[]).filter((tag) => !tag.startsWith('signalwright:'));
  const { id: _id, isDefault: _owned, defaultTags: _tags, ...rest } = payload;
  return { ...rest, tags: tags.toSorted() };
}

describe.skipIf(!hasSharedData(CORPUS))('published rules', () => {
  const corpus = (hasSharedData(CORPUS) ? readSharedJson(CORPUS) : []) as readonly { readonly rule: Json }[];
  const rules = corpus.map(({ rule }) => rule);

  test(`all ${rules.length} of them come back as they were`, () => {
    expect(rules.length).toBe(500);
    for (const rule of rules) {
      const result = decodeRule(rule);
      if (!result.ok) throw new Error(`${String(rule['name'])}: ${JSON.stringify(result.problems)}`);
      const again = encodeRule(result.value, CTX);
      expect(withoutMark(again)).toEqual(withoutMark(asAnsweredToday(rule)));
      expect(withoutMark(normalisePayload('detection-rule', again))).toEqual(
        withoutMark(
          normalisePayload('detection-rule', { ...rule, tags: (rule['tags'] as string[]).toSorted() }),
        ),
      );
    }
  });

  test('they are of these types and methods', () => {
    const kinds = new Map<string, number>();
    for (const rule of rules) {
      const type = rule['type'] as RuleType;
      const method = (rule['options'] as Json)['detectionMethod'] as DetectionMethodName;
      kinds.set(`${type} ${method}`, (kinds.get(`${type} ${method}`) ?? 0) + 1);
    }
    expect(Object.fromEntries([...kinds].toSorted())).toMatchInlineSnapshot(`
      {
        "application_security anomaly_detection": 1,
        "application_security threshold": 3,
        "cloud_configuration threshold": 75,
        "infrastructure_configuration threshold": 2,
        "log_detection anomaly_detection": 45,
        "log_detection impossible_travel": 10,
        "log_detection new_value": 24,
        "log_detection third_party": 16,
        "log_detection threshold": 316,
        "signal_correlation threshold": 5,
        "workload_security threshold": 3,
      }
    `);
  });
});
