/**
 * Attributes that hold at most one value in documents of one source. The matcher lets every attribute be a
 * list; where it never is one, `@http.status_code:>=400 -@http.status_code:>=500` is a range, and verdicts say
 * what a person expects. Kept short on purpose: a path that is in doubt does not belong here. Verdicts that
 * need one of them name it. Source: docs/decisions/0260.
 */

/** What a query is run on: log lines, spans, security signals, or the list of detection rules. */
export type QuerySource = 'logs' | 'spans' | 'signals' | 'rules';

const HTTP = ['@http.method', '@http.status_code'];

const PATHS: Readonly<Record<QuerySource, ReadonlySet<string>>> = {
  // Whoever writes logs may write lists; these fields the intake itself fills.
  logs: new Set(['host', 'service', 'source', 'status', 'timestamp', 'trace_id', ...HTTP]),
  // A tag of a span is one text or number.
  spans: new Set([
    'env',
    'host',
    'operation_name',
    'resource_name',
    'service',
    'span_id',
    'status',
    'timestamp',
    'trace_id',
    'type',
    '@duration',
    '@http.client_ip',
    '@http.route',
    '@http.url',
    '@http.url_details.host',
    '@http.url_details.path',
    '@http.useragent',
    '@span.kind',
    '@usr.id',
    ...HTTP,
  ]),
  // What a signal says of itself. Group values are left out: one may be of a list.
  signals: new Set([
    'env',
    'host',
    'status',
    'timestamp',
    '@title',
    '@workflow.events_matched',
    '@workflow.first_seen',
    '@workflow.last_seen',
    '@workflow.rule.defaultRuleId',
    '@workflow.rule.detectionMethod',
    '@workflow.rule.id',
    '@workflow.rule.isDefaultRule',
    '@workflow.rule.name',
    '@workflow.rule.type',
    '@workflow.rule.version',
    '@workflow.triage.assignee.id',
    '@workflow.triage.assignee.name',
    '@workflow.triage.state',
  ]),
  // A rule has several severities, one for each case, and two ids, its own and that of the service.
  rules: new Set(['type']),
};

/** Paths as `readAttribute` takes them. */
export function singleValuedPaths(source: QuerySource): ReadonlySet<string> {
  return PATHS[source];
}
