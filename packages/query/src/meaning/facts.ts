/** What one branch of the search holds true, gathered place by place. */

import { placeName, type Literal, type Place } from './literal.ts';

/** The literals of one place. */
export interface Group {
  readonly name: string;
  readonly place: Place;
  readonly positives: readonly Literal[];
  readonly negatives: readonly Literal[];
}

/** Immutable: a branch adds to its own copy. */
export interface Facts {
  readonly signs: ReadonlyMap<string, boolean>;
  readonly groups: ReadonlyMap<string, Group>;
}

export const NO_FACTS: Facts = { signs: new Map(), groups: new Map() };

/** Undefined when the opposite is already a fact. */
export function addFact(facts: Facts, literal: Literal): Facts | undefined {
  const known = facts.signs.get(literal.atom);
  if (known !== undefined) return known === literal.positive ? facts : undefined;
  const name = placeName(literal.place);
  const group = facts.groups.get(name) ?? { name, place: literal.place, positives: [], negatives: [] };
  const grown = literal.positive
    ? { ...group, positives: [...group.positives, literal] }
    : { ...group, negatives: [...group.negatives, literal] };
  return {
    signs: new Map(facts.signs).set(literal.atom, literal.positive),
    groups: new Map(facts.groups).set(name, grown),
  };
}

/** The groups whose answer may change when the literal becomes a fact. */
export function affectedGroups(facts: Facts, literal: Literal): readonly Group[] {
  const own = facts.groups.get(placeName(literal.place));
  const { place, test } = literal;
  const others: Group[] = [];
  if (place.kind === 'attribute' && test.kind === 'exists' && !literal.positive) {
    for (const group of facts.groups.values()) {
      if (group.place.kind === 'attribute' && isBelow(group.place.path, place.path)) others.push(group);
    }
  }
  if (place.kind === 'opaque')
    others.push(...[facts.groups.get('message')].filter((group) => group !== undefined));
  return own === undefined ? others : [own, ...others];
}

/** Whether `path` lies strictly under `above`. */
export function isBelow(path: string, above: string): boolean {
  return path.startsWith(`${above}.`);
}
