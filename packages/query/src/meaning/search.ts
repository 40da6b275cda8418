/**
 * Looks for a document that makes a formula true: unit propagation and branching over the boolean structure,
 * with each place checked as soon as a literal joins it. `unsatisfiable` is a proof; `unknown` is said
 * whenever a bound was met or a place could not be decided.
 */

import { compileMatcher, type Matcher } from '../match/compile.ts';
import type { QueryDocument } from '../match/document.ts';
import {
  addFacts,
  areaOf,
  areasIn,
  ENTRIES,
  NO_FACTS,
  supposeFact,
  type Facts,
  type Grown,
} from './facts.ts';
import type { Choice, ChoiceAnswer } from './choice.ts';
import { choiceKey, findChoice } from './find-choice.ts';
import { concernsTags } from './find-entries.ts';
import type { ChoiceOptions } from './find-values.ts';
import type { Formula, Literal } from './literal.ts';
import { EMPTY_DOCUMENT, layOver, type FreeGround } from './witness.ts';

export interface SearchOptions extends ChoiceOptions {
  /** A document to change as little as possible. */
  readonly fill: QueryDocument | undefined;
}

export type SearchResult =
  /** Candidates, the preferred one first. The caller matches them before it believes one. */
  | { readonly kind: 'satisfiable'; readonly candidates: readonly QueryDocument[] }
  | { readonly kind: 'unsatisfiable' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Work before giving up. Counted, never timed, so that the same pair always gets the same verdict. */
export interface SearchLimits {
  /** Alternatives tried. */
  readonly branches: number;
  /** Literals looked at. */
  readonly visits: number;
  /** Moves of automata; see `find-word.ts`. */
  readonly moves: number;
}

/** Chosen: about a second at worst, and a tenth of it. */
export const LIMITS = {
  full: { branches: 1_000, visits: 400_000, moves: 1_500_000 },
  quick: { branches: 100, visits: 40_000, moves: 150_000 },
} as const satisfies Record<string, SearchLimits>;

type Clause = readonly Formula[];

interface Branch {
  readonly facts: Facts;
  readonly clauses: readonly Clause[];
}

interface Work {
  readonly limits: SearchLimits;
  readonly options: SearchOptions;
  readonly answers: Map<string, ChoiceAnswer | undefined>;
  readonly matchers: Map<Literal, Matcher>;
  branches: number;
  visits: number;
  unknown: string | undefined;
}

export function search(formula: Formula, limits: SearchLimits, options: SearchOptions): SearchResult {
  const work: Work = {
    limits,
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

/** False when a touched area is proved to have no values that do. Where nothing is wanted, nothing will do. */
function isOpen(work: Work, { facts, touched }: Grown): boolean {
  return touched.every((area) => {
    const isWanted = area === ENTRIES || (facts.groups.get(area)?.positives.length ?? 0) > 0;
    return !isWanted || choose(work, facts, area)?.kind !== 'none';
  });
}

/** Undefined where the facts say nothing of the area. */
function choose(work: Work, facts: Facts, area: string): ChoiceAnswer | undefined {
  if (area === ENTRIES && !concernsTags(facts)) return undefined;
  const group = facts.groups.get(area);
  work.visits += 1 + (group === undefined ? 0 : group.positives.length + group.negatives.length);
  const key = choiceKey(facts, area);
  if (work.answers.has(key)) return work.answers.get(key);
  const answer = findChoice(facts, area, work.options);
  work.answers.set(key, answer);
  return answer;
}

/** No alternatives are left: choose values everywhere, build documents, keep those that do what they should. */
function finish(work: Work, facts: Facts): readonly QueryDocument[] | undefined {
  const literals = [...facts.groups.values()].flatMap((group) => [...group.positives, ...group.negatives]);
  const unseen = literals.find(({ place }) => place.kind === 'unseen')?.place;
  if (unseen?.kind === 'unseen') {
    work.unknown ??= unseen.why;
    return undefined;
  }
  const choices = new Map<string, Choice>();
  for (const area of areasIn(facts)) {
    const answer = choose(work, facts, area);
    if (answer?.kind === 'none') return undefined;
    if (answer?.kind === 'unknown') {
      work.unknown ??= `the values of ${area === ENTRIES ? 'tags' : area} could not be decided`;
      return undefined;
    }
    if (answer !== undefined) choices.set(area, answer.choice);
  }
  const ground = freeGround(facts);
  const holds = (document: QueryDocument): boolean =>
    literals.every((literal) => literalHolds(work, literal, document));
  const bare = build(work, EMPTY_DOCUMENT, [...choices.values()], ground);
  const candidates = [filled(work, literals, choices, ground), bare]
    .filter((document) => document !== undefined)
    .filter(holds);
  if (candidates.length > 0) return candidates;
  work.unknown ??= 'internal: the built document does not do what it was built for';
  return undefined;
}

function freeGround(facts: Facts): FreeGround {
  const paths = [...facts.groups.values()].flatMap(({ place }) =>
    place.kind === 'attribute' ? [place.path] : [],
  );
  return {
    isNamed: (path) => paths.some((named) => named === path || named.startsWith(`${path}.`)),
    messageIsFree: !facts.groups.has('message'),
  };
}

/** The sample, changed only in areas where it does not already do what it should. */
function filled(
  work: Work,
  literals: readonly Literal[],
  choices: ReadonlyMap<string, Choice>,
  ground: FreeGround,
): QueryDocument | undefined {
  const { fill } = work.options;
  if (fill === undefined) return undefined;
  const wrong = literals.filter((literal) => !literalHolds(work, literal, fill));
  const areas = new Set(wrong.map(({ place }) => areaOf(place)));
  // Without its field a reserved name is a tag.
  if (wrong.some(({ place }) => place.kind === 'reserved')) areas.add(ENTRIES);
  const changed = [...choices].filter(([area]) => areas.has(area)).map(([, choice]) => choice);
  return build(work, fill, changed, ground);
}

/** Of texts that `*:x` wants only those are added that nothing else holds already. */
function build(
  work: Work,
  base: QueryDocument,
  choices: readonly Choice[],
  ground: FreeGround,
): QueryDocument {
  const made = layOver(
    base,
    choices.filter(({ kind }) => kind !== 'notes'),
    ground,
  );
  const notes = choices
    .flatMap((choice) => (choice.kind === 'notes' ? choice.notes : []))
    .filter(({ literal }) => !literalHolds(work, literal, made));
  return notes.length === 0 ? made : layOver(made, [{ kind: 'notes', notes }], ground);
}

function literalHolds(work: Work, literal: Literal, document: QueryDocument): boolean {
  const matches = work.matchers.get(literal) ?? compileMatcher(literal.leaf);
  work.matchers.set(literal, matches);
  return matches(document) === literal.positive;
}

function isSpent(work: Work): boolean {
  return work.branches > work.limits.branches || work.visits > work.limits.visits;
}
