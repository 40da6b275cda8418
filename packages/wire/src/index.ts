export { encodeLogEvent, encodeSpanEvent } from './event-answer.ts';
export {
  createApiClient,
  type ApiClient,
  type ApiClientOptions,
  type OwnApi,
  type SignalsApi,
  type WorkflowsApi,
} from './api-client.ts';
export {
  jsonApiErrors,
  parseApiError,
  plainErrors,
  rulesError,
  wafErrors,
  workflowErrors,
  type ApiError,
  type ApiErrorDetail,
} from './api-error.ts';
export { decodeCatalogService } from './catalog-service.ts';
export { decodeView, encodeView } from './own-view.ts';
export { decodeCriticalAsset } from './critical-asset.ts';
export { decodeSecurityFilter } from './security-filter.ts';
export { contentPathOf } from './content-path.ts';
export { encodeCreate } from './create-body.ts';
export { contentIdOf, type DecodeContext, type EncodeContext } from './decode-context.ts';
export { encodeDenylist, type AsmData, type AsmRuleData } from './denylist.ts';
export { decodeLogs, decodeSpans, encodeSpan, type IntakeContext, type SpanEvent } from './event.ts';
export {
  MAX_EVENTS_PER_REQUEST,
  MAX_EVENT_BYTES,
  encodeIntakeAnswer,
  type IntakeAnswer,
  type IntakeBatch,
  type IntakeRemark,
} from './intake-batch.ts';
export {
  lastChangeOf,
  type AuditedChange,
  type HistoryApi,
  type LastChange,
  type ObjectVersion,
  type VersionedKind,
} from './history-api.ts';
export { MAX_JSON_DEPTH, isJsonDeeperThan } from './json-depth.ts';
export { type SignalSearch } from './list-pages.ts';
export { normalisePayload } from './normalise-payload.ts';
export { type ObjectsApi } from './objects-api.ts';
export { decodeNotificationRule, encodeNotificationRule } from './notification-rule.ts';
export {
  REMOTE_KINDS,
  attributesOf,
  ownershipMark,
  ownershipSuffix,
  ownershipTag,
  readOwnership,
  remoteIdOf,
  splitName,
  type Ownership,
  type RemoteKind,
} from './ownership.ts';
export { decodeLogsView, encodeLogsView, isLogsView, type LogsSavedView } from './saved-view.ts';
export { PATHS, pathOf } from './paths.ts';
export { isJsonObject, type Decoded, type Problem } from './payload-reader.ts';
export { readRemoteObject } from './remote-object.ts';
export {
  decodeAssigneeChange,
  decodeBlockRequest,
  decodeCommentRequest,
  decodeDenylistEntry,
  decodeIncidentsChange,
  decodeRunRequest,
  decodeStateChange,
  decodeThreatIntel,
  encodeAssigneeChange,
  encodeBlockRequest,
  encodeCommentRequest,
  encodeDenylistEntry,
  encodeRunRequest,
  encodeStateChange,
  encodeThreatIntel,
  type AssigneeChange,
  type BlockRequest,
  type CommentRequest,
  type IncidentsChange,
  type StateChange,
  type ThreatIntelAnswer,
  type UserAnswer,
} from './requests.ts';
export { isDeprecatedRule, isOwnedRule, isRuleOf, ruleNamesOf } from './owned-rule.ts';
export { decodeRule, encodeRule } from './rule.ts';
export { TERRAFORM_BLOCKS, TERRAFORM_KINDS, terraformName } from './terraform/names.ts';
export { payloadOfResource, type ResourcePayload } from './terraform/resource-payload.ts';
export { SHADOW_TAG, liveAgain } from './rule-shadow.ts';
export { fillRule, isOverSpans } from './rule-filled.ts';
export { resolveReferences, unresolvedReferences } from './rule-references.ts';
export { putSecrets, type SecretLookup, type SecretsPut } from './secret-reference.ts';
export { SERVER_FILLED, type ServerFilled } from './server-filled.ts';
export {
  decodeSignal,
  decodeSignalMetadata,
  encodeSignal,
  encodeSignalMetadata,
  type SignalAnswer,
  type SignalMetadata,
} from './signal.ts';
export { TIMESTAMP_FIELDS, decodeSuppression, encodeSuppression } from './suppression.ts';
export { INTERRUPTED, type ApiAuth, type ApiClock, type ApiOutcome, type BeforeSend } from './transport.ts';
export { encodeSwitchOff, isSwitchedOff, switchedOff } from './disabled-body.ts';
export { FIXED_FIELDS, encodeUpdate, type RemoteObject } from './update-body.ts';
export { isUnsafeName, parseFieldPath, printFieldPath, type FieldPath } from './field-path.ts';
export { collectUnknownFields, type CollectedFields } from './collect-unknown-fields.ts';
export { layOver, misplacedField, type MisplacedField } from './unknown-fields.ts';
export { parseWorkflowHandle, workflowHandle, type WorkflowMention } from './workflow-handle.ts';
export { decodeInstance, type InstanceAnswer, type InstanceStatus } from './workflow-instance.ts';
export {
  decodeAddToIncident,
  decodeBulkTriage,
  decodeFirstTriage,
  decodeTriageUpdate,
  type TriageUpdateRequest,
} from './triage-requests.ts';
export { decodeWorkflow, encodeWorkflow } from './workflow.ts';
export {
  type PeopleApi,
  type PersonAnswer,
  type RoleAnswer,
  type TokenAnswer,
  type TokenRequest,
} from './people-api.ts';
export { decodeForgetRequest, encodeForgotten, type ForgetRequest, type ForgottenAnswer } from './forget.ts';
export type { OrgAnswer } from './org-answer.ts';
