/**
 * Parts of a rule that the service makes from other parts. Answers have them, create bodies do not: the queries and
 * cases of a third party rule from its `thirdPartyCases`, the query and condition of a cloud configuration rule
 * from its resource type. Source: recorded answers beside the requests that led to them.
 */

import type { Payload } from '@signalwright/model';
import { isJsonObject, type JsonObject } from './payload-reader.ts';

export interface DerivedParts {
  readonly queries: readonly Payload[];
  readonly cases: readonly Payload[];
}

/** What the service makes of the payload; undefined for rules that write all of it themselves. */
export function derivedParts(rule: JsonObject): DerivedParts | undefined {
  const options = objectOf(rule['options']);
  if (options['detectionMethod'] === 'third_party') return fromThirdPartyCases(rule);
  if (rule['type'] === 'cloud_configuration') return fromResourceType(rule, options);
  return undefined;
}

function fromThirdPartyCases(rule: JsonObject): DerivedParts {
  const cases = listOf(rule['thirdPartyCases']).map(objectOf);
  return {
    queries: cases.map((each) => ({
      name: '',
      query: each['query'] ?? '',
      dataSource: 'logs',
      aggregation: 'none',
      groupByFields: [],
      hasOptionalGroupByFields: false,
      distinctFields: [],
    })),
    cases: cases.map(({ query: _query, ...ruleCase }) => ruleCase),
  };
}

/** Of cloud configuration rules: any finding. */
const CONDITION = 'a > 0';

function fromResourceType(rule: JsonObject, options: JsonObject): DerivedParts {
  const { resourceType } = objectOf(options['complianceRuleOptions']);
  const query = {
    name: 'a',
    query: `resource_type:${String(resourceType)}`,
    aggregation: 'count',
    groupByFields: ['resource_type', 'resource_id'],
    hasOptionalGroupByFields: false,
    distinctFields: [],
  };
  const cases = listOf(rule['cases']).map((each) => ({
    ...objectOf(each),
    condition: objectOf(each)['condition'] ?? CONDITION,
  }));
  return { queries: [query], cases };
}

/**
 * The payload without what the service makes itself, as create bodies write it. What differs from what the service
 * would make is kept.
 */
export function withoutDerived(rule: JsonObject): JsonObject {
  const derived = derivedParts(rule);
  if (derived === undefined) return rule;
  const queries = listOf(rule['queries']);
  const cases = listOf(rule['cases']);
  if (rule['type'] === 'cloud_configuration') {
    return {
      ...rule,
      queries: sameParts(queries, derived.queries) ? [] : queries,
      cases: cases.map((each) => withoutCondition(objectOf(each))),
    };
  }
  return {
    ...rule,
    queries: sameParts(queries, derived.queries) ? [] : queries,
    cases: sameParts(cases, derived.cases) ? [] : cases,
  };
}

function withoutCondition(ruleCase: JsonObject): JsonObject {
  if (ruleCase['condition'] !== CONDITION) return ruleCase;
  const { condition: _derived, ...rest } = ruleCase;
  return rest;
}

/** Whether each has what the service would make; what it may fill in besides does not count. */
function sameParts(found: readonly unknown[], derived: readonly Payload[]): boolean {
  if (found.length !== derived.length) return false;
  return found.every((part, index) => {
    const made: JsonObject = derived[index] ?? {};
    return Object.entries({ ...FILLED_IN, ...made, ...objectOf(part) }).every(
      ([key, value]) => JSON.stringify(value) === JSON.stringify(made[key] ?? FILLED_IN[key]),
    );
  });
}

/** Source: facts of the API about what the server adds, where a part leaves it out. */
const FILLED_IN: JsonObject = { name: '', notifications: [], dataSource: 'logs' };

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
