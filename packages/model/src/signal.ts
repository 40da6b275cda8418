/**
 * Security signal. Source: the public API's signals (search document and get-one document).
 */

import type { Attributes, SearchDocument } from './event.ts';
import { RULE_TYPE_NAMES, type CaseAction, type RuleType } from './rule.ts';
import type { Severity } from './severity.ts';
import type { ArchiveReason, TriageState } from './triage.ts';

/** What detection says; triage is added where it is stored. */
export interface DetectedSignal {
  /** URL-safe; the same rule, group and first event give the same id, so a replay opens no second signal. */
  readonly id: string;
  readonly rule: SignalRule;
  /** Name of the case that decided the severity. */
  readonly caseName: string;
  readonly severity: Severity;
  /** Rendered from rule and case name; may be rendered again when new data correlates. */
  readonly title: string;
  /** Rendered Markdown. */
  readonly message: string;
  readonly services: readonly string[];
  readonly env?: string;
  readonly host?: string;
  /** Rule tags, then `service:`, `env:` and group tags. */
  readonly tags: readonly string[];
  /** Group path (`@http.client_ip`, `service`) to value, in the rule's order. */
  readonly group: Readonly<Record<string, string>>;
  /** Nested JSON: group values and attributes that all events agree on, or the last event's. */
  readonly attributes: Attributes;
  readonly entities: readonly Entity[];
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly eventsMatched: number;
  readonly eventsMatchedPerQuery: Readonly<Record<string, number>>;
  /** Ids of the newest events behind it, at most MAX_SIGNAL_SAMPLES. */
  readonly sampleEventIds: readonly string[];
  /** Handles of the deciding case. */
  readonly notifications: readonly string[];
  /** Automated blocking of the deciding case. */
  readonly actions: readonly CaseAction[];
}

export const MAX_SIGNAL_SAMPLES = 10;

export interface SignalRule {
  /** As the org knows it; in rule tests the id written in the file. */
  readonly id: string;
  readonly name: string;
  readonly type: RuleType;
  readonly version: number;
  readonly detectionMethod: string;
  readonly tags: readonly string[];
}

/** Attackers are IP addresses, victims authenticated users. Source: "Investigate Security Signals", columns. */
export interface Entity {
  readonly role: 'attacker' | 'victim' | 'other';
  readonly path: string;
  readonly value: string;
}

export interface Assignee {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
}

/** On the wire nobody is a user too: id -1, name Unassigned. Source: recorded answers of the signals API. */
export const UNASSIGNED: Assignee = { id: -1, uuid: '', name: 'Unassigned' };

export interface Triage {
  readonly state: TriageState;
  readonly assignee: Assignee;
  readonly incidentIds: readonly number[];
  readonly archiveReason?: ArchiveReason;
  readonly archiveComment?: string;
  readonly stateUpdatedAtMs?: number;
  readonly stateUpdatedBy?: Assignee;
}

export const UNTOUCHED_TRIAGE: Triage = { state: 'open', assignee: UNASSIGNED, incidentIds: [] };

export interface Signal extends DetectedSignal {
  /** Grows by one with each change of triage; a write that names an older one is refused. */
  readonly version: number;
  readonly createdAtMs: number;
  readonly triage: Triage;
}

/** The document behind `@workflow.triage.state:open` and its like: a query over signals reads this. */
export function signalDocument(signal: Signal): SearchDocument {
  return {
    reserved: {
      status: signal.severity,
      service: signal.services,
      timestamp: signal.createdAtMs,
      ...(signal.env !== undefined && { env: signal.env }),
      ...(signal.host !== undefined && { host: signal.host }),
    },
    tags: signal.tags,
    // Ours come last: an attribute of an event must not be able to pose as the signal's own.
    attributes: {
      ...signal.attributes,
      title: signal.title,
      entities: signal.entities.map((entity) => `${entity.path}:${entity.value}`),
      groupByPaths: Object.keys(signal.group),
      workflow: signalWorkflow(signal),
    },
    message: signal.message,
  };
}

/** What of the document triage decides, and nothing else does. */
export function triageAttributes({ triage }: Pick<Signal, 'triage'>): Attributes {
  const { assignee, incidentIds, state } = triage;
  return { state, assignee: { id: assignee.id, name: assignee.name, uuid: assignee.uuid }, incidentIds };
}

/** The `workflow` object inside a signal, as the public API writes it. */
export function signalWorkflow(signal: Signal): Attributes {
  return {
    rule: {
      id: signal.rule.id,
      name: signal.rule.name,
      type: RULE_TYPE_NAMES[signal.rule.type],
      version: signal.rule.version,
      detectionMethod: signal.rule.detectionMethod,
      isDefaultRule: false,
    },
    triage: triageAttributes(signal),
    first_seen: signal.firstSeenMs,
    last_seen: signal.lastSeenMs,
    events_matched: signal.eventsMatched,
  };
}
