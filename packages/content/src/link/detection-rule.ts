/** Checks of a detection rule that its schema cannot express. */

import {
  formatDuration,
  queryLabel,
  type AuthoredRule,
  type ContentPath,
  type DetectionRule,
  type RuleCase,
} from '@signalwright/model';
import { conditionLabels, type Condition } from '@signalwright/query';
import { templatePaths, type Template } from '@signalwright/template';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import type { WrittenRule } from '../schema/written.ts';
import { checkHandle } from './check-handle.ts';
import { checkQuery, checkCondition, checkTemplate } from './check-text.ts';
import type { LinkContext, Report } from './link-context.ts';
import { checkGroups } from './rule-groups.ts';
import { checkRuleTests } from './rule-tests.ts';
import { checkWindows } from './rule-windows.ts';

export function checkDetectionRule(
  authored: AuthoredRule,
  written: WrittenRule,
  context: LinkContext,
  report: Report,
): void {
  const { object } = authored;
  const labels = object.queries.map(queryLabel);
  object.queries.forEach((query, index) => checkQuery(report, ['queries', index, 'query'], query.query));
  checkLabels(object, labels, report);
  const templates = [
    checkRuleTemplate(report, ['name'], object.name, labels),
    checkRuleTemplate(report, ['message'], object.message, labels),
  ];
  const conditions = object.cases.map((each, index) => {
    const path = ['cases', index, 'condition'];
    const condition = checkCondition(report, path, each.condition ?? '');
    checkConditionLabels(report, path, condition, labels);
    return condition;
  });
  checkUnusedQueries(object, labels, conditions, templates, report);
  object.cases.forEach((each, index) =>
    each.notifications.forEach((handle, position) =>
      checkHandle(report, context, ['cases', index, 'notifications', position], handle),
    ),
  );
  object.cases.forEach((each, index) => checkBlocks(each, ['cases', index, 'actions'], report));
  checkWindows(object, written, report);
  checkGroups(object, written, conditions, report);
  checkRuleTests(authored, labels, report);
}

function checkLabels({ queries }: DetectionRule, labels: readonly string[], report: Report): void {
  labels.forEach((label, index) => {
    const first = labels.indexOf(label);
    if (first === index) return;
    const path = ['queries', index, ...(queries[index]?.name === '' ? [] : ['name'])];
    report.at(path, 'rule/duplicate-label', `Two queries are called ${quoted(label)}.`, {
      hint: 'Conditions could not tell them apart: give this one another name.',
      related: [{ message: 'The first one.', range: report.origin.rangeOf(['queries', first, 'name']) }],
    });
  });
}

/** Chosen: a longer block outlives those who know why it is there. The embedded org refuses it too. */
const MAX_BLOCK_MS = 365 * 24 * 60 * 60_000;

/** 0 is for ever in the API: nobody who writes `0s` means that. */
function checkBlocks({ actions }: RuleCase, path: ContentPath, report: Report): void {
  actions.forEach((action, position) => {
    if ((action.kind !== 'block_ip' && action.kind !== 'block_user') || action.durationMs === undefined)
      return;
    const { kind, durationMs } = action;
    if (durationMs > 0 && durationMs <= MAX_BLOCK_MS) return;
    const message = `${quoted(formatDuration(durationMs))} is out of range for "${kind}".`;
    report.at([...path, position, kind], 'schema/out-of-range', message, {
      hint: 'Write 1s to 365d, or permanent.',
    });
  });
}

const PER_QUERY = 'events_matched_per_query';

function checkRuleTemplate(
  report: Report,
  path: ContentPath,
  text: string,
  labels: readonly string[],
): Template | undefined {
  const template = checkTemplate(report, path, text);
  if (template === undefined) return undefined;
  for (const { segments, start, end } of templatePaths(template)) {
    const [root, label] = segments;
    if (root !== PER_QUERY || label === undefined || labels.includes(label)) continue;
    report.inText(path, { start, end }, 'template/unknown-query', `No query is called ${quoted(label)}.`, {
      hint: didYouMean(label, labels) ?? `Queries: ${labels.join(', ')}.`,
    });
  }
  return template;
}

function checkConditionLabels(
  report: Report,
  path: ContentPath,
  condition: Condition | undefined,
  labels: readonly string[],
): void {
  if (condition === undefined) return;
  for (const { label, start, end } of conditionLabels(condition)) {
    if (labels.includes(label)) continue;
    report.inText(path, { start, end }, 'condition/unknown-label', `No query is called ${quoted(label)}.`, {
      hint: didYouMean(label, labels) ?? `Queries: ${labels.join(', ')}.`,
    });
  }
}

/** A query that nobody reads costs and confuses; skipped while a condition or template cannot be read. */
function checkUnusedQueries(
  { queries }: DetectionRule,
  labels: readonly string[],
  conditions: readonly (Condition | undefined)[],
  templates: readonly (Template | undefined)[],
  report: Report,
): void {
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
