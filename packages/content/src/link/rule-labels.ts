/** Names of queries and steps: in conditions they must exist, and what is named should be used. */

import { queryLabel, type ContentPath, type DetectionRule } from '@signalwright/model';
import { conditionLabels, type Condition } from '@signalwright/query';
import { templatePaths, type Template } from '@signalwright/template';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { checkCondition } from './check-text.ts';
import type { Report } from './link-context.ts';

/** What the conditions of cases compare: the steps of a sequence, else the queries. */
function caseLabels({ method, queries }: DetectionRule): readonly string[] {
  return method.kind === 'sequence_detection'
    ? method.steps.map(({ name }) => name)
    : queries.map(queryLabel);
}

/** The conditions of the cases; undefined where there is none, or none that can be read. */
export function checkCaseConditions(rule: DetectionRule, report: Report): readonly (Condition | undefined)[] {
  const labels = caseLabels(rule);
  const what = rule.method.kind === 'sequence_detection' ? 'step' : 'query';
  // The service says by itself when a rule of one of these decides; a condition there has been reported.
  const isRead = rule.method.kind !== 'new_value' && rule.method.kind !== 'impossible_travel';
  return rule.cases.map(({ condition }, index) => {
    if (condition === undefined || !isRead) return undefined;
    if (condition === '' && rule.method.kind !== 'threshold') return undefined;
    const path = ['cases', index, 'condition'];
    const parsed = checkCondition(report, path, condition);
    checkConditionLabels(report, path, parsed, labels, what);
    return parsed;
  });
}

export function checkConditionLabels(
  report: Report,
  path: ContentPath,
  condition: Condition | undefined,
  labels: readonly string[],
  what: 'query' | 'step',
): void {
  if (condition === undefined) return;
  for (const { label, start, end } of conditionLabels(condition)) {
    if (labels.includes(label)) continue;
    report.inText(path, { start, end }, 'condition/unknown-label', `No ${what} is called ${quoted(label)}.`, {
      hint: didYouMean(label, labels) ?? `${what === 'query' ? 'Queries' : 'Steps'}: ${labels.join(', ')}.`,
    });
  }
}

/** A query that nobody reads costs and confuses; skipped while a condition or template cannot be read. */
export function checkUnusedQueries(
  { queries, method }: DetectionRule,
  labels: readonly string[],
  conditions: readonly (Condition | undefined)[],
  templates: readonly (Template | undefined)[],
  report: Report,
): void {
  if (method.kind === 'sequence_detection' || method.kind === 'third_party') return;
  if ([...conditions, ...templates].includes(undefined)) return;
  const inConditions = conditions.flatMap((each) =>
    each === undefined ? [] : conditionLabels(each).map(({ label }) => label),
  );
  // A misspelt label is found where it stands; that its query then seems unused is the same mistake.
  if (inConditions.some((label) => !labels.includes(label))) return;
  const used = new Set([
    ...inConditions,
    ...templates.flatMap((each) =>
      each === undefined ? [] : templatePaths(each).map(({ segments }) => segments[1]),
    ),
  ]);
  labels.forEach((label, index) => {
    if (used.has(label)) return;
    const path = ['queries', index, ...(queries[index]?.name === '' ? ['query'] : ['name'])];
    report.at(path, 'rule/unused-query', `No condition uses the query ${quoted(label)}.`, {
      hint: 'Use it in a case, or remove it.',
    });
  });
}
