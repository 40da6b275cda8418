/** What one branch of the search holds true, gathered place by place. */

import { placeName, type Literal, type Place } from './literal.ts';

/** The literals of one place. */
export interface Group {
  readonly name: string;
  readonly place: Place;
  readonly positives: readonly Literal[];
  readonly negatives: readonly Literal[];
}

/** Immutable: a branch adds to a copy of its own. */
export interface Facts {
  /** What each atom is known to be. */
  readonly signs: ReadonlyMap<string, boolean>;
  readonly groups: ReadonlyMap<string, Group>;
}

export const NO_FACTS: Facts = { signs: new Map(), groups: new Map() };

/** The facts with more of them, and the places that these touch. Undefined where one denies another. */
export function addFacts(
  facts: Facts,
  literals: readonly Literal[],
): { readonly facts: Facts; readonly touched: readonly Group[] } | undefined {
  const signs = new Map(facts.signs);
  const added: Literal[] = [];
  for (const literal of literals) {
    const known = signs.get(literal.atom);
    if (known === !literal.positive) return undefined;
    if (known === undefined) added.push(literal);
    signs.set(literal.atom, literal.positive);
  }
  const groups = new Map(facts.groups);
  const byPlace = new Map<string, Literal[]>();
  for (const literal of added) {
    const name = placeName(literal.place);
    const known = byPlace.get(name);
    if (known === undefined) byPlace.set(name, [literal]);
    else known.push(literal);
  }
  for (const [name, more] of byPlace) groups.set(name, grow(groups.get(name), name, more));
  return { facts: { signs, groups }, touched: touchedGroups(groups, added) };
}

/** The same for one literal whose sign is open, as a question: the signs stay as they are. */
export function supposeFact(
  facts: Facts,
  literal: Literal,
): { readonly facts: Facts; readonly touched: readonly Group[] } {
  const name = placeName(literal.place);
  const groups = new Map(facts.groups).set(name, grow(facts.groups.get(name), name, [literal]));
  return { facts: { signs: facts.signs, groups }, touched: touchedGroups(groups, [literal]) };
}

/** Whether `path` lies strictly under `above`. */
export function isBelow(path: string, above: string): boolean {
  return path.startsWith(`${above}.`);
}

function grow(group: Group | undefined, name: string, literals: readonly Literal[]): Group {
  const place = group?.place ?? (literals[0] as Literal).place;
  const positives = [...(group?.positives ?? []), ...literals.filter((literal) => literal.positive)];
  const negatives = [...(group?.negatives ?? []), ...literals.filter((literal) => !literal.positive)];
  return { name, place, positives, negatives };
}

/** The groups whose answer may change when the literals become facts. */
function touchedGroups(groups: ReadonlyMap<string, Group>, literals: readonly Literal[]): readonly Group[] {
  const touched = new Set<Group>();
  for (const { place, test, positive } of literals) {
    const own = groups.get(placeName(place));
    if (own !== undefined) touched.add(own);
    const message = place.kind === 'opaque' ? groups.get('message') : undefined;
    if (message !== undefined) touched.add(message);
    if (place.kind !== 'attribute' || test.kind !== 'exists' || positive) continue;
    for (const group of groups.values()) {
      if (group.place.kind === 'attribute' && isBelow(group.place.path, place.path)) touched.add(group);
    }
  }
  return [...touched];
}
