export { KINDS, ID_PATTERN, addressOf, isId, parseAddress, type Address, type Kind } from './address.ts';
export { writeAge } from './age.ts';
export { type AuditEntry } from './audit.ts';
export { renderChange, type Change, type FieldChange, type Payload } from './change.ts';
export {
  type AuthoredNotificationRule,
  type AuthoredRule,
  type AuthoredSuppression,
  type AuthoredView,
  type AuthoredWorkflow,
  type ContentObject,
  type ContentPath,
  type ExpectedSignal,
  type NotificationTest,
  type Origin,
  type RuleTest,
  type StepAnswer,
  type SuppressionTest,
  type TestEvents,
  type TestFields,
  type TestSignal,
  type ViewTest,
  type WorkflowTest,
} from './content-object.ts';
export { MAX_DENYLIST_ENTRIES, isBlocking, type DenylistEntry } from './denylist.ts';
export {
  CODES,
  type Diagnostic,
  type DiagnosticCode,
  type DiagnosticSeverity,
  type SourcePosition,
  type SourceRange,
} from './diagnostic.ts';
export { formatDuration, parseDuration } from './duration.ts';
export {
  eventDocument,
  type Attributes,
  type DataSource,
  type Event,
  type Scalar,
  type SearchDocument,
} from './event.ts';
export {
  targetName,
  type NotificationRule,
  type NotificationSelectors,
  type NotificationTarget,
  type WorkflowInputs,
} from './notification-rule.ts';
export { PERMISSIONS, ROLES, type Actor, type Permission, type RoleName } from './permission.ts';
export { type Environment, type ProjectConfig } from './project-config.ts';
export {
  CONFIGURATION_RULE_TYPES,
  MAX_CORRELATED_FIELDS,
  MAX_NEW_VALUE_FIELDS,
  MAX_RULE_CASES,
  MAX_RULE_QUERIES,
  PLAIN_RULE,
  QUERY_DATA_SOURCES,
  RULE_DEFAULTS,
  RULE_TYPES,
  RULE_TYPE_NAMES,
  TYPE_DATA_SOURCE,
  WINDOW_SECONDS,
  defaultWindows,
  queryLabel,
  type Aggregation,
  type CalculatedField,
  type CaseAction,
  type CorrelatedRule,
  type Correlation,
  type DetectionRule,
  type QueryDataSource,
  type ReferenceTable,
  type RuleCase,
  type RuleFilter,
  type RuleQuery,
  type RuleSchedule,
  type RuleType,
  type RuleWindows,
} from './rule.ts';
export {
  type ComplianceFramework,
  type ComplianceRule,
  type ComplianceSignals,
  type RegoRule,
} from './rule-compliance.ts';
export {
  DETECTION_METHODS,
  LEARNING_METHODS,
  MAX_SEQUENCE_MS,
  MAX_SEQUENCE_STEPS,
  NEW_VALUE_DEFAULTS,
  type AnomalyDetectionMethod,
  type DetectionMethod,
  type DetectionMethodName,
  type ImpossibleTravelMethod,
  type LearningMethod,
  type NewValueMethod,
  type RootQuery,
  type SequenceMethod,
  type SequenceStep,
  type SequenceTransition,
  type ThirdPartyCase,
  type ThirdPartyMethod,
} from './rule-method.ts';
export { effectiveRule, joinQueries } from './rule-tuning.ts';
export { SIGNAL_COLUMNS, VIEW_DEFAULTS, type SavedView, type ViewAnalytics } from './saved-view.ts';
export {
  SEVERITIES,
  higherSeverity,
  isSeverity,
  lowerSeverity,
  severityRank,
  type Severity,
} from './severity.ts';
export {
  MAX_SIGNAL_SAMPLES,
  UNASSIGNED,
  UNTOUCHED_TRIAGE,
  signalDocument,
  signalWorkflow,
  type Assignee,
  type DetectedSignal,
  type Entity,
  type Signal,
  type SignalRule,
  type Triage,
} from './signal.ts';
export { isInForce, type RuleSelection, type Suppression } from './suppression.ts';
export { type TestDifference, type TestOutcome } from './test-outcome.ts';
export {
  ARCHIVE_REASONS,
  REOPEN_WINDOW_DAYS,
  TRIAGE_STATES,
  moveTriage,
  type ArchiveReason,
  type TriageRefusal,
  type TriageResult,
  type TriageState,
} from './triage.ts';
export { MAX_UNKNOWN_FIELDS, type UnknownFields } from './unknown-fields.ts';
export { unreachable } from './unreachable.ts';
export {
  CONDITION_OPERATORS,
  MAX_WORKFLOW_RUN_MS,
  MAX_WORKFLOW_STEPS,
  type ActionDescription,
  type ActionManifest,
  type ConditionOperator,
  type RateLimit,
  type StepBody,
  type StepBranch,
  type StepCondition,
  type StepEdge,
  type StepRetry,
  type Workflow,
  type WorkflowInput,
  type WorkflowStep,
  type WorkflowTriggers,
} from './workflow.ts';
