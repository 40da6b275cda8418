/** Events become signals: methods, lifecycle, suppression, routing, and the tests of content. */

export { compileCriticalAsset, type CompiledCriticalAsset } from './critical-asset.ts';
export { compileSecurityFilter, type CompiledSecurityFilter } from './security-filter.ts';
export { type Evaluation, type SignalChange } from './change.ts';
export {
  compileRule,
  type CompileRuleResult,
  type CompiledCase,
  type CompiledQuery,
  type CompiledRule,
  type RuleIdentity,
} from './compile-rule.ts';
export { type ContentProblem } from './content-problem.ts';
export { whatIsNotRun } from './not-run.ts';
export { runContentTests, type ContentTestOptions, type ContentTestResult } from './content-tests.ts';
export { signalId } from './detected-signal.ts';
export {
  DETECTOR_LIMITS,
  MAX_AHEAD_MS,
  createDetector,
  type Detector,
  type DetectorContent,
  type DetectorLimits,
  type DetectorMistake,
  type DetectorOptions,
  type DetectorStats,
} from './detector.ts';
export { type CloseReason } from './lifecycle.ts';
export {
  compileNotificationRule,
  routeSignal,
  type CompileNotificationRuleResult,
  type CompiledNotificationRule,
  type RoutedNotification,
} from './route-signal.ts';
export { type RuleStats } from './rule-state.ts';
export { runRuleTest, type RuleTestOutcome, type TimelineEntry } from './rule-test.ts';
export {
  compileView,
  runNotificationTest,
  runSuppressionTest,
  runViewTest,
  type CompileViewResult,
  type CompiledView,
  type RulesById,
} from './signal-tests.ts';
export {
  appliesToRule,
  compileSuppression,
  hidesSignal,
  newSignalDocument,
  ruleDocument,
  type CompileSuppressionResult,
  type CompiledSuppression,
} from './suppression.ts';
export { MAX_TEST_EVENTS, TEST_START_MS, eventOfFields, expandTestEvents } from './test-events.ts';
export { testSignal } from './test-signal.ts';
export { compileMatchers, type LabelledMatcher } from './rule-match.ts';
