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

export interface ContentTestResult {
  readonly address: Address;
  /** One for each test, in written order. */
  readonly outcomes: readonly RuleTestOutcome[];
}

/**
 * Runs every test of every object but workflows, in the order of `objects`. An object that does not compile
 * fails all its tests, each with what is wrong. Of a rule that the detector does not run, the tests that play events
 * are not run, and say so. Never throws on content.
 */
export function runContentTests(objects: readonly ContentObject[]): readonly ContentTestResult[] {
  const rules = knownRules(objects);
  return objects.flatMap((object) => {
    if (object.kind === 'workflow') return [];
    return [{ address: object.address, outcomes: runTests(object, rules) }];
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
): readonly RuleTestOutcome[] {
  switch (authored.kind) {
    case 'detection-rule':
      return runRuleTests(authored);
    case 'suppression': {
      const compiled = compileSuppression(authored.object);
      if (!compiled.ok) return broken(authored.tests, compiled.problems);
      return authored.tests.map((test) => runSuppressionTest(compiled.suppression, test, rules));
    }
    case 'notification-rule': {
      const compiled = compileNotificationRule(authored.object);
      if (!compiled.ok) return broken(authored.tests, compiled.problems);
      return authored.tests.map((test) => runNotificationTest(compiled.rule, test, rules));
    }
    case 'saved-view': {
      const compiled = compileView(authored.object);
      if (!compiled.ok) return broken(authored.tests, compiled.problems);
      return authored.tests.map((test) => runViewTest(compiled.view, test, rules));
    }
  }
}

function runRuleTests(authored: AuthoredRule): readonly RuleTestOutcome[] {
  const { object, sample, tests } = authored;
  const compiled = compileRule(object, { id: object.id, version: 1 });
  if (compiled.ok) return tests.map((test) => runRuleTest(compiled.rule, sample, test));
  const [reason] = compiled.problems;
  if (reason?.code !== 'rule/not-run') return broken(tests, compiled.problems);
  const matchers = compileMatchers(object);
  if (!matchers.ok) return broken(tests, matchers.problems);
  return tests.map((test) =>
    test.kind === 'match'
      ? runMatchTest(object, matchers.matchers, sample, test)
      : { name: test.name, passed: false, differences: [], notRun: reason.message },
  );
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
