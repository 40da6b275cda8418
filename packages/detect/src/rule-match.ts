/**
 * Which queries of a rule one event matches. Works for every rule over events, those that the detector does not run
 * included: it is the contract of `POST …/rules/test`.
 */

import {
  effectiveRule,
  eventDocument,
  eventQueries,
  joinQueries,
  queryLabel,
  type DetectionRule,
  type RuleTest,
  type SearchDocument,
  type TestFields,
  type TestOutcome,
} from '@signalwright/model';
import { compileQueryText, type ContentProblem } from './content-problem.ts';
import { compileFilters } from './filtered-query.ts';
import { intakeOf } from './not-run.ts';
import { TEST_START_MS, eventOfFields } from './test-events.ts';

export interface LabelledMatcher {
  readonly label: string;
  readonly matches: (document: SearchDocument) => boolean;
}

export type CompileMatchersResult =
  | { readonly ok: true; readonly matchers: readonly LabelledMatcher[] }
  | { readonly ok: false; readonly problems: readonly ContentProblem[] };

/** A third party rule matches by its cases, and only events that one of its root queries selects. */
export function compileMatchers(written: DetectionRule): CompileMatchersResult {
  const rule = effectiveRule(written);
  const problems: ContentProblem[] = [];
  const roots = rule.method.kind === 'third_party' ? rule.method.rootQueries : [];
  const selects = roots.map(({ query }, index) =>
    compileQueryText(query, ['third_party', 'rootQueries', index, 'query'], problems),
  );
  const filters = compileFilters(rule, problems);
  const place = rule.method.kind === 'third_party' ? ['third_party', 'cases'] : ['queries'];
  const matchers = eventQueries(rule).flatMap((query, index): readonly LabelledMatcher[] => {
    const parsed = compileQueryText(query.query, [...place, index, 'query'], problems);
    const whole = parsed && compileQueryText(joinQueries([query.query, ...filters]), ['filters'], problems);
    if (whole === undefined) return [];
    const isSelected = (document: SearchDocument): boolean =>
      selects.length === 0 || selects.some((root) => root?.matches(document) === true);
    const matches = (document: SearchDocument): boolean => isSelected(document) && whole.matches(document);
    return [{ label: queryLabel(query, index), matches }];
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, matchers };
}

export function runMatchTest(
  rule: DetectionRule,
  matchers: readonly LabelledMatcher[],
  sample: TestFields,
  test: Extract<RuleTest, { kind: 'match' }>,
): TestOutcome {
  const stamp = { id: 'event-1', tsMs: TEST_START_MS, dataSource: intakeOf(rule) };
  const document = eventDocument(eventOfFields({ ...sample, ...test.event }, stamp));
  const actual = matchers.filter(({ matches }) => matches(document)).map(({ label }) => label);
  const expected = [...test.matches];
  const missing = expected.filter((label) => !actual.includes(label));
  const extra = actual.filter((label) => !expected.includes(label));
  if (missing.length === 0 && extra.length === 0) return { name: test.name, passed: true, differences: [] };
  const note = [
    ...missing.map((label) => `"${label}" does not match the event.`),
    ...extra.map((label) => `"${label}" matches it.`),
  ].join(' ');
  return {
    name: test.name,
    passed: false,
    differences: [{ path: 'matches', expected, actual, note }],
  };
}
