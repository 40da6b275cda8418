/** Desired, observed and last applied become a plan; apply carries it out. */

export { askImported } from './ask-imported.ts';
export { type KeptField } from './accept-drift.ts';
export { DEFAULT_PARALLEL, applyPlan, type ApplyOptions, type ApplyProgress } from './apply.ts';
export { type AppliedBy, type ApplyConsent, type ApplyEvidence } from './apply-evidence.ts';
export { type LoggedApply, type LoggedChange } from './apply-log.ts';
export {
  countEnds,
  isComplete,
  type AppliedItem,
  type ApplyResult,
  type EndCounts,
  type ItemEnd,
  type Recovery,
} from './apply-result.ts';
export { attributeDrift, type AttributedDrift, type Attribution } from './attribute-drift.ts';
export { bindPlan, removedBy, type Binding } from './bind-plan.ts';
export { SHORT_DIGEST, checkPlan, needsConsent, type PlanExpectation } from './check-plan.ts';
export {
  PLAN_LIFE_MS,
  checkMaking,
  MAX_PLAN_BYTES,
  parsePlan,
  printPlan,
  type ParsedPlan,
  type PlanMaking,
} from './plan-file.ts';
export { GRACE_MS, type LeftAlone, type PrunePolicy, type RemovalCount, type Waiting } from './removals.ts';
export { type RemoteState } from './remote-state.ts';
export { dateText } from './date-text.ts';
export { withDefaultTags } from './default-tags.ts';
export {
  desiredState,
  desiredStateBeside,
  importedObjects,
  tunedRules,
  type DesiredObject,
  type DesiredSource,
  type DesiredState,
  type DesiredView,
} from './desired.ts';
export { diffFields } from './diff-fields.ts';
export { findDrift, type Drift, type DriftedObject, type DriftState } from './drift.ts';
export {
  MAX_BUNDLE_BYTES,
  openBundle,
  signBundle,
  type OpenedBundle,
  type SignedBundle,
} from './evidence/bundle.ts';
export {
  makeStatement,
  type ExportedHistory,
  type HistoryPredicate,
  type HistoryStatement,
  type Subject,
} from './evidence/statement.ts';
export {
  examineJournal,
  type BadEntry,
  type ExamineOptions,
  type JournalExamination,
} from './examine-journal.ts';
export { OWN_SETTLE_MS, SETTLE_MS } from './find-owned.ts';
export {
  LEASE_MS,
  LeaseBusy,
  LeaseLost,
  takeLease,
  type Lease,
  type LeaseOptions,
  type LeaseRecord,
  type LeaseStore,
  type StoredLease,
} from './lease.ts';
export {
  readApplies,
  readHistory,
  type ApplyRecord,
  type LastApplied,
  type Intent,
  type StoredEntry,
  type SyncEntry,
  type SyncHistory,
} from './journal-entry.ts';
export { observe, type ObservedObject, type ObservedState } from './observe.ts';
export {
  PLAN_SCHEMA_VERSION,
  countChanges,
  hasChanges,
  planChanges,
  type BlockedObject,
  type ChangeCause,
  type Place,
  type Plan,
  type PlanInput,
  type PlanItem,
} from './plan.ts';
export { mergeDrift, type MergedDrift } from './merge-drift.ts';
export {
  DRIFT_SIGNS,
  driftAdvice,
  driftNotes,
  driftSummary,
  renderDrift,
  type DriftView,
} from './render-drift.ts';
export {
  parsePublishedHeads,
  printPublishedHead,
  type PublishedHead,
  type PublishedHeads,
} from './published-head.ts';
export { attributionText } from './render-attribution.ts';
export { groupKept, sideLines, sidesOf } from './render-field.ts';
export { causeText, renderPlan } from './render-plan.ts';
export { renderResult } from './render-result.ts';
export { openSyncJournal, type SyncJournal, type SyncJournalFile } from './sync-journal.ts';
export { viewLink } from './view-link.ts';
export { isEmbeddedTarget, targetKey, type PlanTarget } from './target.ts';
