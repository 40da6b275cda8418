/** What a change of content means, as data: rendered as a comment, on a terminal, or as JSON. */

import type { Address, Kind, SourceRange } from '@signalwright/model';
import type { QueryVerdict } from '@signalwright/query';
import type { Phrase } from '../phrase.ts';
import type { ClauseDifference } from './compare-clauses.ts';
import type { Witness } from './witness.ts';

/**
 * How much of a reviewer's time it deserves. `attention`: something may be hidden, fewer people may be told, or
 * more may be done to the world. `notice`: what counts has changed. `quiet`: nothing that events can tell.
 */
export type Weight = 'attention' | 'notice' | 'quiet';

export interface MeaningReport {
  /** Those that need attention first. */
  readonly objects: readonly ObjectChange[];
  /** What changed in `signalwright.yaml`. */
  readonly config: readonly Note[];
  /** How many objects are the same on both sides. */
  readonly unchanged: number;
}

export interface ObjectChange {
  readonly address: Address;
  readonly kind: Kind;
  readonly what: 'added' | 'removed' | 'changed';
  readonly weight: Weight;
  readonly symbol: ChangeSymbol;
  /** Follows the address: `narrows: query failures matches fewer events`. */
  readonly headline: Phrase;
  /** Only those whose text changed. */
  readonly queries: readonly QueryChange[];
  /** Changes besides queries, the gravest first. */
  readonly notes: readonly Note[];
  /** The object on the new side; on the old side when it was removed. */
  readonly place: SourceRange;
}

/** `⚠` attention, `▼` counts less, `▲` counts more, `◆` both or other, `=` same meaning, `+` new, `−` gone. */
export type ChangeSymbol = '⚠' | '▼' | '▲' | '◆' | '=' | '+' | '−';

export interface Note {
  /** The field in a word or two: `message`, `case severity`. Ours. */
  readonly topic: string;
  readonly weight: Weight;
  readonly text: Phrase;
  /** On the new side. */
  readonly place?: SourceRange;
}

/** Where a query stands decides what matching it does. */
export type QueryUse =
  | 'rule-query'
  /** Joined to a query of a rule that Datadog owns. */
  | 'query-extension'
  /** All filters of a rule, as one query. */
  | 'rule-filter'
  /** Of a third party rule: what it passes on, and how a case grades it. */
  | 'root-query'
  | 'case-query'
  | 'suppress-signals'
  | 'exclude-events'
  /** Which rules a suppression applies to. */
  | 'suppressed-rules'
  | 'notification-selector'
  | 'view';

export interface QueryChange {
  readonly use: QueryUse;
  /** Label of a rule's query; undefined where the object has only one of that use. */
  readonly label?: string;
  readonly before: string;
  readonly after: string;
  readonly verdict: QueryVerdict;
  /** Why the verdict is UNKNOWN. */
  readonly reason?: string;
  /** Paths that the verdict takes to hold one value, see `singleValuedPaths`; absent where it needs none. */
  readonly assumed?: readonly string[];
  readonly weight: Weight;
  /** `narrows: query failures matches fewer events`. */
  readonly headline: Phrase;
  readonly because: ClauseDifference;
  /** An event or signal that only the old query matches. */
  readonly noLongerMatches?: Witness;
  /** One that only the new query matches. */
  readonly newlyMatches?: Witness;
  readonly place?: SourceRange;
}

const WEIGHTS: readonly Weight[] = ['attention', 'notice', 'quiet'];

/** Sorts the gravest first. */
export function byWeight(a: { readonly weight: Weight }, b: { readonly weight: Weight }): number {
  return WEIGHTS.indexOf(a.weight) - WEIGHTS.indexOf(b.weight);
}

export function heaviest(weights: readonly Weight[]): Weight {
  return WEIGHTS.find((weight) => weights.includes(weight)) ?? 'quiet';
}

/** True when nothing changed that content can say. */
export function isEmptyReport(report: MeaningReport): boolean {
  return report.objects.length === 0 && report.config.length === 0;
}

/** How many changes a reviewer should read before anything else. */
export function countAttention(report: MeaningReport): number {
  const all: readonly { readonly weight: Weight }[] = [...report.objects, ...report.config];
  return all.filter(({ weight }) => weight === 'attention').length;
}
