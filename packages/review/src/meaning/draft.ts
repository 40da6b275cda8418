/** What the comparison of one object found, before it is put into words as a whole. */

import type { Note, QueryChange } from './report.ts';

export interface Draft {
  readonly queries: readonly QueryChange[];
  readonly notes: readonly Note[];
}
