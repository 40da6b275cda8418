/** One pair on trial: what is said of it, against every document that can matter and the naive matcher. */

import {
  compareQueries,
  compileMatcher,
  parseQuery,
  type Query,
  type QueryComparison,
} from '@signalwright/query';
import type { SeededRandom } from '../../harness/seeded-random.ts';
import { holds, naiveLeaf, naiveMatch, type NaiveDocument } from './naive-match.ts';
import type { Pair } from './pairs.ts';
import { leavesOf, writeQuery, type Leaf } from './tree.ts';
import { universeFor } from './universe.ts';

export interface Trial {
  readonly texts: readonly [before: string, after: string];
  readonly comparison: QueryComparison | undefined;
  readonly single: ReadonlySet<string>;
  readonly documents: number;
  readonly isComplete: boolean;
  /** What is wrong, in words. */
  readonly failures: readonly string[];
  /** A witness was right, and brute force had none: its universe was too small. */
  readonly isMissed: boolean;
}

const MAX_DOCUMENTS = 1_000;
/** Of each universe, on which the compiled matcher is held against the naive one. */
const MATCHED_DOCUMENTS = 6;
const SINGLE: ReadonlySet<string> = new Set(['@v', 'env']);

export function tryPair(pair: Pair, random: SeededRandom): Trial {
  const texts = [writeQuery(pair.before, random), writeQuery(pair.after, random)] as const;
  const single = random.below(5) === 0 ? SINGLE : new Set<string>();
  const universe = universeFor(distinctLeaves(pair), { single, maxDocuments: MAX_DOCUMENTS });
  const { documents, isComplete } = universe;
  const trial = { texts, single, documents: documents.length, isComplete };
  const [before, after] = texts.map(parsed);
  if (before === undefined || after === undefined) {
    return { ...trial, comparison: undefined, failures: ['does not parse'], isMissed: false };
  }
  const fill = random.below(4) === 0 ? documents[random.below(documents.length)] : undefined;
  const comparison = compareQueries(before, after, {
    singleValued: single,
    ...(fill !== undefined && { fill }),
  });
  const found = searchAll(pair, documents);
  const failures = [
    ...judge(pair, comparison, found, single),
    ...matcherFailures(pair, [before, after], documents, random),
  ];
  const isMissed =
    (comparison.noLongerMatches !== undefined && found.lost === undefined) ||
    (comparison.newlyMatches !== undefined && found.gained === undefined);
  return { ...trial, comparison, failures, isMissed };
}

function distinctLeaves({ before, after }: Pair): readonly Leaf[] {
  const all = [...leavesOf(before), ...leavesOf(after)];
  return [...new Map(all.map((leaf) => [JSON.stringify(leaf), leaf])).values()];
}

function parsed(text: string): Query | undefined {
  const result = parseQuery(text);
  return result.ok ? result.query : undefined;
}

interface Found {
  readonly lost: NaiveDocument | undefined;
  readonly gained: NaiveDocument | undefined;
}

function searchAll({ before, after }: Pair, documents: readonly NaiveDocument[]): Found {
  let lost: NaiveDocument | undefined;
  let gained: NaiveDocument | undefined;
  const names = new Map(
    [...leavesOf(before), ...leavesOf(after)].map((leaf) => [leaf, JSON.stringify(leaf)]),
  );
  for (const document of documents) {
    // Near misses share most of their leaves.
    const known = new Map<string | undefined, boolean>();
    const holdsLeaf = (leaf: Leaf): boolean => {
      const name = names.get(leaf);
      const answer = known.get(name) ?? naiveLeaf(leaf, document);
      known.set(name, answer);
      return answer;
    };
    const [old, young] = [holds(before, holdsLeaf), holds(after, holdsLeaf)];
    if (old && !young) lost ??= document;
    if (young && !old) gained ??= document;
  }
  return { lost, gained };
}

function judge(
  { before, after }: Pair,
  { verdict, noLongerMatches, newlyMatches, reason }: QueryComparison,
  { lost, gained }: Found,
  single: ReadonlySet<string>,
): readonly string[] {
  const failures: string[] = [];
  const isOnly = (yes: Pair['before'], no: Pair['before'], document: NaiveDocument): boolean =>
    naiveMatch(yes, document) && !naiveMatch(no, document);
  const denied = (document: NaiveDocument | undefined): string =>
    `${verdict} is denied by ${JSON.stringify(document)}`;
  if (lost !== undefined && (verdict === 'EQUIVALENT' || verdict === 'WIDENS')) failures.push(denied(lost));
  if (gained !== undefined && (verdict === 'EQUIVALENT' || verdict === 'NARROWS'))
    failures.push(denied(gained));
  for (const [witness, yes, no] of [
    [noLongerMatches, before, after],
    [newlyMatches, after, before],
  ] as const) {
    if (witness === undefined) continue;
    if (!isOnly(yes, no, witness)) failures.push(`the witness shows nothing: ${JSON.stringify(witness)}`);
    if (holdsSeveral(witness, single)) failures.push(`the witness holds a list: ${JSON.stringify(witness)}`);
  }
  const isLost = verdict === 'NARROWS' || verdict === 'INCOMPARABLE';
  const isGained = verdict === 'WIDENS' || verdict === 'INCOMPARABLE';
  if ((isLost && noLongerMatches === undefined) || (isGained && newlyMatches === undefined)) {
    failures.push(`${verdict} without a witness`);
  }
  if (reason?.startsWith('internal') === true) failures.push(reason);
  return failures;
}

/** Whether a path that holds one value holds two. */
function holdsSeveral({ attributes, reserved }: NaiveDocument, single: ReadonlySet<string>): boolean {
  const values = [attributes['v'], reserved['env']];
  return [...SINGLE].some((path, at) => {
    const value = values[at];
    return (
      single.has(path) && Array.isArray(value) && value.filter((each) => typeof each !== 'object').length > 1
    );
  });
}

function matcherFailures(
  { before, after }: Pair,
  queries: readonly [Query, Query],
  documents: readonly NaiveDocument[],
  random: SeededRandom,
): readonly string[] {
  const matchers = queries.map(compileMatcher);
  const failures: string[] = [];
  for (let at = 0; at < MATCHED_DOCUMENTS; at += 1) {
    const document = documents[random.below(documents.length)];
    if (document === undefined) continue;
    for (const [which, tree] of [before, after].entries()) {
      if (matchers[which]?.(document) === naiveMatch(tree, document)) continue;
      failures.push(`the matcher differs on ${JSON.stringify(document)}`);
    }
  }
  return failures;
}
