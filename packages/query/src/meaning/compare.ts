/** What the change of a query means: both directions of implication, each with a document that shows it. */

import type { Query } from '../ast.ts';
import type { QueryDocument } from '../match/document.ts';
import type { MeaningOptions } from './find-document.ts';
import { implies, type Implication } from './implies.ts';

export type QueryVerdict = 'EQUIVALENT' | 'NARROWS' | 'WIDENS' | 'INCOMPARABLE' | 'UNKNOWN';

export interface QueryComparison {
  readonly verdict: QueryVerdict;
  /** A document that only the old query matches. */
  readonly noLongerMatches?: QueryDocument;
  /** A document that only the new query matches. */
  readonly newlyMatches?: QueryDocument;
  /** Why the verdict is UNKNOWN. A direction that was decided still shows its document. */
  readonly reason?: string;
  /** Paths that the verdict takes to hold one value; absent where it needs that of none. */
  readonly assumed?: readonly string[];
}

/** NARROWS: the new query matches only what the old one did, and less. Each document shown was matched by both. */
export function compareQueries(before: Query, after: Query, options: MeaningOptions = {}): QueryComparison {
  const kept = implies(before, after, options);
  const covered = implies(after, before, options);
  const assumed = [...new Set([...assumedBy(kept), ...assumedBy(covered)])].toSorted();
  const shown = {
    ...(kept.verdict === 'no' && { noLongerMatches: kept.witness }),
    ...(covered.verdict === 'no' && { newlyMatches: covered.witness }),
    ...(assumed.length > 0 && { assumed }),
  };
  if (kept.verdict === 'unknown') return { verdict: 'UNKNOWN', ...shown, reason: kept.reason };
  if (covered.verdict === 'unknown') return { verdict: 'UNKNOWN', ...shown, reason: covered.reason };
  if (kept.verdict === 'yes')
    return { verdict: covered.verdict === 'yes' ? 'EQUIVALENT' : 'WIDENS', ...shown };
  return { verdict: covered.verdict === 'yes' ? 'NARROWS' : 'INCOMPARABLE', ...shown };
}

function assumedBy(implication: Implication): readonly string[] {
  return implication.verdict === 'yes' ? (implication.assumed ?? []) : [];
}
