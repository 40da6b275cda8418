/**
 * What the documents behind queries hold, as far as it is closed.
 * Source: recorded signals (attributes under `@workflow`), rule search of suppressions, reserved attributes.
 */

import { DETECTION_METHODS, RULE_TYPE_NAMES, SEVERITIES, TRIAGE_STATES } from '@signalwright/model';

/** What a query is asked about: signals, events that rules read, or the list of detection rules. */
export type SearchedDocument = 'signals' | 'events' | 'rules';

export interface SearchedNames {
  readonly noun: string;
  /** Names without @ that are fields here. */
  readonly fields: readonly string[];
  /** Fields of other documents, and what to write instead; they would be read as tags. */
  readonly elsewhere: Readonly<Record<string, string>>;
  /** Values that a field or attribute can have, where they are known. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

const RULE_TYPES = Object.keys(RULE_TYPE_NAMES);

export const SEARCHED: Readonly<Record<SearchedDocument, SearchedNames>> = {
  signals: {
    noun: 'A signal',
    fields: ['status', 'service', 'env', 'host', 'source', 'timestamp'],
    elsewhere: {
      severity: 'Write status: for its severity.',
      ruleId: 'Write @workflow.rule.id:',
      type: 'Write @workflow.rule.type:',
    },
    values: {
      status: SEVERITIES,
      '@workflow.triage.state': TRIAGE_STATES,
      '@workflow.rule.type': Object.values(RULE_TYPE_NAMES),
      '@workflow.rule.detectionMethod': DETECTION_METHODS,
    },
  },
  events: {
    noun: 'An event',
    fields: [
      'status',
      'service',
      'env',
      'host',
      'source',
      'trace_id',
      'span_id',
      'operation_name',
      'resource_name',
    ],
    elsewhere: {
      ruleId: 'An event is read before any rule: leave it out.',
      severity: 'Events have a status:, signals a severity.',
    },
    values: {},
  },
  rules: {
    noun: 'A detection rule',
    fields: ['type', 'ruleId', 'source', 'severity'],
    elsewhere: { status: 'Write severity:' },
    values: { type: RULE_TYPES, severity: SEVERITIES },
  },
};

/** What every signal holds under `@workflow`: nothing else is ever there. */
export const WORKFLOW_ATTRIBUTES = [
  'rule.id',
  'rule.name',
  'rule.type',
  'rule.version',
  'rule.detectionMethod',
  'rule.isDefaultRule',
  'rule.defaultRuleId',
  'rule.defaultRuleVersion',
  'triage.state',
  'triage.assignee.id',
  'triage.assignee.name',
  'triage.assignee.uuid',
  'triage.incidentIds',
  'triage.creator',
  'triage.updater',
  'first_seen',
  'last_seen',
  'events_matched',
  'high_cardinality',
].map((name) => `@workflow.${name}`);
