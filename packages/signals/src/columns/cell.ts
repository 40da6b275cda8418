/** What a row has in one field, and the codes that stand for it. */

import type { Scalar } from '@signalwright/model';
import type { QueryDocument } from '@signalwright/query';

/** The values of one field of one document, each once. */
export type Cell = readonly Scalar[];

/** The row has nothing there. */
export const MISSING = 0;
/** The row has something there that the column did not take: only the document knows. */
export const UNKEPT = 1;

/** A document that has nothing. */
export const EMPTY: QueryDocument = { reserved: {}, tags: [], attributes: {}, message: '' };

const INITIAL_ROWS = 1_024;

/** The length of an array that has room for `row`. */
export function grownLength(length: number, row: number): number {
  return Math.max(INITIAL_ROWS, row + 1, Math.ceil(length * 1.5));
}
