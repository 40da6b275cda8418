/** What of a rule the embedded detector does not run: it is refused with its place, never run half. */

import {
  TYPE_DATA_SOURCE,
  type ContentPath,
  type DataSource,
  type DetectionRule,
  type QueryDataSource,
  type RuleQuery,
} from '@signalwright/model';
import type { ContentProblem } from './content-problem.ts';

/** Intakes of the embedded org behind the API's words. Agent events of workload rules come in as logs (chosen). */
const INTAKES: Readonly<Partial<Record<QueryDataSource, DataSource>>> = {
  logs: 'logs',
  security_runtime: 'logs',
  spans: 'spans',
  app_sec_spans: 'spans',
};

/** @returns nothing when the detector runs all of the rule; each problem has the code `rule/not-run` */
export function whatIsNotRun(rule: DetectionRule): readonly ContentProblem[] {
  const problems: ContentProblem[] = [];
  const refuse = (path: ContentPath, what: string): void => {
    problems.push({ path, code: 'rule/not-run', message: `${what} not run here.` });
  };
  if (rule.method.kind !== 'threshold') refuse([rule.method.kind], `The method ${rule.method.kind} is`);
  if (rule.type === 'signal_correlation' || rule.type.endsWith('_configuration')) {
    refuse(['type'], `Rules of type ${rule.type} are`);
  }
  if (rule.schedule !== undefined) refuse(['schedulingOptions'], 'Scheduled rules are');
  if (rule.calculatedFields.length > 0) refuse(['calculatedFields'], 'Calculated fields are');
  if (rule.referenceTables.length > 0) refuse(['referenceTables'], 'Reference tables are');
  if (rule.groupSignalsBy.length > 0) refuse(['groupSignalsBy'], 'Signals grouped apart from queries are');
  rule.queries.forEach((query, index) => {
    refuseQuery(query, ['queries', index], rule, refuse);
  });
  return problems;
}

function refuseQuery(
  query: RuleQuery,
  path: ContentPath,
  rule: DetectionRule,
  refuse: (path: ContentPath, what: string) => void,
): void {
  const source = sourceOf(query, rule);
  const intake = INTAKES[source];
  if (query.correlation !== undefined) refuse(path, 'Queries over the signals of another rule are');
  else if (intake === undefined) refuse([...path, 'dataSource'], `Queries over ${source} are`);
  else if (intake !== intakeOf(rule)) refuse([...path, 'dataSource'], 'Queries over several intakes are');
  switch (query.aggregation.kind) {
    case 'new_value':
    case 'geo_data':
    case 'event_count':
    case 'none':
      refuse([...path, query.aggregation.kind], `The aggregation ${query.aggregation.kind} is`);
      break;
    default:
  }
}

/** The intake of the rule's first query; where a rule has none that runs, it does not matter. */
export function intakeOf(rule: DetectionRule): DataSource {
  const first = rule.queries[0];
  return INTAKES[first === undefined ? TYPE_DATA_SOURCE[rule.type] : sourceOf(first, rule)] ?? 'logs';
}

function sourceOf(query: RuleQuery, rule: DetectionRule): QueryDataSource {
  return query.dataSource ?? TYPE_DATA_SOURCE[rule.type];
}
