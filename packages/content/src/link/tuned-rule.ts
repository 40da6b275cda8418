/** Checks of a file that tunes a rule of Datadog: what it names must be in the body that is pinned beside it. */

import {
  eventQueries,
  queryLabel,
  type AuthoredRule,
  type ContentPath,
  type DetectionRule,
} from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import type { WrittenTunedRule } from '../schema/written.ts';
import { checkHandle } from './check-handle.ts';
import { checkQuery, checkTemplate } from './check-text.ts';
import type { LinkContext, Report } from './link-context.ts';
import { checkTags } from './rule-parts.ts';
import { checkRuleTests } from './rule-tests.ts';

export function checkTunedRule(
  authored: AuthoredRule,
  written: WrittenTunedRule,
  context: LinkContext,
  report: Report,
): void {
  const { object } = authored;
  checkTags(written.tags ?? [], report);
  checkExtensions(object, written, report);
  checkCases(object, written, context, report);
  object.filters.forEach(({ action, query }, index) => {
    if (written.filters !== undefined) checkQuery(report, ['filters', index, action], query);
  });
  for (const key of ['customName', 'customMessage'] as const) {
    const text = written[key];
    if (text !== undefined) checkTemplate(report, [key], text);
  }
  checkRuleTests(authored, eventQueries(object).map(queryLabel), report);
}

function checkExtensions(rule: DetectionRule, { queryExtension }: WrittenTunedRule, report: Report): void {
  if (queryExtension === undefined) return;
  if (typeof queryExtension === 'string') {
    checkQuery(report, ['queryExtension'], queryExtension);
    return;
  }
  const labels = rule.queries.map(queryLabel);
  for (const [label, text] of Object.entries(queryExtension)) {
    const path: ContentPath = ['queryExtension', label];
    checkQuery(report, path, text);
    if (labels.includes(label)) continue;
    report.atKey(path, 'tuning/unknown-query', `The rule has no query ${quoted(label)}.`, {
      hint: didYouMean(label, labels) ?? `Its queries: ${labels.join(', ') || 'none'}.`,
    });
  }
}

function checkCases(
  rule: DetectionRule,
  { cases = [] }: WrittenTunedRule,
  context: LinkContext,
  report: Report,
): void {
  const names = rule.cases.map(({ name }) => name).filter((name) => name !== '');
  cases.forEach(({ name, notifications = [] }, index) => {
    if (name === undefined && index >= rule.cases.length) {
      const message = `The rule has ${rule.cases.length} ${rule.cases.length === 1 ? 'case' : 'cases'}, and this is number ${index + 1}.`;
      report.at(['cases', index], 'tuning/unknown-case', message, {
        hint: 'A change without a name belongs to the case at its place in the list.',
      });
    } else if (name !== undefined && !names.includes(name)) {
      report.at(['cases', index, 'name'], 'tuning/unknown-case', `The rule has no case ${quoted(name)}.`, {
        hint:
          didYouMean(name, names) ??
          (names.length > 0
            ? `Its cases: ${names.join(', ')}.`
            : 'Its cases have no names: leave the name out.'),
      });
    }
    notifications.forEach((handle, position) =>
      checkHandle(report, context, ['cases', index, 'notifications', position], handle),
    );
  });
}
