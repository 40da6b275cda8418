export { createOrg } from './create-org.ts';
export type { Org, OrgOptions } from './org.ts';
export { type Connector } from './deliver-notice.ts';
export { openEmbeddedWorkflows, type EmbeddedWorkflowsOptions } from './embedded-workflows.ts';
export { CAUSE_HEADER, WORKFLOW_HEADER } from './http/authenticator.ts';
export { DEFAULT_PORT, type ListenRefusal } from './http/listen.ts';
export { MAX_LIMIT, type RateLimit, type RateLimits } from './http/rate-limits.ts';
export { askedBy, isAdmitted, type Access } from './http/route.ts';
export { type Credentials } from './identity/identity-file.ts';
export { type LiveContent, type NotRun } from './live-content.ts';
export { type Log, type LogEntry } from './log.ts';
export { type IngestResult, type Pipeline } from './pipeline.ts';
export { defaultRulesOf, type DefaultRules } from './seeds/default-rules.ts';
export { seedsOf } from './seeds/seeds-of.ts';
export type { RecordedExchange, Seed } from './seeds/seed.ts';
export {
  describeListenRefusal,
  serveOrg,
  type Front,
  type OrgServer,
  type ServeOptions,
  type ServeResult,
} from './serve-org.ts';
export {
  type OrgAccess,
  type WorkflowInstance,
  type WorkflowPort,
  type WorkflowStart,
  type WorkflowStarted,
} from './workflow-port.ts';
export { backUpOrg, restoreOrg, type BackupSummary } from './upkeep/back-up-org.ts';
export { forgetValue } from './upkeep/forget-value.ts';
export { forgettableProblem } from './upkeep/forgettable.ts';
export { examineOrg } from './upkeep/examine-org.ts';
export { type Teller } from './signal-message.ts';
export { TEST_SESSIONS_PATH, TEST_SESSION_HEADER, openTestFront } from './test-mode/test-front.ts';
export { type TestSessionsOptions } from './test-mode/test-sessions.ts';
