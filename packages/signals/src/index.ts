export {
  searchAudit,
  seedEarlierAudit,
  type AuditSearch,
  type EarlierAuditEvent,
  type FoundAudit,
} from './audit-search.ts';
export {
  MAX_AUDIT_ENTRIES,
  appendAudit,
  readAudit,
  rewriteAudit,
  verifyAudit,
  type AuditVerdict,
} from './audit.ts';
export { RETENTION_ACTION, oldEntriesUpTo, readStart, removeOldEntries } from './audit-start.ts';
export {
  RESERVED_RANGES,
  WIDEST_PREFIX,
  checkBlockTarget,
  parseAddressBlock,
  parseNeverBlock,
  type AddressBlock,
  type BlockRefusal,
  type BlockTargetResult,
} from './block-target.ts';
export {
  MAX_COMMENT_CHARACTERS,
  type CommandContext,
  type CommandRefusal,
  type CommandResult,
} from './command.ts';
export {
  Commands,
  MAX_AUTOMATED_BLOCKS,
  MAX_BLOCK_MS,
  type BlockChange,
  type NewComment,
} from './commands.ts';
export {
  MAX_SIGNAL_INCIDENTS,
  type AssigneeChange,
  type IncidentsChange,
  type StateChange,
  type TriageUpdate,
} from './triage-commands.ts';
export { readComments, type Comment } from './comment.ts';
export {
  MAX_CONTENT_OBJECTS,
  countContent,
  createContent,
  deleteContent,
  listContent,
  readContent,
  seedContent,
  updateContent,
  type ContentFields,
  type ContentKind,
  type StoredContent,
} from './content-table.ts';
export { listVersions, listVersionsOfKind, readVersion, type ContentVersion } from './content-history.ts';
export { findBlock, readDenylist } from './denylist.ts';
export {
  readThreatIntelList,
  readThreatIntelLists,
  type ThreatIntelChange,
  type ThreatIntelList,
} from './threat-intel-list.ts';
export {
  MAX_STORED_EVENTS,
  insertEvent,
  removeOldEvents,
  readEventPage,
  readEvents,
  readEventsById,
  type EventPosition,
  type StoredEvent,
} from './event-table.ts';
export {
  DEFAULT_GROUP_LIMIT,
  MAX_GROUP_FIELDS,
  MAX_GROUP_LIMIT,
  MAX_TIME_BUCKETS,
  type Aggregation,
  type Bucket,
  type GroupBy,
} from './aggregate.ts';
export { aggregateEvents, aggregateSignals, type AggregateResult } from './aggregate-search.ts';
export {
  MAX_SCANNED_EVENTS,
  searchEvents,
  type EventFilter,
  type EventSearch,
  type EventSearchResult,
} from './event-search.ts';
export {
  MAX_FACET_VALUES,
  PANEL_FACETS,
  type Facet,
  type FacetDefinition,
  type FacetValue,
} from './facet.ts';
export { searchJobResults } from './job-result-search.ts';
export {
  MAX_WAITING_JOBS,
  cancelJob,
  createJob,
  deleteJob,
  jobOfResult,
  listJobs,
  moveJob,
  nextJob,
  readJob,
  readJobResult,
  removeOldJobs,
  writeJobResults,
  type HistoricalJob,
  type JobStatus,
} from './job-table.ts';
export { MAX_DELIVERY_ATTEMPTS, OutboxPump, type Delivery, type OutboxPumpOptions } from './outbox-pump.ts';
export {
  countDelivered,
  countNotices,
  dedupeKeyOf,
  lastStartedRun,
  noticesOf,
  removeOldNotices,
  type Notice,
  type NoticeStatus,
  type OutboxItem,
  type OutboxTarget,
} from './outbox.ts';
export { recordBatch, type DetectionBatch, type RecordedBatch, type Route } from './record.ts';
export { type Position } from './time-order.ts';
export { removeOldSignals } from './remove-old-signals.ts';
export {
  KEPT,
  countRemoved,
  declareRetention,
  keptMs,
  readRetention,
  takeRemoved,
  type Kept,
} from './retention.ts';
export { SIGNALS_MIGRATIONS } from './schema.ts';
export {
  DEFAULT_SEARCH_LIMIT,
  MAX_SEARCH_LIMIT,
  countSignals,
  searchSignalIds,
  searchSignals,
  type SearchRefusal,
  type SignalCountResult,
  type SignalCounts,
  type SignalFilter,
  type SignalIdsResult,
  type SignalSearch,
  type SignalSearchResult,
} from './search.ts';
export { isPlainField } from './signal-field.ts';
export { SignalIndex } from './signal-index.ts';
export { MAX_SCANNED_SIGNALS } from './signal-walk.ts';
export { applySignalEvent } from './signal-fold.ts';
export { appendSignalEvent, readSignal, recordDetection, rebuildSignal, seedSignal } from './signal-table.ts';
export { countSuppressed, removeOldSuppressed } from './suppressed.ts';
export { newUuid } from './new-uuid.ts';
export { findInvitation, type Invitation } from './people/invitation-table.ts';
export {
  hashOf,
  issueOwnKey,
  newSecret,
  permissionsOfKey,
  type IssuedKey,
  type KeyChange,
  type NewKey,
} from './people/key-commands.ts';
export {
  findKey,
  findKeyByHash,
  listKeys,
  putKey,
  type AccessKey,
  type KeyKind,
} from './people/key-table.ts';
export { People } from './people/people.ts';
export { type PeopleRefusal, type PeopleResult } from './people/people-command.ts';
export {
  isBound,
  listPolicies,
  readPolicy,
  resourceProblem,
  type PolicyBinding,
  type RestrictionPolicy,
} from './people/restriction-policy.ts';
export { type NewRole, type RoleChange } from './people/role-commands.ts';
export {
  findRole,
  findRoleByName,
  hasAdministrator,
  listRoles,
  permissionsOfUser,
  putRole,
  type Role,
} from './people/role-table.ts';
export { type NewUser, type UserChange } from './people/user-commands.ts';
export {
  countUsers,
  findUser,
  findUserByHandle,
  listUsers,
  putUser,
  type User,
  type WrittenUser,
} from './people/user-table.ts';
