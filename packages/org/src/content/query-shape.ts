/** Fields of a query of a rule that this org may not read itself, and keeps. Source: the schema of the API. */

import { isObject } from '../http/json-body.ts';

const TEXT_LISTS = ['metrics', 'distinctFields', 'groupByFields'];

/** Whether all queries hold texts where the API has texts; null means left out. */
export function haveTexts(queries: unknown): boolean {
  if (queries === undefined || queries === null) return true;
  return Array.isArray(queries) && queries.every((query) => isObject(query) && hasTexts(query));
}

function hasTexts(query: Readonly<Record<string, unknown>>): boolean {
  const isText = (value: unknown): boolean => typeof value === 'string';
  return (
    isText(query['metric'] ?? '') &&
    TEXT_LISTS.every((name) => {
      const list = query[name] ?? [];
      return Array.isArray(list) && list.every(isText);
    })
  );
}
