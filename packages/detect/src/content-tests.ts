/** Runs the tests of a workspace's files. Workflows have a runner of their own, in the workflow room. */

import {
  effectiveRule,
  type Address,
  type AuthoredRule,
  type ContentObject,
  type TestOutcome,
} from '@signalwright/model';
import { compileRule } from './compile-rule.ts';
import type { ContentProblem } from './content-problem.ts';
import { compileNotificationRule } from './route-signal.ts';
import { compileMatchers, runMatchTest } from './rule-match.ts';
import { runRuleTest, type RuleTestOutcome } from './rule-test.ts';
import {
  compileView,
  runNotificationTest,
  runSuppressionTest,
  runViewTest,
  type RulesById,
} from './signal-tests.ts';
import { compileSuppression } from './suppression.ts';
import { BUDGET_TEXT, TestBudget, type IsOver } from './test-budget.ts';

export interface ContentTestResult {
  readonly address: Address;
  /** One for each test, in written order. */
  readonly outcomes: readonly RuleTestOutcome[];
}

export interface ContentTestOptions {
  /** Bounds the time (see test-budget.ts); without it only the events are. */
  readonly nowMs?: () => number;
  /** Called before the tests of each object. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Runs every test of every object but workflows, in the order of `objects`. An object that does not compile
 * fails all its tests, each with what is wrong, and so does one whose time is over. Of a rule that the detector does
 * not run, the tests that play events are not run, and say so. Never throws on content.
 */
export function runContentTests(
  objects: readonly ContentObject[],
  { nowMs = () => 0, onProgress }: ContentTestOptions = {},
): readonly ContentTestResult[] {
  const rules = knownRules(objects);
  const budget = new TestBudget(nowMs);
  return objects.flatMap((object, index) => {
    onProgress?.(index, objects.length);
    if (object.kind === 'workflow') return [];
    return [{ address: object.address, outcomes: runTests(object, rules, budget.ofFile()) }];
  });
}

/** Tests of suppressions and the like look at signals, whatever rule raised them. */
function knownRules(objects: readonly ContentObject[]): RulesById {
  const rules = objects.filter((object): object is AuthoredRule => object.kind === 'detection-rule');
  return new Map(rules.map(({ object }) => [object.id, effectiveRule(object)]));
}

function runTests(
  authored: Exclude<ContentObject, { kind: 'workflow' }>,
  rules: RulesById,
  isOver: IsOver,
): readonly RuleTestOutcome[] {
  switch (authored.kind) {
    case 'detection-rule':
      return runRuleTests(authored, isOver);
    case 'suppression': {
      const compiled = compileSuppression(authored.object);
      if (!compiled.ok) return broken(authored.tests, compiled.problems);
      return each(authored.tests, isOver, (test) => runSuppressionTest(compiled.suppression, test, rules));
    }
    case 'notification-rule': {
      const compiled = compileNotificationRule(authored.object);
      if (!compiled.ok) return broken(authored.tests, compiled.problems);
      return each(authored.tests, isOver, (test) => runNotificationTest(compiled.rule, test, rules));
    }
    case 'saved-view': {
      const compiled = compileView(authored.object);
      if (!compiled.ok) return broken(authored.tests, compiled.problems);
      return each(authored.tests, isOver, (test) => runViewTest(compiled.view, test, rules));
    }
  }
}

function runRuleTests(authored: AuthoredRule, isOver: IsOver): readonly RuleTestOutcome[] {
  const { object, sample, tests } = authored;
  const compiled = compileRule(object, { id: object.id, version: 1 });
  if (compiled.ok) return each(tests, isOver, (test) => runRuleTest(compiled.rule, sample, test, isOver));
  const [reason] = compiled.problems;
  if (reason?.code !== 'rule/not-run') return broken(tests, compiled.problems);
  const matchers = compileMatchers(object);
  if (!matchers.ok) return broken(tests, matchers.problems);
  return each(tests, isOver, (test) =>
    test.kind === 'match'
      ? runMatchTest(object, matchers.matchers, sample, test)
      : { name: test.name, passed: false, differences: [], notRun: reason.message },
  );
}

function each<Test extends { readonly name: string }>(
  tests: readonly Test[],
  isOver: IsOver,
  run: (test: Test) => RuleTestOutcome,
): readonly RuleTestOutcome[] {
  return tests.map((test) => {
    if (!isOver()) return run(test);
    const difference = { path: 'tests', expected: BUDGET_TEXT, actual: 'not run: the time was over' };
    return { name: test.name, passed: false, differences: [difference] };
  });
}

function broken(
  tests: readonly { readonly name: string }[],
  problems: readonly ContentProblem[],
): readonly TestOutcome[] {
  return tests.map(({ name }) => ({
    name,
    passed: false,
    differences: problems.map((problem) => ({
      path: problem.path.join('.'),
      expected: 'an object that compiles',
      actual: `${problem.code}: ${problem.message}`,
    })),
  }));
}
