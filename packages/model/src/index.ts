export { type ActionBranches, type ActionDescription, type ActionManifest } from './action-manifest.ts';
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
  type NotificationTestSubject,
  type Origin,
  type RuleTest,
  type StepAnswer,
  type SuppressionTest,
  type TestEvents,
  type TestFields,
  type TestFinding,
  type TestSignal,
  type ViewTest,
  type WorkflowTest,
} from './content-object.ts';
export { MAX_DENYLIST_ENTRIES, isBlocking, type DenylistEntry } from './denylist.ts';
export {
  CODES,
  isAdvice,
  isDiagnosticCode,
  type Diagnostic,
  type DiagnosticCode,
  type DiagnosticFix,
  type DiagnosticSeverity,
  type SourcePosition,
  type SourceRange,
  type TextEdit,
} from './diagnostic.ts';
export { formatDuration, parseDuration } from './duration.ts';
export { DEFAULT_RETENTION, DETECTION_SPAN_MS, retentionProblem, type Retention } from './retention.ts';
export {
  eventDocument,
  type Attributes,
  type DataSource,
  type Event,
  type LogStatus,
  type Scalar,
  type SearchDocument,
} from './event.ts';
export {
  FINDING_TYPES,
  NOTIFICATION_RULE_TYPES,
  NOTIFICATION_SEVERITIES,
  NOTIFICATION_SOURCES,
  ROUTING_MODES,
  isTypeOf,
  targetName,
  type FindingType,
  type NotificationRouting,
  type NotificationRule,
  type NotificationRuleType,
  type NotificationSelectors,
  type NotificationSeverity,
  type NotificationSource,
  type NotificationTarget,
  type WorkflowInputs,
} from './notification-rule.ts';
export { present } from './present.ts';
export {
  EVERYBODYS_SCOPES,
  PERMISSIONS,
  PERMISSION_CATALOG,
  ROLES,
  ROLE_TITLES,
  isGrantable,
  type Actor,
  type GrantablePermission,
  type Permission,
  type PermissionEntry,
  type RoleName,
} from './permission.ts';
export { BASE_PERMISSIONS } from './permission-catalog.ts';
export {
  defaultEnvironment,
  type AcceptedDrift,
  type Environment,
  type EnvironmentAccess,
  type EnvironmentContent,
  type EnvironmentTarget,
  type HistoryConfig,
  type KeyReferences,
  type LintLevel,
  type ProjectConfig,
  type VariableValue,
} from './project-config.ts';
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
  eventQueries,
  queryLabel,
  type Aggregation,
  type CalculatedField,
  type CaseAction,
  type CorrelatedRule,
  type Correlation,
  type DetectionRule,
  type OwnedRule,
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
export {
  ANALYTICS_DEFAULTS,
  LOGS_VIEW_DEFAULTS,
  SIGNAL_COLUMNS,
  VIEW_DEFAULTS,
  VIEW_DISPLAYS,
  type LogsView,
  type SavedView,
  type SortOrder,
  type ViewAnalytics,
  type ViewDisplay,
  type ViewFacet,
  type ViewGroup,
  type ViewTime,
} from './saved-view.ts';
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
  triageAttributes,
  type Assignee,
  type DetectedSignal,
  type Entity,
  type Signal,
  type SignalRule,
  type Triage,
} from './signal.ts';
export { type CatalogLink, type CatalogService } from './catalog-service.ts';
export { CRITICAL_ASSET_SEVERITIES, type CriticalAsset } from './critical-asset.ts';
export { type SecurityFilter } from './security-filter.ts';
export { isInForce, type RuleSelection, type Suppression } from './suppression.ts';
export { isFailed, type TestDifference, type TestOutcome } from './test-outcome.ts';
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
export { secretVariable } from './secret-name.ts';
export { isDatadogAction, stepBranches, type StepBranches } from './step-branches.ts';
export { NO_LAYOUT, type LayoutBounds, type StepLayout, type WorkflowLayout } from './workflow-layout.ts';
export {
  MAX_LOOP_TURNS,
  MAX_RUNS_PER_MINUTE_AND_SOURCE,
  MAX_SCRIPT_BYTES,
  MAX_WORKFLOW_DESCRIPTION_CHARACTERS,
  MAX_WORKFLOW_RUN_MS,
  MAX_WORKFLOW_STEPS,
} from './workflow-limits.ts';
export {
  DEFAULT_RATE_MS,
  INCIDENT_EVENT_TRIGGERS,
  LIMITED_TRIGGERS,
  OVERLAPS,
  PLAIN_TRIGGERS,
  TRIGGER_KINDS,
  triggerOf,
  type IncidentEventTrigger,
  type IncidentTag,
  type RateLimit,
  type TriggerKind,
  type WorkflowTrigger,
} from './workflow-trigger.ts';
export {
  BARE_WORKFLOW,
  CONDITION_OPERATORS,
  PARAMETER_TYPES,
  isOfParameterType,
  type ConditionOperator,
  type ParameterType,
  type StepBody,
  type StepCondition,
  type StepEdge,
  type StepErrorHandler,
  type StepGate,
  type StepRetry,
  type Workflow,
  type WorkflowAnnotation,
  type WorkflowConnection,
  type WorkflowConnectionGroup,
  type WorkflowInput,
  type WorkflowOutput,
  type WorkflowRunAs,
  type WorkflowStep,
} from './workflow.ts';
