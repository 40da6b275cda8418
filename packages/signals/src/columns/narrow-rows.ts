/** Where a query asks for a value that few rows have, those are all that need to be looked at. */

import { allOf, type Query } from '@signalwright/query';

import type { DictionaryColumn } from './dictionary-column.ts';
import type { DocumentColumns } from './document-columns.ts';
import { groupsOf, onlySource } from './sources.ts';
import { verdictsOf } from './verdicts.ts';

/** Chosen: cells that are asked to find out which rows those are. */
const MOST_ASKED = 4_096;

interface Narrowed {
  readonly column: DictionaryColumn;
  readonly codes: readonly number[];
  readonly rows: number;
}

/**
 * @param most undefined is the answer when it would be more rows than that
 * @returns every row that can match and some that do not, in no order, some twice
 */
export function narrowRows(query: Query, columns: DocumentColumns, most: number): Uint32Array | undefined {
  const parts = query.kind === 'and' ? groupsOf(query.children, allOf, columns) : [query];
  let best: Narrowed | undefined;
  for (const part of parts) {
    const narrowed = narrowByColumn(part, columns);
    if (narrowed !== undefined && narrowed.rows < (best?.rows ?? most)) best = narrowed;
  }
  return best?.column.rowsWith(best.codes);
}

function narrowByColumn(query: Query, columns: DocumentColumns): Narrowed | undefined {
  const source = onlySource(query, columns);
  if (source?.kind !== 'dictionary') return undefined;
  const { column } = source;
  const codes = verdictsOf(source, query).likelyCodes(MOST_ASKED);
  if (codes === undefined) return undefined;
  const rows = codes.reduce((sum, code) => sum + (column.rowsOf[code] as number), 0);
  return { column, codes, rows };
}
