/** Lists of people: filter, sort, page. Source: the operations' parameters and recorded lists. */

import { badRequest } from './people-answer.ts';
import type { Answer } from '../http/route.ts';
import { pageOf } from '../routes/paging.ts';

/** Source: the description of `page[size]`. */
const DEFAULT_SIZE = 10;
const MAX_SIZE = 100;

export interface PeopleList<T> {
  /** What `filter` looks in. */
  readonly textsOf: (each: T) => readonly string[];
  /** The order when the request names none; as they came when it is left out. */
  readonly defaultSort?: string;
  readonly sorts: Readonly<Record<string, (each: T) => string | number>>;
}

export type PeoplePage<T> =
  | { readonly ok: true; readonly rows: readonly T[]; readonly filtered: number }
  | { readonly ok: false; readonly answer: Answer };

export function peoplePage<T>(all: readonly T[], query: URLSearchParams, list: PeopleList<T>): PeoplePage<T> {
  const sorted = sortPeople(filterPeople(all, query.get('filter') ?? '', list.textsOf), query, list);
  if (sorted === undefined) return { ok: false, answer: badRequest('Invalid sort') };
  const size = query.get('page[size]');
  if (size !== null && Number(size) > MAX_SIZE) {
    return { ok: false, answer: badRequest(`page[size] is at most ${MAX_SIZE}`) };
  }
  const names = { size: 'page[size]', number: 'page[number]', defaultSize: DEFAULT_SIZE };
  const result = pageOf(sorted, query, names);
  if (!result.ok) return { ok: false, answer: badRequest(result.reason) };
  return { ok: true, rows: result.page.rows, filtered: result.page.total };
}

function filterPeople<T>(
  all: readonly T[],
  filter: string,
  textsOf: (each: T) => readonly string[],
): readonly T[] {
  const wanted = filter.trim().toLowerCase();
  if (wanted === '') return all;
  return all.filter((each) => textsOf(each).some((text) => text.toLowerCase().includes(wanted)));
}

function sortPeople<T>(
  rows: readonly T[],
  query: URLSearchParams,
  { sorts, defaultSort }: PeopleList<T>,
): readonly T[] | undefined {
  const given = query.get('sort') ?? defaultSort;
  const direction = query.get('sort_dir') ?? 'asc';
  const name = given?.replace(/^-/, '');
  const keyOf = name === undefined ? () => 0 : Object.hasOwn(sorts, name) ? sorts[name] : undefined;
  if (keyOf === undefined || (direction !== 'asc' && direction !== 'desc')) return undefined;
  const ascending = rows.toSorted((a, b) => {
    const [keyA, keyB] = [keyOf(a), keyOf(b)];
    return keyA < keyB ? -1 : keyA > keyB ? 1 : 0;
  });
  return given?.startsWith('-') === true || direction === 'desc' ? ascending.toReversed() : ascending;
}
