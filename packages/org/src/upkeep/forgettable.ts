/**
 * Which values can be forgotten. A value is replaced wherever it stands, so a word of the org's own language (a state, the
 * name of a field) would take the meaning from every signal: whoever calls himself `open` is not forgotten this way.
 */

import {
  ARCHIVE_REASONS,
  DETECTION_METHODS,
  QUERY_DATA_SOURCES,
  RULE_TYPES,
  TRIAGE_STATES,
} from '@signalwright/model';
import type { Database } from '@signalwright/store';

/** Shorter values stand in too many places that mean something else. */
const MIN_FORGOTTEN_CHARACTERS = 3;
/** Chosen: longer than any address or id of a user. */
const MAX_FORGOTTEN_CHARACTERS = 1_024;

/** Names of fields of what is stored, and values that the org itself gives them. */
const OWN_WORDS: ReadonlySet<string> = new Set<string>([
  ...TRIAGE_STATES,
  ...ARCHIVE_REASONS,
  ...RULE_TYPES,
  ...DETECTION_METHODS,
  ...QUERY_DATA_SOURCES,
  ...`actions actorId actorName after apiKey applicationKey archiveComment archiveReason assignee atMs attributes
  auditHead auditUpTo before bindings caseName cases cause causes comment condition content createdAtMs createdBy
  dataSource definition detectionMethod durationMs email endedAtMs entities entity env error event events eventsMatched
  eventsMatchedPerQuery expiresAtMs fields firstSeenMs fromRuleId group groupByFields groupBys handle handler host
  incidentIds inputs isEnabled jobs keepAlive kind lastReason lastSeenMs maxSignalDuration message name note notes
  notifications options outbound output outputs path permissions principals published queries query reason relation
  removed role roleIds rule rules runId runs sampleEventIds scopes securitySignal service services severity signal
  signalId signalOutput signals source spec state stateUpdatedAtMs stateUpdatedBy status steps subject suppressed tags
  target targets text title triage trigger triggers tsMs type updatedAtMs usr user userUuid users uuid value values
  version workflow workflowId
  opened raised updated detected assignee incidents
  info low medium high critical pending running completed failed cancelled queued succeeded needs_person started done
  unclear true false null none attacker victim other security manual system detection audit notices org`.split(
    /\s+/,
  ),
]);

/** Why it cannot be forgotten; undefined when it can. */
export function forgettableProblem(value: string): string | undefined {
  if (value.trim() !== value) return 'A value to forget has no blanks around it.';
  if (value.length < MIN_FORGOTTEN_CHARACTERS || value.length > MAX_FORGOTTEN_CHARACTERS) {
    return `A value to forget has ${MIN_FORGOTTEN_CHARACTERS} to ${MAX_FORGOTTEN_CHARACTERS} characters.`;
  }
  if (/[\p{Cc}\p{Surrogate}]/u.test(value)) return 'A value to forget holds no control character.';
  // Numbers are times, counts and versions too.
  if (/^[\d.]{1,9}$/.test(value) && !/^\d+(?:\.\d+){3}$/.test(value))
    return 'A short number stands for too much else.';
  return OWN_WORDS.has(value) ? 'It is a word of what the org stores itself.' : undefined;
}

/** What the org names its own things by, in its tables. */
const NAMED = [
  ['users', 'uuid'],
  ['users', 'handle'],
  ['users', 'email'],
  ['users', 'name'],
  ['roles', 'name'],
  ['access_keys', 'id'],
  ['content', 'id'],
  ['signals', 'id'],
] as const;

/**
 * Whether something of this org is called so: whoever manages access must not take his own name out of what he did, nor
 * a rule from its signals.
 */
export function isNameOfOwn(db: Database, value: string): boolean {
  return NAMED.some(
    ([table, column]) => db.get(`SELECT 1 FROM ${table} WHERE ${column} = ? LIMIT 1`, [value]) !== undefined,
  );
}
