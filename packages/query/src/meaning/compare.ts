/** What the change of a query means: both directions of implication, each with a document that shows it. */

import type { Query } from '../ast.ts';
import type { QueryDocument } from '../match/document.ts';
import { implies, type MeaningOptions } from './implies.ts';

export type QueryVerdict = 'EQUIVALENT' | 'NARROWS' | 'WIDENS' | 'INCOMPARABLE' | 'UNKNOWN';

export interface QueryComparison {
  readonly verdict: QueryVerdict;
  /** A document that only the old query matches. */
  readonly noLongerMatches?: QueryDocument;
  /** A document that only the new query matches. */
  readonly newlyMatches?: QueryDocument;
  /** Why the verdict is UNKNOWN. A direction that was decided still shows its document. */
  readonly reason?: string;
}

/** NARROWS: the new query matches only what the old one did, and less. Each document shown was matched by both. */
export function compareQueries(before: Query, after: Query, options: MeaningOptions = {}): QueryComparison {
  const kept = implies(before, after, options);
  const covered = implies(after, before, options);
  const shown = {
    ...(kept.verdict === 'no' && { noLongerMatches: kept.witness }),
    ...(covered.verdict === 'no' && { newlyMatches: covered.witness }),
  };
  if (kept.verdict === 'unknown') return { verdict: 'UNKNOWN', ...shown, reason: kept.reason };
  if (covered.verdict === 'unknown') return { verdict: 'UNKNOWN', ...shown, reason: covered.reason };
  if (kept.verdict === 'yes')
    return { verdict: covered.verdict === 'yes' ? 'EQUIVALENT' : 'WIDENS', ...shown };
  return { verdict: covered.verdict === 'yes' ? 'NARROWS' : 'INCOMPARABLE', ...shown };
}
