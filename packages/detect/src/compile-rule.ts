/**
 * A detection rule made ready to run: queries parsed to matchers, conditions to trees, templates read.
 * What is wrong with it comes back as problems with their place, never as a throw.
 */

import type {
  ContentPath,
  DataSource,
  DetectionRule,
  RuleCase,
  RuleQuery,
  SearchDocument,
  SignalRule,
} from '@signalwright/model';
import {
  MAX_RULE_CASES,
  MAX_RULE_QUERIES,
  effectiveRule,
  formatDuration,
  joinQueries,
  queryLabel,
} from '@signalwright/model';
import { conditionLabels, parseCondition, type Condition, type Query } from '@signalwright/query';
import type { Template } from '@signalwright/template';
import { compileMeasure, type MeasureReader } from './aggregate.ts';
import { attributeSegments } from './attribute-path.ts';
import {
  compileQueryText,
  compileTemplateText,
  problemOf,
  type ContentProblem,
  type QueryText,
} from './content-problem.ts';
import { intakeOf, whatIsNotRun } from './not-run.ts';
import { compileFilters } from './filtered-query.ts';
import { MAX_DISTINCT_VALUES } from './distinct-values.ts';
import { compileTuples, type TupleReader } from './tuple.ts';

/** As the org knows the rule; in tests the id of its file and version 1. */
export interface RuleIdentity {
  readonly id: string;
  readonly version: number;
}

export interface CompiledRule {
  readonly identity: RuleIdentity;
  readonly rule: DetectionRule;
  /** How its signals name it. */
  readonly signalRule: SignalRule;
  /** Events of other intakes are never shown to it. */
  readonly dataSource: DataSource;
  readonly queries: readonly CompiledQuery[];
  readonly cases: readonly CompiledCase[];
  readonly title: Template;
  readonly message: Template;
}

export interface CompiledQuery {
  readonly label: string;
  readonly written: RuleQuery;
  readonly query: Query;
  readonly matches: (document: SearchDocument) => boolean;
  /** In the order in which the rule's queries are joined, see `joinOrder`. */
  readonly groupBy: readonly string[];
  /** The groups an event stands in. Queries that group alike share the reader, so it is asked once. */
  readonly readGroups: TupleReader;
  readonly readMeasure: MeasureReader;
}

export interface CompiledCase {
  readonly written: RuleCase;
  readonly condition: Condition;
}

export type CompileRuleResult =
  | { readonly ok: true; readonly rule: CompiledRule }
  /** At least one, in the order of the rule's fields. */
  | { readonly ok: false; readonly problems: readonly ContentProblem[] };

/**
 * Never throws. A rule that is not enabled compiles as well; the detector leaves it out. A rule that the detector
 * does not run is refused with the code `rule/not-run` alone; a tuned one compiles as it reads once tuned.
 */
export function compileRule(written: DetectionRule, identity: RuleIdentity): CompileRuleResult {
  const rule = effectiveRule(written);
  const notRun = whatIsNotRun(rule);
  if (notRun.length > 0) return { ok: false, problems: notRun };
  const problems: ContentProblem[] = [];
  const title = compileTemplateText(rule.name, ['name'], problems);
  const message = compileTemplateText(rule.message, ['message'], problems);
  const queries = compileQueries(rule, problems);
  const cases = compileCases(rule, problems);
  checkWindows(rule, problems);
  if (problems.length > 0 || title === undefined || message === undefined) return { ok: false, problems };
  return {
    ok: true,
    rule: {
      identity,
      rule,
      signalRule: {
        id: identity.id,
        name: rule.name,
        type: rule.type,
        version: identity.version,
        detectionMethod: rule.method.kind,
        tags: rule.tags,
      },
      dataSource: intakeOf(rule),
      queries,
      cases,
      title,
      message,
    },
  };
}

function compileQueries(rule: DetectionRule, problems: ContentProblem[]): readonly CompiledQuery[] {
  const count = rule.queries.length;
  if (count === 0 || count > MAX_RULE_QUERIES) {
    const message = `The rule has ${count} queries; it may have 1 to ${MAX_RULE_QUERIES}.`;
    problems.push({ path: ['queries'], code: 'rule/query-count', message });
  }
  const first = rule.queries[0]?.groupBy ?? [];
  const filters = compileFilters(rule, problems);
  const seen = new Set<string>();
  const compiled: CompiledQuery[] = [];
  rule.queries.forEach((written, position) => {
    const label = queryLabel(written, position);
    if (seen.has(label)) {
      const message = `Two queries are called "${label}".`;
      problems.push({ path: ['queries', position], code: 'rule/duplicate-label', message });
    }
    seen.add(label);
    const groupBy = joinOrder(first, written.groupBy);
    checkPaths(written, position, problems);
    if (groupBy === undefined) {
      const message = `"${label}" groups by ${written.groupBy.length} fields, "${queryLabel(rule.queries[0] ?? written, 0)}" by ${first.length}: their groups cannot be joined.`;
      problems.push({ path: ['queries', position, 'groupBy'], code: 'rule/group-by-mismatch', message });
    }
    const parsed = compileFiltered(written, position, filters, problems);
    if (parsed === undefined || groupBy === undefined) return;
    const twin = compiled.find(
      (known) => known.groupBy === groupBy && known.written.optionalGroupBy === written.optionalGroupBy,
    );
    const readGroups = twin?.readGroups ?? compileTuples(groupBy, written.optionalGroupBy);
    const readMeasure = compileMeasure(written.aggregation);
    compiled.push({ label, written, groupBy, readGroups, readMeasure, ...parsed });
  });
  return compiled;
}

