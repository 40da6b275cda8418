/** How a rule that Datadog owns reads once it is tuned. Source: rules API, the `custom…` fields. */

import type { DetectionRule, RuleCase, RuleQuery } from './rule.ts';

/** The rule with what is laid over it taken in: the same object when nothing is. An empty text lays nothing over. */
export function effectiveRule(rule: DetectionRule): DetectionRule {
  const { customName = '', customMessage = '' } = rule;
  const queries = rule.queries.map(effectiveQuery);
  const cases = rule.cases.map(effectiveCase);
  const isPlain =
    customName === '' &&
    customMessage === '' &&
    queries.every((query, index) => query === rule.queries[index]) &&
    cases.every((each, index) => each === rule.cases[index]);
  if (isPlain) return rule;
  return {
    ...rule,
    ...(customName !== '' && { name: customName }),
    ...(customMessage !== '' && { message: customMessage }),
    queries,
    cases,
  };
}

function effectiveQuery(query: RuleQuery): RuleQuery {
  const extension = query.customQueryExtension?.trim() ?? '';
  if (extension === '') return query;
  return { ...query, query: joinQueries([query.query, extension]) };
}

/** All of them must match; an empty one does. */
export function joinQueries(queries: readonly string[]): string {
  const written = queries.filter((query) => query.trim() !== '');
  return written.length < 2 ? (written[0] ?? '') : written.map((query) => `(${query})`).join(' ');
}

function effectiveCase(ruleCase: RuleCase): RuleCase {
  const severity = ruleCase.customSeverity ?? ruleCase.severity;
  return severity === ruleCase.severity ? ruleCase : { ...ruleCase, severity };
}
