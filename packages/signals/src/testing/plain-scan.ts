/** Two ways to search that must find the same. */

import { signalDocument, type Signal } from '@signalwright/model';
import { compileMatcher, parseQuery } from '@signalwright/query';
import type { Database } from '@signalwright/store';

import { searchSignals } from '../search.ts';
import type { SignalIndex } from '../signal-index.ts';

/** What the search says by reading every signal. */
export function plainScan(db: Database, text: string): readonly string[] {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.errors)}`);
  const matches = compileMatcher(parsed.query);
  return db
    .all<{ body: string }>('SELECT body FROM signals ORDER BY created_at_ms DESC, id DESC')
    .map(({ body }) => JSON.parse(body) as Signal)
    .filter((signal) => matches(signalDocument(signal)))
    .map((signal) => signal.id);
}

/** By the columns: the newest thousand, and how many there are. */
export function columnSearch(
  index: SignalIndex,
  text: string,
  fromMs?: number,
): { readonly ids: readonly string[]; readonly total?: number } {
  const result = searchSignals(index, {
    query: text,
    limit: 1_000,
    count: true,
    ...(fromMs !== undefined && { fromMs }),
  });
  if (!result.ok) throw new Error(`${text}: ${result.refusal.reason}`);
  const { signals, counts } = result;
  return { ids: signals.map((signal) => signal.id), ...(counts !== undefined && { total: counts.total }) };
}
