/** Tests of a detection rule: what they name must exist. */

import { lowerSeverity, type AuthoredRule, type ContentPath, type ExpectedSignal } from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { checkEventFields, checkTestNames } from './check-references.ts';
import type { Report } from './link-context.ts';

export function checkRuleTests(authored: AuthoredRule, labels: readonly string[], report: Report): void {
  checkEventFields(report, ['sample'], Object.keys(authored.sample));
  checkTestNames(report, authored.tests);
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
    test.events.forEach((events, position) =>
      checkEventFields(report, [...path, 'events', position], Object.keys(events.fields)),
    );
    test.signals.forEach((signal, position) =>
      checkExpected(authored, signal, [...path, 'signals', position], report),
    );
  });
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
