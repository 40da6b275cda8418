/** Checks of a suppression that its schema cannot express. */

import type { AuthoredSuppression } from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import type { WrittenSuppression } from '../schema/written.ts';
import { checkRuleId, checkTestNames, checkTestSignal } from './check-references.ts';
import { checkSearch } from './check-search.ts';
import type { LinkContext, Report } from './link-context.ts';

export function checkSuppression(
  { object, tests }: AuthoredSuppression,
  written: WrittenSuppression,
  context: LinkContext,
  report: Report,
): void {
  if (object.rules.kind === 'ids') {
    object.rules.ids.forEach((id, index) => checkRuleId(report, context, ['rules', index], id));
  } else checkRuleQuery(object.rules.query, report);
  if (written.suppressSignals !== undefined)
    checkSearch(report, ['suppressSignals'], object.suppressSignals, 'signals');
  if (written.excludeEvents !== undefined)
    checkSearch(report, ['excludeEvents'], object.excludeEvents, 'events');
  checkIsMeaningful(written, report);
  if (written.reason.trim() === '') {
    report.at(['reason'], 'suppression/blank-reason', 'The reason is blank.', {
      hint: 'Say why it may hide signals; it is the first question of an auditor.',
    });
  }
  checkTimes(written, object.startsAtMs, object.expiresAtMs, report);
  checkTestNames(report, tests);
  tests.forEach((test, index) => checkTestSignal(report, context, ['tests', index, 'signal'], test.signal));
}

function checkRuleQuery(query: string, report: Report): void {
  if (query.trim() !== '') {
    checkSearch(report, ['ruleQuery'], query, 'rules');
    return;
  }
  report.at(
    ['ruleQuery'],
    'suppression/blank-rule-query',
    'The rule query is blank, which would be every rule.',
    {
      hint: "Say which rules: rules: with their ids, or a query; '*' for all.",
    },
  );
}

/** An empty query matches everything: it would hide the rules as a whole, for the time it is in force. */
function checkIsMeaningful(written: WrittenSuppression, report: Report): void {
  for (const key of ['suppressSignals', 'excludeEvents'] as const) {
    const query = written[key];
    if (query === undefined || !/^\s*(\*|\*:\*)?\s*$/.test(query)) continue;
    report.at([key], 'suppression/hides-everything', `The query ${quoted(query)} matches everything.`, {
      hint: 'Say what is to be hidden; to stop a rule altogether, disable it.',
    });
  }
}

function checkTimes(
  written: WrittenSuppression,
  startsAtMs: number | undefined,
  expiresAtMs: number | undefined,
  report: Report,
): void {
  if (startsAtMs !== undefined && expiresAtMs !== undefined && expiresAtMs <= startsAtMs) {
    const message = `It expires at ${written.expires}, before it starts at ${String(written.starts)}.`;
    report.at(['expires'], 'suppression/expires-before-start', message, {
      hint: 'Put the end behind the start.',
      related: [{ message: 'It starts here.', range: report.origin.rangeOf(['starts']) }],
    });
  }
}
