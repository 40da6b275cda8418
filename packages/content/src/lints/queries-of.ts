/** The search queries of an object, and what each of them is matched against. */

import {
  TYPE_DATA_SOURCE,
  unreachable,
  type ContentObject,
  type ContentPath,
  type DetectionRule,
  type QueryDataSource,
} from '@signalwright/model';
import { singleValuedPaths, type MeaningOptions, type QuerySource } from '@signalwright/query';

export interface PlacedQuery {
  readonly path: ContentPath;
  readonly text: string;
  /** Undefined for events of which nothing is known. */
  readonly over: QuerySource | undefined;
}

/** Those that are written; an empty text stands for one that is not. */
export function queriesOf(object: ContentObject): readonly PlacedQuery[] {
  return allQueries(object).filter(({ text }) => text !== '');
}

function allQueries(object: ContentObject): readonly PlacedQuery[] {
  switch (object.kind) {
    case 'detection-rule':
      return ruleQueries(object.object);
    case 'suppression': {
      const { suppressSignals, excludeEvents, rules } = object.object;
      return [
        { path: ['suppressSignals'], text: suppressSignals, over: 'signals' },
        { path: ['excludeEvents'], text: excludeEvents, over: undefined },
        { path: ['ruleQuery'], text: rules.kind === 'query' ? rules.query : '', over: 'rules' },
      ];
    }
    case 'notification-rule':
      return [{ path: ['selectors', 'query'], text: object.object.selectors.query, over: 'signals' }];
    case 'saved-view':
      return [{ path: ['query'], text: object.object.query, over: 'signals' }];
    case 'workflow':
      return [];
    default:
      return unreachable(object);
  }
}

function ruleQueries({ type, queries, filters, method }: DetectionRule): readonly PlacedQuery[] {
  const thirdParty = method.kind === 'third_party' ? method : { rootQueries: [], cases: [] };
  const over = (
    path: ContentPath,
    text: string,
    source: QueryDataSource = TYPE_DATA_SOURCE[type],
  ): PlacedQuery => ({
    path,
    text,
    over: SOURCES[source],
  });
  return [
    ...queries.map(({ query, dataSource }, index) => over(['queries', index, 'query'], query, dataSource)),
    ...filters.map(({ query }, index) => over(['filters', index, 'query'], query)),
    ...thirdParty.rootQueries.map(({ query }, index) =>
      over(['third_party', 'rootQueries', index, 'query'], query),
    ),
    ...thirdParty.cases.map(({ query }, index) => over(['third_party', 'cases', index, 'query'], query)),
  ];
}

/** What is known of the documents behind a data source. */
const SOURCES: Partial<Record<QueryDataSource, QuerySource>> = {
  logs: 'logs',
  spans: 'spans',
  app_sec_spans: 'spans',
  security_signals: 'signals',
};

/** How a lint asks about a query: quickly, and taking what its documents hold once to be held once. */
export function askAbout(over: QuerySource | undefined): MeaningOptions {
  return { effort: 'quick', ...(over !== undefined && { singleValued: singleValuedPaths(over) }) };
}
