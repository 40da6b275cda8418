/** Pages and filters of lists of content. Pages count from 0. Source: recorded lists. */

import { compileMatcher, parseQuery, type QueryDocument } from '@signalwright/query';
import type { StoredContent } from '@signalwright/signals';

/** Source: clients walk rules with at most 100 a page. Chosen: without a size everything comes at once. */
const MAX_PAGE_SIZE = 1_000;

export interface Page<T> {
  readonly rows: readonly T[];
  readonly total: number;
  readonly size: number;
  readonly number: number;
}

export type PageResult<T> =
  | { readonly ok: true; readonly page: Page<T> }
  | { readonly ok: false; readonly reason: string };

export interface PageParameters {
  readonly size: string;
  readonly number: string;
  /** Rows of a page when the request does not say; all of them when it is left out. */
  readonly defaultSize?: number;
}

/** @param names of the two parameters: `page[size]` and `page[number]`, or `limit` and `page` */
export function pageOf<T>(
  rows: readonly T[],
  query: URLSearchParams,
  names: PageParameters = { size: 'page[size]', number: 'page[number]' },
): PageResult<T> {
  const size = countOf(query.get(names.size), names.defaultSize ?? Math.min(rows.length, MAX_PAGE_SIZE));
  const number = countOf(query.get(names.number), 0);
  if (size === undefined || number === undefined || size > MAX_PAGE_SIZE) {
    return {
      ok: false,
      reason: `${names.size} and ${names.number} are whole numbers, at most ${MAX_PAGE_SIZE} a page.`,
    };
  }
  const from = number * size;
  return { ok: true, page: { rows: rows.slice(from, from + size), total: rows.length, size, number } };
}

function countOf(text: string | null, fallback: number): number | undefined {
  if (text === null) return fallback;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Objects that a query of the search language finds; undefined when the query cannot be read. */
export function filterContent(
  rows: readonly StoredContent[],
  query: string | null,
  documentOf: (stored: StoredContent) => QueryDocument,
): readonly StoredContent[] | undefined {
  if (query === null || query.trim() === '') return rows;
  const parsed = parseQuery(query);
  if (!parsed.ok) return undefined;
  const matches = compileMatcher(parsed.query);
  return rows.filter((row) => matches(documentOf(row)));
}

/** What a query over a list of content reads: `id:`, `name:`, `enabled:`, tags, and words of the name. */
export function contentDocument(stored: StoredContent): QueryDocument {
  const { fields, id } = stored;
  const name = typeof fields['name'] === 'string' ? fields['name'] : '';
  const tags = Array.isArray(fields['tags']) ? fields['tags'].map(String) : [];
  const enabled = fields['isEnabled'] ?? fields['enabled'] ?? fields['published'] ?? true;
  const type = typeof fields['type'] === 'string' ? { type: fields['type'] } : {};
  return {
    reserved: { ...type, ruleId: id },
    tags: [...tags, `id:${id}`, `name:${name}`, `enabled:${String(enabled)}`],
    attributes: {},
    message: name,
  };
}

/** By a field of `sorts`, descending with `-` in front; an unknown one keeps the order of creation. */
export function sortContent(
  rows: readonly StoredContent[],
  sort: string | null,
  sorts: Readonly<Record<string, (stored: StoredContent) => string | number>>,
): readonly StoredContent[] {
  const isDescending = sort?.startsWith('-') === true;
  const name = isDescending ? sort.slice(1) : (sort ?? '');
  const key = Object.hasOwn(sorts, name) ? sorts[name] : undefined;
  if (key === undefined) return rows;
  const sorted = rows.toSorted((a, b) => {
    const [keyA, keyB] = [key(a), key(b)];
    return keyA < keyB ? -1 : keyA > keyB ? 1 : 0;
  });
  return isDescending ? sorted.toReversed() : sorted;
}

/** Sorts that every kind knows. */
export const CONTENT_SORTS: Readonly<Record<string, (stored: StoredContent) => string | number>> = {
  name: ({ fields }) => String(fields['name'] ?? ''),
  creation_date: ({ createdAtMs }) => createdAtMs,
  update_date: ({ updatedAtMs }) => updatedAtMs,
  enabled: ({ fields }) => String(fields['isEnabled'] ?? fields['enabled'] ?? ''),
};
