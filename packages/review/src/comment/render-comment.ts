/**
 * The pull-request comment: one screen first, risk first, in words; what one may want to look up is folded.
 * Everything that came from content, events or an API is inert text.
 */

import { CLOSE_DETAILS, code, markdown, openDetails, prose } from './markdown.ts';
import { MAX_BODY_CHARS, fitSections, type Section } from './fit.ts';
import { meaningItems } from './meaning-items.ts';
import { planItems, planSummary } from './plan-items.ts';
import { countOf, plainText } from '../phrase.ts';
import { countTests, failedTests, type FailedTest, type Review } from '../review.ts';
import { reviewSummary, testSummary } from '../summary.ts';
import type { Diagnostic, DiagnosticSeverity, TestDifference } from '@signalwright/model';

const PLAN_RESERVE = 6_000;
const DIAGNOSTICS_RESERVE = 8_000;
const TESTS_RESERVE = 6_000;
/** Of one test; a wrong list of signals differs in many places. */
const MAX_DIFFERENCES = 5;

/** Markdown of at most `limit` characters. The same review gives the same text. */
export function renderComment(review: Review, limit = MAX_BODY_CHARS): string {
  return fitSections(
    [
      headSection(review),
      meaningSection(review),
      ...errorSections(review),
      ...foldedSections(review),
      footSection(review),
    ],
    limit,
  );
}

function headSection(review: Review): Section {
  const first = reviewSummary(review).join(' · ');
  return {
    ...PLAIN,
    open: '### What this change means',
    items: [`**${first}**`],
    reserve: 1_000,
  };
}

function meaningSection(review: Review): Section {
  const { meaning } = review;
  const notice = (omitted: number): string =>
    `**Cut here: ${countOf(omitted, 'more part')} did not fit.** Run \`signalwright diff\` to read all of it.`;
  if (meaning.kind === 'not-compared') {
    const why = `What it means cannot be said: ${markdown(meaning.why)}.`;
    return { ...PLAIN, open: '', items: [why], cutNotice: notice };
  }
  const remarks = meaning.remarks.map((remark) => `_Note:_ ${markdown(remark)}.`);
  return {
    ...PLAIN,
    open: '',
    items: [...meaningItems(meaning.report, review.tests), ...remarks],
    cutNotice: notice,
  };
}

/** What must be put right stands open. */
function errorSections({ diagnostics }: Review): readonly Section[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return [];
  const notice = (omitted: number): string =>
    `**Cut here: ${omitted} more.** \`signalwright check\` prints all.`;
  return [
    {
      ...PLAIN,
      open: '',
      items: errors.map(diagnosticItem),
      isList: true,
      reserve: DIAGNOSTICS_RESERVE,
      cutNotice: notice,
    },
  ];
}

function foldedSections(review: Review): readonly Section[] {
  const failed = failedTests(review.tests);
  const others = review.diagnostics.filter(({ severity }) => severity !== 'error');
  const sections: Section[] = [];
  if (others.length > 0) {
    const summary = `Findings: ${countOf(others.length, 'warning')}`;
    sections.push(foldedList(summary, others.map(diagnosticItem), DIAGNOSTICS_RESERVE));
  }
  if (failed.length > 0) {
    const summary = `Tests: ${testSummary(countTests(review.tests), failed.length)}`;
    sections.push(foldedList(summary, failed.map(failedTestItem), TESTS_RESERVE));
  }
  return [...sections, folded(planSummary(review.plan), planItems(review.plan), PLAN_RESERVE)];
}

function footSection({ compared }: Review): Section {
  const text = `Compared ${code(compared.base)} with ${code(compared.head)}. Each example event was run through the matcher of both sides. A verdict is about which events match, not yet about how often a rule fires.`;
  return { ...PLAIN, open: '---', items: [text], reserve: 1_000 };
}

const PLAIN = {
  close: '',
  reserve: 0,
  cutNotice: (omitted: number): string => `${omitted} more.`,
} as const;

function folded(summary: string, items: readonly string[], reserve: number): Section {
  return {
    open: openDetails(summary),
    items,
    close: CLOSE_DETAILS,
    reserve,
    cutNotice: (omitted) => `**Cut here: ${omitted} more.** The command line prints all of them.`,
  };
}

function foldedList(summary: string, items: readonly string[], reserve: number): Section {
  return { ...folded(summary, items, reserve), isList: true };
}

const SEVERITY_MARKS: Readonly<Record<DiagnosticSeverity, string>> = {
  error: '**error**',
  warning: 'warning',
  info: 'info',
};

function diagnosticItem({ code: name, severity, message, range, hint }: Diagnostic): string {
  const place = code(`${range.file}:${range.start.line}:${range.start.col}`);
  const more = hint === undefined ? '' : ` ${prose(hint)}`;
  return `- ${place} ${SEVERITY_MARKS[severity]} ${code(name)}: ${prose(message)}${more}`;
}

function failedTestItem({ address, outcome }: FailedTest): string {
  const shown = outcome.differences.slice(0, MAX_DIFFERENCES).map(differenceLine);
  const more = outcome.differences.length - shown.length;
  return [
    `- ${code(address)}: ${prose(outcome.name)}`,
    ...shown,
    ...(more > 0 ? [`  - ${countOf(more, 'more difference')}`] : []),
  ].join('\n');
}

function differenceLine({ path, expected, actual, note }: TestDifference): string {
  const where = path === '' ? '' : `${code(path)}: `;
  const what = `expected ${code(valueText(expected))}, found ${code(valueText(actual))}`;
  return `  - ${where}${what}${note === undefined ? '' : `. ${prose(note)}`}`;
}

function valueText(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}

/** The first line as bare text: title of the check run. */
export function reviewTitle(review: Review): string {
  const { meaning } = review;
  const parts = reviewSummary(review);
  return meaning.kind === 'not-compared'
    ? [`Not compared: ${plainText(meaning.why)}`, ...parts].join(' · ')
    : parts.join(' · ');
}