/** The text of the query is read by itself first, so that what is wrong in it is told at its place. */
function compileFiltered(
  query: RuleQuery,
  position: number,
  filters: readonly string[],
  problems: ContentProblem[],
): QueryText | undefined {
  const parsed = compileQueryText(query.query, ['queries', position, 'query'], problems);
  if (filters.length === 0 || parsed === undefined) return parsed;
  return compileQueryText(joinQueries([query.query, ...filters]), ['filters'], problems);
}

/**
 * Queries join on equal group values: by name where both list the same fields, else position by position
 * (`@aws.s3.bucket` with `@requestParameters.bucketName`), as published rules do (docs/decisions/0070).
 *
 * @returns the fields of `groupBy` in the order of `first`; `first` itself when they are the same, so that
 * one event's groups are worked out once; undefined when the lengths differ
 */
function joinOrder(first: readonly string[], groupBy: readonly string[]): readonly string[] | undefined {
  if (groupBy.length !== first.length) return undefined;
  const names = new Set(groupBy);
  return names.size === first.length && first.every((name) => names.has(name)) ? first : groupBy;
}

function checkPaths(query: RuleQuery, position: number, problems: ContentProblem[]): void {
  const { aggregation } = query;
  query.groupBy.forEach((field, index) => {
    checkPath(field, ['queries', position, 'groupBy', index], problems);
  });
  if (aggregation.kind === 'cardinality') {
    if (aggregation.fields.length === 0) {
      const message = 'A cardinality needs at least one field.';
      problems.push({ path: ['queries', position, 'cardinality'], code: 'rule/no-field', message });
    }
    aggregation.fields.forEach((field, index) => {
      checkPath(field, ['queries', position, 'cardinality', index], problems);
    });
  } else if (aggregation.kind === 'sum' || aggregation.kind === 'max') {
    checkPath(aggregation.field, ['queries', position, aggregation.kind], problems);
  }
}

function checkPath(field: string, path: ContentPath, problems: ContentProblem[]): void {
  if (attributeSegments(field) !== undefined) return;
  const message = `"${field}" is no field: write @http.client_ip for an attribute, service for a reserved name or tag.`;
  problems.push({ path, code: 'rule/bad-field', message });
}

function compileCases(rule: DetectionRule, problems: ContentProblem[]): readonly CompiledCase[] {
  const count = rule.cases.length;
  if (count === 0 || count > MAX_RULE_CASES) {
    const message = `The rule has ${count} cases; it may have 1 to ${MAX_RULE_CASES}.`;
    problems.push({ path: ['cases'], code: 'rule/case-count', message });
  }
  const labels = rule.queries.map(queryLabel);
  const compiled: CompiledCase[] = [];
  rule.cases.forEach((written, position) => {
    const path = ['cases', position, 'condition'];
    const parsed = parseCondition(written.condition ?? '');
    if (!parsed.ok) {
      for (const error of parsed.errors) problems.push(problemOf(path, `condition/${error.code}`, error));
      return;
    }
    for (const label of conditionLabels(parsed.condition)) {
      if (labels.includes(label.label)) continue;
      const message = `No query is called "${label.label}"; this rule has ${labels.join(', ')}.`;
      problems.push({ path, code: 'condition/unknown-label', message, start: label.start, end: label.end });
    }
    checkReach(parsed.condition, rule, path, problems);
    compiled.push({ written, condition: parsed.condition });
  });
  return compiled;
}

/** A case that a bound of ours would silently keep from ever being true is refused instead. */
function checkReach(
  condition: Condition,
  rule: DetectionRule,
  path: ContentPath,
  problems: ContentProblem[],
): void {
  if (condition.kind !== 'compare') {
    for (const child of condition.children) checkReach(child, rule, path, problems);
    return;
  }
  const query = rule.queries.find((each, position) => queryLabel(each, position) === condition.label);
  if (query?.aggregation.kind !== 'cardinality' || condition.threshold < MAX_DISTINCT_VALUES) return;
  const message = `"${condition.label}" can reach ${MAX_DISTINCT_VALUES} distinct values, never ${condition.threshold}.`;
  problems.push({
    path,
    code: 'rule/threshold-out-of-reach',
    message,
    start: condition.start,
    end: condition.end,
  });
}

/** Source: error text of the rule validation endpoint, and the custom rules page for the window. */
function checkWindows(rule: DetectionRule, problems: ContentProblem[]): void {
  const { evaluationWindowMs: window, keepAliveMs: keepAlive, maxSignalDurationMs: duration } = rule;
  if (keepAlive > duration) {
    const message = `keepAlive (${formatDuration(keepAlive)}) is longer than maxSignalDuration (${formatDuration(duration)}).`;
    problems.push({ path: ['keepAlive'], code: 'rule/keep-alive-too-long', message });
  }
  if (window > keepAlive) {
    const message = `evaluationWindow (${formatDuration(window)}) is longer than keepAlive (${formatDuration(keepAlive)}).`;
    problems.push({ path: ['evaluationWindow'], code: 'rule/window-too-long', message });
  }
}
