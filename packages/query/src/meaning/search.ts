/**
 * Looks for a document that makes a formula true: unit propagation and branching over the boolean structure,
 * with each place checked as soon as a literal joins it. `unsatisfiable` is a proof; `unknown` is said
 * whenever a bound was met or a place could not be decided.
 */

import { compileMatcher, type Matcher } from '../match/compile.ts';
import type { QueryDocument } from '../match/document.ts';
import { addFacts, NO_FACTS, supposeFact, type Facts, type Group } from './facts.ts';
import { findChoice, type Choice, type ChoiceAnswer, type ChoiceOptions } from './find-choice.ts';
import type { Formula, Literal } from './literal.ts';
import { addOpaque, EMPTY_DOCUMENT, layOver } from './witness.ts';

export interface SearchOptions extends ChoiceOptions {
  /** A document to change as little as possible. */
  readonly fill: QueryDocument | undefined;
}

export type SearchResult =
  /** Candidates, the preferred one first. The caller matches them before it believes one. */
  | { readonly kind: 'satisfiable'; readonly candidates: readonly QueryDocument[] }
  | { readonly kind: 'unsatisfiable' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Branches tried before giving up. */
const MAX_BRANCHES = 1_000;
/** Moves of pattern automata before giving up; see `find-word.ts`. Chosen: about a second. */
export const MAX_TOTAL_MOVES = 1_500_000;
/** Literals looked at before giving up. Chosen with `MAX_BRANCHES` to stay near a second at worst. */
const MAX_LITERAL_VISITS = 400_000;

type Clause = readonly Formula[];

interface Branch {
  readonly facts: Facts;
  readonly clauses: readonly Clause[];
}

interface Work {
  readonly options: SearchOptions;
  readonly answers: Map<string, ChoiceAnswer>;
  readonly matchers: Map<Literal, Matcher>;
  branches: number;
  visits: number;
  unknown: string | undefined;
}

export function search(formula: Formula, options: SearchOptions): SearchResult {
  const work: Work = {
    options,
    answers: new Map(),
    matchers: new Map(),
    branches: 0,
    visits: 0,
    unknown: undefined,
  };
  const start = assertAll(work, { facts: NO_FACTS, clauses: [] }, [formula]);
  const candidates = start === undefined ? undefined : explore(work, start);
  if (candidates !== undefined) return { kind: 'satisfiable', candidates };
  if (isSpent(work)) return { kind: 'unknown', reason: 'the queries are too large to compare completely' };
  return work.unknown === undefined ? { kind: 'unsatisfiable' } : { kind: 'unknown', reason: work.unknown };
}

function explore(work: Work, branch: Branch): readonly QueryDocument[] | undefined {
  const settled = propagate(work, branch);
  if (settled === undefined || isSpent(work)) return undefined;
  const [shortest] = settled.clauses.toSorted((a, b) => a.length - b.length);
  if (shortest === undefined) return finish(work, settled.facts);
  const others = settled.clauses.filter((clause) => clause !== shortest);
  for (const part of shortest) {
    work.branches += 1;
    if (isSpent(work)) return undefined;
    const next = assertAll(work, { facts: settled.facts, clauses: others }, [part]);
    const candidates = next && explore(work, next);
    if (candidates !== undefined) return candidates;
  }
  return undefined;
}

/** Adds what must hold. Undefined on a contradiction. */
function assertAll(work: Work, branch: Branch, formulas: readonly Formula[]): Branch | undefined {
  const pending = [...formulas];
  const clauses = [...branch.clauses];
  const literals: Literal[] = [];
  for (let formula = pending.pop(); formula !== undefined; formula = pending.pop()) {
    if (formula.kind === 'constant') {
      if (!formula.value) return undefined;
    } else if (formula.kind === 'literal') {
      literals.push(formula.literal);
    } else if (formula.kind === 'and') {
      for (const part of formula.parts) pending.push(part);
    } else {
      clauses.push(formula.parts);
    }
  }
  const grown = addFacts(branch.facts, literals);
  if (grown === undefined || !isOpen(work, grown)) return undefined;
  return { facts: grown.facts, clauses };
}

/** Drops alternatives that cannot hold and asserts those that are alone, until nothing changes. */
function propagate(work: Work, branch: Branch): Branch | undefined {
  let { facts, clauses } = branch;
  for (;;) {
    const kept: Clause[] = [];
    const units: Formula[] = [];
    for (const clause of clauses) {
      const open = reduceClause(work, facts, clause);
      if (open === 'holds') continue;
      if (open.length === 0) return undefined;
      if (open.length === 1) units.push(open[0] as Formula);
      else kept.push(open);
    }
    if (units.length === 0 || isSpent(work)) return { facts, clauses: kept };
    const next = assertAll(work, { facts, clauses: kept }, units);
    if (next === undefined) return undefined;
    ({ facts, clauses } = next);
  }
}

function reduceClause(work: Work, facts: Facts, clause: Clause): Clause | 'holds' {
  const open: Formula[] = [];
  for (const part of clause) {
    if (part.kind === 'constant') {
      if (part.value) return 'holds';
      continue;
    }
    if (part.kind !== 'literal') {
      open.push(part);
      continue;
    }
    const known = facts.signs.get(part.literal.atom);
    if (known === part.literal.positive) return 'holds';
    if (known === undefined && isOpen(work, supposeFact(facts, part.literal))) open.push(part);
  }
  return open;
}

/** False when a touched place is proved to have no values that do. */
function isOpen(
  work: Work,
  { facts, touched }: { readonly facts: Facts; readonly touched: readonly Group[] },
): boolean {
  return touched.every((group) => group.positives.length === 0 || choose(work, facts, group).kind !== 'none');
}

/** The answer for a place depends on the place's literals, and on few others that the key names. */
function choose(work: Work, facts: Facts, group: Group): ChoiceAnswer {
  work.visits += group.positives.length + group.negatives.length;
  const near =
    group.place.kind === 'attribute' || group.place.kind === 'message' ? neighbours(facts, group) : [];
  const key = JSON.stringify([group.name, atoms(group.positives), atoms(group.negatives), near]);
  const known = work.answers.get(key);
  if (known !== undefined) return known;
  const answer = findChoice(facts, group, work.options);
  work.answers.set(key, answer);
  return answer;
}

function neighbours(facts: Facts, group: Group): readonly string[] {
  const names: string[] = [];
  for (const other of facts.groups.values()) {
    if (other.name === group.name) continue;
    if (group.place.kind === 'message' && other.place.kind === 'opaque')
      names.push(...atoms(other.negatives));
    if (other.place.kind !== 'attribute' || group.place.kind !== 'attribute') continue;
    if (other.negatives.some(({ test }) => test.kind === 'exists')) names.push(`-${other.name}`);
    if (other.positives.length > 0) names.push(`+${other.name}`);
  }
  return names.toSorted();
}

function atoms(literals: readonly Literal[]): readonly string[] {
  return literals.map((literal) => literal.atom).toSorted();
}

/** No alternatives are left: choose values everywhere, build documents, keep those that do what they should. */
function finish(work: Work, facts: Facts): readonly QueryDocument[] | undefined {
  const choices: Choice[] = [];
  for (const group of facts.groups.values()) {
    const answer = choose(work, facts, group);
    if (answer.kind === 'none') return undefined;
    if (answer.kind === 'unknown') {
      work.unknown ??= `the values of ${group.name} could not be decided`;
      return undefined;
    }
    choices.push(answer.choice);
  }
  const literals = [...facts.groups.values()].flatMap((group) => [...group.positives, ...group.negatives]);
  const holds = (document: QueryDocument): boolean =>
    literals.every((literal) => literalHolds(work, literal, document));
  const candidates = [filled(work, facts, choices), layOver(EMPTY_DOCUMENT, choices)]
    .filter((document) => document !== undefined)
    .map((document) =>
      addOpaque(
        document,
        missingOpaque(work, facts, document),
        !facts.groups.has('message'),
        work.options.budget,
      ),
    )
    .filter(holds);
  if (candidates.length > 0) return candidates;
  work.unknown ??= reasonFor(facts);
  return undefined;
}

/** The sample, changed only at places where it does not already do what it should. */
function filled(work: Work, facts: Facts, choices: readonly Choice[]): QueryDocument | undefined {
  const { fill } = work.options;
  if (fill === undefined) return undefined;
  const wrong = new Set(
    [...facts.groups.values()]
      .filter(
        (group) =>
          ![...group.positives, ...group.negatives].every((literal) => literalHolds(work, literal, fill)),
      )
      .map((group) => group.place),
  );
  return layOver(
    fill,
    choices.filter((choice) => wrong.has(choice.place)),
  );
}

function missingOpaque(work: Work, facts: Facts, document: QueryDocument): readonly Literal[] {
  const wanted = facts.groups.get('opaque')?.positives ?? [];
  return wanted.filter((literal) => !literalHolds(work, literal, document));
}

function literalHolds(work: Work, literal: Literal, document: QueryDocument): boolean {
  const matches = work.matchers.get(literal) ?? compileMatcher(literal.leaf);
  work.matchers.set(literal, matches);
  return matches(document) === literal.positive;
}

/**
 * Why a document built from chosen values can fail: tests that look at several places, or a reserved name
 * and a tag of the same key. Anything else would be a mistake of ours, and says so.
 */
function reasonFor(facts: Facts): string {
  const groups = [...facts.groups.values()];
  if (groups.some((group) => group.place.kind === 'opaque')) {
    return 'a search over everything, or over whole tags, meets other terms';
  }
  const tagKeys = new Set(groups.flatMap(({ place }) => (place.kind === 'tag' ? [place.key] : [])));
  const shared = groups.some(({ place }) => place.kind === 'reserved' && tagKeys.has(place.name));
  if (shared || groups.some(({ place }) => place.kind === 'bare-tag'))
    return 'a field and a tag of one name meet';
  return 'internal: the built document does not do what it was built for';
}

function isSpent(work: Work): boolean {
  return work.branches > MAX_BRANCHES || work.visits > MAX_LITERAL_VISITS;
}
