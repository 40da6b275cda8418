/** The search queries of an object, and what each of them is matched against. */

import { unreachable, type ContentObject, type ContentPath, type DetectionRule } from '@signalwright/model';

/** Events that come in, signals that were raised, or the list of detection rules. */
export type QueryOver = 'events' | 'signals' | 'rules';

export interface PlacedQuery {
  readonly path: ContentPath;
  readonly text: string;
  readonly over: QueryOver;
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
        { path: ['excludeEvents'], text: excludeEvents, over: 'events' },
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

function ruleQueries({ queries, filters, method }: DetectionRule): readonly PlacedQuery[] {
  const thirdParty = method.kind === 'third_party' ? method : { rootQueries: [], cases: [] };
  return [
    ...queries.map(({ query }, index) => over(['queries', index, 'query'], query)),
    ...filters.map(({ query }, index) => over(['filters', index, 'query'], query)),
    ...thirdParty.rootQueries.map(({ query }, index) =>
      over(['third_party', 'rootQueries', index, 'query'], query),
    ),
    ...thirdParty.cases.map(({ query }, index) => over(['third_party', 'cases', index, 'query'], query)),
  ];
}

function over(path: ContentPath, text: string): PlacedQuery {
  return { path, text, over: 'events' };
}
