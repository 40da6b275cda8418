/**
 * What the changed queries of a detection rule mean: those it counts with, what it joins to the queries of a
 * rule that Datadog owns, the filters before all of them, and the root queries and cases of third party rules.
 */

import {
  TYPE_DATA_SOURCE,
  queryLabel,
  type AuthoredRule,
  type ContentPath,
  type QueryDataSource,
  type RuleFilter,
  type RuleQuery,
} from '@signalwright/model';
import { allOf, not, printQuery } from '@signalwright/query';
import { compareQueryPair, parseUse, sourceOf } from './compare-query.ts';
import { exampleEvents } from './example-documents.ts';
import type { QueryChange, QueryUse } from './report.ts';

export interface LabelledQuery {
  readonly label: string;
  readonly position: number;
  readonly query: RuleQuery;
}

export interface QueryCouple {
  readonly old: LabelledQuery;
  readonly young: LabelledQuery;
}

/** Queries of the same label; of those that are left over, the ones at the same place were given another name. */
export function coupleQueries(before: AuthoredRule, after: AuthoredRule): readonly QueryCouple[] {
  const [olds, youngs] = [labelled(before), labelled(after)];
  const isOld = (label: string): boolean => olds.some((each) => each.label === label);
  const isYoung = (label: string): boolean => youngs.some((each) => each.label === label);
  return youngs.flatMap((young) => {
    const old =
      olds.find(({ label }) => label === young.label) ??
      olds.find(
        ({ label, position }) => position === young.position && !isYoung(label) && !isOld(young.label),
      );
    return old === undefined ? [] : [{ old, young }];
  });
}

export function labelled(rule: AuthoredRule): readonly LabelledQuery[] {
  return rule.object.queries.map((query, position) => ({
    label: queryLabel(query, position),
    position,
    query,
  }));
}

/** One comparison; `path` leads to the query on the new side. */
interface Part {
  readonly use: QueryUse;
  readonly label?: string;
  readonly before: string;
  readonly after: string;
  readonly path: ContentPath;
  readonly reads: QueryDataSource;
}

export function queryChanges(before: AuthoredRule, after: AuthoredRule): readonly QueryChange[] {
  const parts = [
    ...countedParts(before, after),
    ...filterParts(before, after),
    ...thirdPartyParts(before, after),
  ];
  const changed = parts.filter((part) => part.before !== part.after);
  if (changed.length === 0) return [];
  const examples = [...exampleEvents(after), ...exampleEvents(before)];
  return changed.flatMap(({ path, reads, ...part }) => {
    const source = sourceOf(reads);
    const pair = {
      ...part,
      examples,
      place: after.origin.rangeOf(path),
      ...(source !== undefined && { source }),
    };
    const change = compareQueryPair(pair);
    return change === undefined ? [] : [change];
  });
}

function countedParts(before: AuthoredRule, after: AuthoredRule): readonly Part[] {
  return coupleQueries(before, after).flatMap(({ old, young }) => {
    const { label, position, query } = young;
    const reads = query.dataSource ?? TYPE_DATA_SOURCE[after.object.type];
    const [extension, newExtension] = [old.query.customQueryExtension, query.customQueryExtension];
    return [
      {
        use: 'rule-query',
        label,
        before: old.query.query,
        after: query.query,
        path: ['queries', position, 'query'],
        reads,
      },
      {
        use: 'query-extension',
        label,
        before: extension ?? '',
        after: newExtension ?? '',
        path: ['queries', position, 'customQueryExtension'],
        reads,
      },
    ] as const;
  });
}

/** The filters of one rule as one query: each `require`, and no `suppress`. */
function filterParts(before: AuthoredRule, after: AuthoredRule): readonly Part[] {
  const texts = { before: filterText(before.object.filters), after: filterText(after.object.filters) };
  return [{ use: 'rule-filter', ...texts, path: ['filters'], reads: TYPE_DATA_SOURCE[after.object.type] }];
}

function filterText(filters: readonly RuleFilter[]): string {
  if (filters.length === 0) return '';
  const parts = filters.map(({ action, query }) => {
    const parsed = parseUse(query, 'rule-filter');
    return action === 'require' ? parsed : not(parsed);
  });
  return printQuery(allOf(parts));
}

/** Root queries are known by their place, cases by their name. */
function thirdPartyParts(before: AuthoredRule, after: AuthoredRule): readonly Part[] {
  const [old, young] = [before.object.method, after.object.method];
  if (old.kind !== 'third_party' || young.kind !== 'third_party') return [];
  const reads = TYPE_DATA_SOURCE[after.object.type];
  const roots = young.rootQueries.flatMap(({ query }, at): readonly Part[] => {
    const was = old.rootQueries[at];
    if (was === undefined) return [];
    const path = ['third_party', 'rootQueries', at, 'query'];
    return [{ use: 'root-query', label: String(at + 1), before: was.query, after: query, path, reads }];
  });
  const cases = young.cases.flatMap(({ name, query }, at): readonly Part[] => {
    const was = old.cases.find((each) => each.name === name) ?? old.cases[at];
    if (was === undefined) return [];
    const path = ['third_party', 'cases', at, 'query'];
    return [
      {
        use: 'case-query',
        label: name === '' ? String(at + 1) : name,
        before: was.query,
        after: query,
        path,
        reads,
      },
    ];
  });
  return [...roots, ...cases];
}
