/** Checks of a suppression that its schema cannot express. */

import type { AuthoredSuppression } from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import type { WrittenSuppression } from '../schema/written.ts';
import { checkRuleId, checkTestNames, checkTestSignal } from './check-references.ts';
import { checkQuery } from './check-text.ts';
import type { LinkContext, Report } from './link-context.ts';

export function checkSuppression(
  { object, tests }: AuthoredSuppression,
  written: WrittenSuppression,
  context: LinkContext,
  report: Report,
): void {
  if (object.rules.kind === 'ids') {
    object.rules.ids.forEach((id, index) => checkRuleId(report, context, ['rules', index], id));
  } else checkQuery(report, ['ruleQuery'], object.rules.query);
  if (written.suppressSignals !== undefined) checkQuery(report, ['suppressSignals'], object.suppressSignals);
  if (written.excludeEvents !== undefined) checkQuery(report, ['excludeEvents'], object.excludeEvents);
  checkIsMeaningful(written, report);
  checkTimes(written, object.startsAtMs, object.expiresAtMs, report);
  checkTestNames(report, tests);
  tests.forEach((test, index) => checkTestSignal(report, context, ['tests', index, 'signal'], test.signal));
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
  if (written.expires === 'never' && written.reason.trim() === '') {
    report.at(['reason'], 'suppression/never-needs-reason', 'It never expires, and its reason is blank.', {
      hint: 'Say why it may hide signals for ever.',
    });
  }
}
