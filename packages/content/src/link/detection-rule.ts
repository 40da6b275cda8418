/** Checks of a detection rule that its schema cannot express. */

import {
  eventQueries,
  formatDuration,
  queryLabel,
  type AuthoredRule,
  type ContentPath,
  type DetectionRule,
  type RuleCase,
} from '@signalwright/model';
import { templatePaths, type Template } from '@signalwright/template';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import type { WrittenRule } from '../schema/written.ts';
import { checkHandle } from './check-handle.ts';
import { checkTemplate } from './check-text.ts';
import type { LinkContext, Report } from './link-context.ts';
import { checkGroups } from './rule-groups.ts';
import { checkCaseConditions, checkUnusedQueries } from './rule-labels.ts';
import { checkMethod } from './rule-method.ts';
import { checkParts } from './rule-parts.ts';
import { checkAggregations, checkShape } from './rule-shape.ts';
import { checkRuleQueries } from './rule-queries.ts';
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
  checkRuleQueries(object, report);
  checkLabels(object, labels, report);
  const templates = [
    checkRuleTemplate(report, ['name'], object.name, labels),
    checkRuleTemplate(report, ['message'], object.message, labels),
  ];
  const conditions = checkCaseConditions(object, report);
  checkUnusedQueries(object, labels, conditions, templates, report);
  object.cases.forEach((each, index) =>
    each.notifications.forEach((handle, position) =>
      checkHandle(report, context, ['cases', index, 'notifications', position], handle),
    ),
  );
  object.cases.forEach((each, index) => checkBlocks(each, ['cases', index, 'actions'], report));
  checkShape(object, written, report);
  checkAggregations(object, report);
  checkMethod(object, report);
  checkParts(object, context, report);
  checkWindows(object, written, report);
  checkGroups(object, written, conditions, report);
  checkRuleTests(authored, eventQueries(object).map(queryLabel), report);
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
