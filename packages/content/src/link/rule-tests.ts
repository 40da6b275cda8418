/** Tests of a detection rule: what they name must exist. */

import {
  eventQueries,
  lowerSeverity,
  type AuthoredRule,
  type ContentPath,
  type ExpectedSignal,
  type RuleTest,
} from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { checkEventFields, checkTestNames } from './check-references.ts';
import type { Report } from './link-context.ts';

export function checkRuleTests(authored: AuthoredRule, labels: readonly string[], report: Report): void {
  checkEventFields(report, ['sample'], Object.keys(authored.sample));
  checkTestNames(report, authored.tests);
  checkCost(authored.tests, report);
  authored.tests.forEach((test, index) => {
    const path = ['tests', index];
    if (test.kind === 'match') {
      checkEventFields(report, [...path, 'event'], Object.keys(test.event));
      test.matches.forEach((label, position) => {
        if (labels.includes(label)) return;
        report.at(
          [...path, 'matches', position],
          'test/unknown-query',
          `No query is called ${quoted(label)}.`,
          {
            hint: didYouMean(label, labels) ?? `Queries: ${labels.join(', ')}.`,
          },
        );
      });
      return;
    }
    checkPlayable(authored, [...path, 'events'], report);
    test.events.forEach((events, position) =>
      checkEventFields(report, [...path, 'events', position], Object.keys(events.fields)),
    );
    test.signals.forEach((signal, position) =>
      checkExpected(authored, signal, [...path, 'signals', position], report),
    );
  });
}

/** Source: what `detect` plays. A rule that learns would need weeks of events before it says anything. */
function checkPlayable({ object }: AuthoredRule, path: ContentPath, report: Report): void {
  const { method, type } = object;
  if (method.kind === 'threshold' && eventQueries(object).length > 0) return;
  const what = method.kind === 'threshold' ? type : method.kind;
  report.atKey(path, 'test/not-played', `Events are not played through a ${what} rule.`, {
    hint: 'Test its queries instead: event: one event, matches: the queries that it matches.',
  });
}

/** Chosen: a few seconds for the file of a stranger; the most careful rules of ours play a few thousand. */
const MAX_EVENTS_OF_FILE = 200_000;

function checkCost(tests: readonly RuleTest[], report: Report): void {
  let count = 0;
  for (const [index, test] of tests.entries()) {
    if (test.kind !== 'stream') continue;
    count += test.events.reduce((sum, { repeat }) => sum + repeat, 0);
    if (count <= MAX_EVENTS_OF_FILE) continue;
    const message = `Up to this test there are ${count} events; the tests of a file play at most ${MAX_EVENTS_OF_FILE}.`;
    return report.atKey(['tests', index, 'events'], 'test/too-many-events', message, {
      hint: 'A threshold is tested with a few events on either side of it.',
    });
  }
}

function checkExpected(
  authored: AuthoredRule,
  signal: ExpectedSignal,
  path: ContentPath,
  report: Report,
): void {
  const { cases, queries, decreaseSeverityOutsideProduction } = authored.object;
  if (signal.case !== undefined) {
    const found = cases.filter((each) => each.name === signal.case);
    if (found.length === 0) {
      const names = cases.map((each) => each.name).filter((name) => name !== '');
      report.at([...path, 'case'], 'test/unknown-case', `No case is called ${quoted(signal.case)}.`, {
        hint: didYouMean(signal.case, names) ?? `Cases: ${names.join(', ')}.`,
      });
    } else if (signal.severity !== undefined) {
      const possible = found.flatMap(({ severity }) =>
        decreaseSeverityOutsideProduction ? [severity, lowerSeverity(severity)] : [severity],
      );
      if (!possible.includes(signal.severity)) {
        const message = `The case ${quoted(signal.case)} is ${String(possible[0])}, never ${signal.severity}.`;
        report.at([...path, 'severity'], 'test/impossible-severity', message, {
          hint: `Write ${String(possible[0])}.`,
        });
      }
    }
  }
  const groups = new Set(queries.flatMap((query) => query.groupBy));
  for (const key of Object.keys(signal.group ?? {})) {
    if (groups.has(key)) continue;
    report.atKey(
      [...path, 'group', key],
      'test/unknown-group',
      `Signals are not grouped by ${quoted(key)}.`,
      {
        hint: didYouMean(key, groups) ?? `Groups: ${[...groups].join(', ')}.`,
      },
    );
  }
}
