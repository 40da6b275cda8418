/** Aggregation of what a search finds: signals by their columns, events one by one. */

import { eventDocument, type SearchDocument } from '@signalwright/model';
import { compileReader, parseQuery } from '@signalwright/query';
import type { Database } from '@signalwright/store';

import { aggregate, type AggregateCounts, type Aggregation } from './aggregate.ts';
import { DictionaryColumn } from './columns/dictionary-column.ts';
import { findEvents, type EventFilter } from './event-search.ts';
import type { SearchRefusal, SignalFilter } from './search.ts';
import { ofOwn, readField, type FieldValues } from './signal-field.ts';
import type { SignalIndex } from './signal-index.ts';
import { allMatches, placesOf } from './signal-matches.ts';

export type AggregateResult =
  | ({ readonly ok: true; readonly total: number } & AggregateCounts)
  | { readonly ok: false; readonly refusal: SearchRefusal };

export function aggregateSignals(
  index: SignalIndex,
  filter: SignalFilter,
  aggregation: Aggregation,
): AggregateResult {
  const parsed = parseQuery(filter.query);
  if (!parsed.ok) return { ok: false, refusal: { reason: 'bad_query', errors: parsed.errors } };
  index.catchUp(filter.fromMs);
  const matches = allMatches(index, parsed.query, placesOf(index, filter.fromMs, filter.toMs));
  const rows = matches.rows();
  const counts = aggregate(
    {
      length: rows.length,
      timeOf: (at) => index.order.createdAtMsOf(rows[at] as number),
      fields: aggregation.groupBy.map(({ field }) => readField(index, field, rows)),
    },
    aggregation,
  );
  return { ok: true, total: rows.length, ...counts, isComplete: matches.isComplete && counts.isComplete };
}

export function aggregateEvents(
  db: Database,
  filter: EventFilter,
  aggregation: Aggregation,
): AggregateResult {
  const found = findEvents(db, filter);
  if (!found.ok) return found;
  const { events, isComplete } = found;
  const documents = events.map(eventDocument);
  const counts = aggregate(
    {
      length: events.length,
      timeOf: (at) => events[at]?.tsMs ?? 0,
      fields: aggregation.groupBy.map(({ field }) => readDocuments(field, documents)),
    },
    aggregation,
  );
  return { ok: true, total: events.length, ...counts, isComplete: isComplete && counts.isComplete };
}

function readDocuments(field: string, documents: readonly SearchDocument[]): FieldValues {
  const column = new DictionaryColumn();
  const read = compileReader(field);
  documents.forEach((document, at) => column.set(at, read(document)));
  return ofOwn(column, documents.length);
}
