/** Tests of what looks at signals: suppressions, notification rules and saved views. */

import {
  eventDocument,
  signalDocument,
  targetName,
  type DetectionRule,
  type NotificationTest,
  type SavedView,
  type SearchDocument,
  type SuppressionTest,
  type TestOutcome,
  type TestSignal,
  type ViewTest,
} from '@signalwright/model';
import { compileQueryText, type ContentProblem } from './content-problem.ts';
import {
  routeIssue,
  routeSignal,
  type CompiledNotificationRule,
  type RoutedNotification,
} from './route-signal.ts';
import {
  appliesToRule,
  excludesEvent,
  hidesSignal,
  type CompiledSuppression,
  type KnownRule,
} from './suppression.ts';
import { TEST_START_MS, eventOfFields } from './test-events.ts';
import { testSignal } from './test-signal.ts';

/** Rules of the workspace by the id written in their file. */
export type RulesById = ReadonlyMap<string, DetectionRule>;

export interface CompiledView {
  readonly view: SavedView;
  readonly matches: (document: SearchDocument) => boolean;
}

export type CompileViewResult =
  | { readonly ok: true; readonly view: CompiledView }
  | { readonly ok: false; readonly problems: readonly ContentProblem[] };

export function compileView(view: SavedView): CompileViewResult {
  const problems: ContentProblem[] = [];
  const query = compileQueryText(view.query, ['query'], problems);
  return query === undefined ? { ok: false, problems } : { ok: true, view: { view, matches: query.matches } };
}

/**
 * `hidden` when the suppression keeps the signal from opening, or keeps an event with the test's fields
 * from counting. A test that names no rule is about the first rule that the suppression applies to.
 */
export function runSuppressionTest(
  compiled: CompiledSuppression,
  test: SuppressionTest,
  rules: RulesById,
): TestOutcome {
  const rule = namedRule(test.signal, rules) ?? firstRule(compiled, rules);
  if (rule === 'unknown') return unknownRule(test.name, test.signal);
  const hidden = rule !== undefined && appliesToRule(compiled, asKnown(rule)) && hides(compiled, test, rule);
  if (hidden === test.hidden) return outcome(test.name, []);
  const note = hideNote(compiled, test, rule);
  return outcome(test.name, [{ path: 'hidden', expected: test.hidden, actual: hidden, note }]);
}

/** Every target of the signal, each once, in any order. */
export function runNotificationTest(
  compiled: CompiledNotificationRule,
  test: NotificationTest,
  rules: RulesById,
): TestOutcome {
  const routed = routeTest(compiled, test, rules);
  if (routed === 'unknown') return unknownRule(test.name, signalOf(test));
  const actual = [...new Set(routed.flatMap(({ targets }) => targets.map(targetName)))].toSorted();
  const expected = [...new Set(test.targets)].toSorted();
  if (JSON.stringify(actual) === JSON.stringify(expected)) return outcome(test.name, []);
  return outcome(test.name, [{ path: 'targets', expected, actual }]);
}

function routeTest(
  compiled: CompiledNotificationRule,
  { about }: NotificationTest,
  rules: RulesById,
): readonly RoutedNotification[] | 'unknown' {
  if (about.kind === 'signal') {
    const rule = namedRule(about.signal, rules);
    return rule === 'unknown' ? rule : routeSignal(testSignal(about.signal, rule), [compiled]);
  }
  const { type, severity, fields } = about.finding;
  const event = eventOfFields(fields, { id: 'finding-1', tsMs: TEST_START_MS, dataSource: 'logs' });
  const issue = { source: 'security_findings', type, severity, document: eventDocument(event) } as const;
  return routeIssue(issue, [compiled]);
}

function signalOf({ about }: NotificationTest): TestSignal {
  return about.kind === 'signal' ? about.signal : { fields: {} };
}

/** Whether the view's query shows the signal. Its time range is about age, which a test's signal has none of. */
export function runViewTest(compiled: CompiledView, test: ViewTest, rules: RulesById): TestOutcome {
  const rule = namedRule(test.signal, rules);
  if (rule === 'unknown') return unknownRule(test.name, test.signal);
  const shown = compiled.matches(signalDocument(testSignal(test.signal, rule)));
  if (shown === test.shown) return outcome(test.name, []);
  return outcome(test.name, [{ path: 'shown', expected: test.shown, actual: shown }]);
}

function namedRule(signal: TestSignal, rules: RulesById): DetectionRule | 'unknown' | undefined {
  return signal.rule === undefined ? undefined : (rules.get(signal.rule) ?? 'unknown');
}

/** In tests a rule goes by the id of its file. */
function asKnown(rule: DetectionRule): KnownRule {
  return { rule, identity: { id: rule.id } };
}

function firstRule(compiled: CompiledSuppression, rules: RulesById): DetectionRule | undefined {
  return [...rules.values()].find((rule) => appliesToRule(compiled, asKnown(rule)));
}

function hides(compiled: CompiledSuppression, test: SuppressionTest, rule: DetectionRule): boolean {
  if (hidesSignal(compiled, testSignal(test.signal, rule, test.atMs), test.atMs)) return true;
  const event = eventOfFields(test.signal.fields, { id: 'event-1', tsMs: test.atMs, dataSource: 'spans' });
  return excludesEvent(compiled, eventDocument(event), test.atMs);
}

function hideNote(
  compiled: CompiledSuppression,
  test: SuppressionTest,
  rule: DetectionRule | undefined,
): string {
  const { enabled, startsAtMs, expiresAtMs } = compiled.suppression;
  if (!enabled) return 'The suppression is not enabled.';
  if (startsAtMs !== undefined && test.atMs < startsAtMs) return 'It is not yet in force at that time.';
  if (expiresAtMs !== undefined && test.atMs >= expiresAtMs) return 'It has expired at that time.';
  if (rule === undefined) return 'It applies to no rule of the workspace.';
  if (!appliesToRule(compiled, asKnown(rule))) return `It does not apply to the rule "${rule.id}".`;
  return test.hidden
    ? 'Neither of its queries matches the signal.'
    : 'One of its queries matches the signal.';
}

function unknownRule(name: string, signal: TestSignal): TestOutcome {
  return outcome(name, [
    { path: 'signal.rule', expected: 'the id of a rule of the workspace', actual: signal.rule },
  ]);
}

function outcome(name: string, differences: TestOutcome['differences']): TestOutcome {
  return { name, passed: differences.length === 0, differences };
}
