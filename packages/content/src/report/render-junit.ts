/**
 * Results as JUnit XML, which nearly every CI reads. There is no standard; what is written here is valid by the schema of
 * Jenkins, which the others follow (decision 0286).
 */

import type { Diagnostic } from '@signalwright/model';
import { inertTerminal, maskSecrets } from '@signalwright/template';
import type { IgnoredDiagnostic } from '../policy/apply-policy.ts';

export interface JUnitSuite {
  readonly name: string;
  readonly cases: readonly JUnitCase[];
}

export interface JUnitCase {
  readonly name: string;
  readonly outcome:
    | { readonly kind: 'passed' }
    /** `type`: of what sort; `text`: everything there is to say. */
    | { readonly kind: 'failed'; readonly type: string; readonly message: string; readonly text: string }
    | { readonly kind: 'skipped'; readonly message: string };
}

/** @param nowMs the caller's clock, Unix time in milliseconds */
export function renderJUnit(name: string, suites: readonly JUnitSuite[], nowMs: number): string {
  const timestamp = new Date(nowMs).toISOString().slice(0, 19);
  const all = suites.flatMap(({ cases }) => cases);
  const lines = suites.flatMap((suite, id) => [
    `  <testsuite ${attributes({
      id,
      name: suite.name,
      package: name,
      timestamp,
      // Which machine it was is nobody's business.
      hostname: 'localhost',
      ...counts(suite.cases),
      errors: 0,
      time: 0,
    })}>`,
    ...suite.cases.flatMap((each) => renderCase(suite.name, each)),
    '    <system-out/>',
    '    <system-err/>',
    '  </testsuite>',
  ]);
  const { tests, failures } = counts(all);
  const head = attributes({ name, tests, failures, errors: 0, time: 0 });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${head}>\n${lines.map((line) => `${line}\n`).join('')}</testsuites>\n`;
}

function counts(cases: readonly JUnitCase[]): Readonly<Record<'tests' | 'failures' | 'skipped', number>> {
  const count = (kind: string): number => cases.filter(({ outcome }) => outcome.kind === kind).length;
  return { tests: cases.length, failures: count('failed'), skipped: count('skipped') };
}

function renderCase(suite: string, { name, outcome }: JUnitCase): readonly string[] {
  const open = `    <testcase ${attributes({ classname: suite, name, time: 0 })}`;
  switch (outcome.kind) {
    case 'passed':
      return [`${open}/>`];
    case 'skipped':
      return [`${open}>`, `      <skipped>${escape(outcome.message)}</skipped>`, '    </testcase>'];
    case 'failed': {
      const { type, message, text } = outcome;
      const failure = `      <failure ${attributes({ type, message })}>${escape(text)}</failure>`;
      return [`${open}>`, failure, '    </testcase>'];
    }
  }
}

/** Findings: a suite a file, a failed case a finding, a skipped one for what a comment excuses, else one that passed. */
export function diagnosticSuites(
  files: Iterable<string>,
  diagnostics: readonly Diagnostic[],
  ignored: readonly IgnoredDiagnostic[],
  textOf: (diagnostic: Diagnostic) => string,
): readonly JUnitSuite[] {
  const casesOf = new Map<string, JUnitCase[]>([...files].map((file) => [file, []]));
  const add = (file: string, each: JUnitCase): void => {
    const cases = casesOf.get(file) ?? [];
    casesOf.set(file, cases);
    cases.push(each);
  };
  for (const each of diagnostics) {
    const message = `${each.severity}: ${each.message}`;
    const outcome = { kind: 'failed', type: each.code, message, text: textOf(each) } as const;
    add(each.range.file, { name: nameOf(each), outcome });
  }
  for (const { diagnostic, reason } of ignored) {
    add(diagnostic.range.file, { name: nameOf(diagnostic), outcome: { kind: 'skipped', message: reason } });
  }
  return [...casesOf].map(([name, cases]) => ({
    name,
    cases: cases.length === 0 ? [{ name: 'no findings', outcome: { kind: 'passed' } }] : cases,
  }));
}

function nameOf({ code, range }: Diagnostic): string {
  return `${code} at ${range.start.line}:${range.start.col}`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escape(String(value)).replaceAll('\n', '&#10;')}"`)
    .join(' ');
}

/** What comes from files is made harmless for logs first, secrets of a known form among it; what XML 1.0 cannot hold is replaced. */
function escape(text: string): string {
  return maskSecrets(inertTerminal(text))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\uFFFE\uFFFF]|\p{Cs}/gu, '\uFFFD');
}
