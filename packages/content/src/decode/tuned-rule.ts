/**
 * A rule that Datadog owns, tuned: what is written is laid over the body that is pinned beside it. What names a case
 * or query that the body does not have is left out here and reported by `link`.
 */

import {
  addressOf,
  present,
  queryLabel,
  type AuthoredRule,
  type DetectionRule,
  type Origin,
  type RuleCase,
  type RuleQuery,
} from '@signalwright/model';
import type { WrittenTunedRule, WrittenTunedRuleCase } from '../schema/written.ts';
import { decodeTest } from './detection-rule.ts';
import { decodeFilter } from './rule-case.ts';
import { tagsWithOwner, importedParts } from './scalar.ts';
import { decodeFields } from './test-fields.ts';

export function decodeTunedRule(
  written: WrittenTunedRule,
  body: DetectionRule,
  origin: Origin,
): AuthoredRule {
  return {
    kind: 'detection-rule',
    address: addressOf('detection-rule', written.id),
    object: tune(written, body),
    ...(written.owner !== undefined && { owner: written.owner }),
    sample: decodeFields(written.sample),
    tests: (written.tests ?? []).map(decodeTest),
    origin,
  };
}

function tune(written: WrittenTunedRule, body: DetectionRule): DetectionRule {
  const { enabled, decreaseCriticalityBasedOnEnv, customName, customMessage } = written;
  return {
    ...body,
    ...present({
      enabled,
      filters: written.filters?.map(decodeFilter),
      decreaseSeverityOutsideProduction: decreaseCriticalityBasedOnEnv,
      customName,
      customMessage,
    }),
    id: written.id,
    tunes: { ruleId: written.default, defaultTags: body.tags },
    tags: [...new Set([...body.tags, ...tagsWithOwner(written.tags, written.owner)])],
    queries: body.queries.map((query, index) => extend(query, index, written)),
    cases: body.cases.map((each, index) => {
      const change = caseChange(each, index, written);
      return change === undefined ? each : changeCase(each, change);
    }),
    ...importedParts(written),
  };
}

function extend(query: RuleQuery, index: number, { queryExtension }: WrittenTunedRule): RuleQuery {
  if (queryExtension === undefined) return query;
  if (typeof queryExtension === 'string') return { ...query, customQueryExtension: queryExtension };
  const label = queryLabel(query, index);
  const extension = Object.hasOwn(queryExtension, label) ? queryExtension[label] : undefined;
  return extension === undefined ? query : { ...query, customQueryExtension: extension };
}

/** By name where one is written, else by position. */
function caseChange(
  body: RuleCase,
  index: number,
  { cases = [] }: WrittenTunedRule,
): WrittenTunedRuleCase | undefined {
  const atPlace = cases[index];
  if (atPlace !== undefined && atPlace.name === undefined) return atPlace;
  return body.name === '' ? undefined : cases.find(({ name }) => name === body.name);
}

function changeCase(body: RuleCase, { severity, notifications }: WrittenTunedRuleCase): RuleCase {
  return {
    ...body,
    ...(severity !== undefined && severity !== body.severity && { customSeverity: severity }),
    ...present({ notifications }),
  };
}
