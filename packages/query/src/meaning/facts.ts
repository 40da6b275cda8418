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

/** The area of all tags: which of them there are is decided together. */
export const ENTRIES = 'entries';

/** Places whose values are chosen together: an attribute, a reserved name, the message; all tags. */
export function areaOf(place: Place): string {
  return place.kind === 'tag' || place.kind === 'bare-tag' || place.kind === 'tags'
    ? ENTRIES
    : placeName(place);
}

export interface Grown {
  readonly facts: Facts;
  /** Areas whose answer may have changed. */
  readonly touched: readonly string[];
}

/** The facts with more of them. Undefined where one denies another. */
export function addFacts(facts: Facts, literals: readonly Literal[]): Grown | undefined {
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
  return { facts: { signs, groups }, touched: touchedAreas(groups, added) };
}

/** The same for one literal whose sign is open, as a question: the signs stay as they are. */
export function supposeFact(facts: Facts, literal: Literal): Grown {
  const name = placeName(literal.place);
  const groups = new Map(facts.groups).set(name, grow(facts.groups.get(name), name, [literal]));
  return { facts: { signs: facts.signs, groups }, touched: touchedAreas(groups, [literal]) };
}

/** Every area that a fact speaks of. */
export function areasIn({ groups }: Facts): readonly string[] {
  const areas = new Set<string>();
  for (const { place } of groups.values()) {
    areas.add(areaOf(place));
    // Without the field a reserved name is a tag.
    if (place.kind === 'reserved') areas.add(ENTRIES);
  }
  return [...areas];
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

function touchedAreas(groups: ReadonlyMap<string, Group>, literals: readonly Literal[]): readonly string[] {
  const touched = new Set<string>();
  for (const { place, test, positive } of literals) {
    touched.add(areaOf(place));
    if (place.kind === 'reserved') touched.add(ENTRIES);
    if (positive) continue;
    for (const { name, place: other } of groups.values()) {
      if (other.kind === 'message' && place.kind === 'everything') touched.add(name);
      if (other.kind !== 'attribute') continue;
      const isUnder = place.kind === 'attribute' && test.kind === 'exists' && isBelow(other.path, place.path);
      if (isUnder || place.kind === 'everything') touched.add(name);
    }
  }
  return [...touched];
}
