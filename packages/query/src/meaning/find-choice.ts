/**
 * Values for one area that make all literals about it true. Values are a set: each positive literal may have
 * one of its own, and no value may pass a negated test. Where a place is known to hold at most one value, one
 * value must do for all. Areas meet in four ways: `-@a:*` forbids what lies below `@a`; what `*:x` excludes, no
 * attribute and no message may hold; and of a reserved name without a field, and of its tags, see
 * `find-entries.ts`.
 */

import type { ChoiceAnswer, FieldChoice } from './choice.ts';
import { isBelow, ENTRIES, type Facts, type Group } from './facts.ts';
import { findEntries } from './find-entries.ts';
import { findMessage, findNotes, refusedWords } from './find-text.ts';
import { findValue } from './find-value.ts';
import { findValues, onValue, type ChoiceOptions } from './find-values.ts';
import { intervalOf } from './interval.ts';
import type { Literal, Place } from './literal.ts';

/** Undefined where no literal wants a value: leaving it away makes all true. */
export function findChoice(facts: Facts, area: string, options: ChoiceOptions): ChoiceAnswer | undefined {
  if (area === ENTRIES) return findEntries(facts, options);
  const group = facts.groups.get(area);
  if (group === undefined) return undefined;
  const { place } = group;
  switch (place.kind) {
    case 'message':
      return findMessage(facts, group, options.budget);
    case 'everything':
      return findNotes(group, options.budget);
    case 'attribute':
      return findAttribute(facts, group, place, options);
    case 'reserved':
      return findReserved(group, place, options);
    default:
      return undefined;
  }
}

/** The literals, and what else of the facts the answer for an area rests on: two of one key have one answer. */
export function choiceKey(facts: Facts, area: string): string {
  const literals = [...facts.groups.values()].filter(({ name, place }) => {
    if (area === ENTRIES) return isAboutTags(place);
    return name === area || (place.kind === 'everything' && !area.startsWith('reserved:'));
  });
  const own = facts.groups.get(area)?.place;
  const near =
    own?.kind === 'attribute' ? [absenceAbove(facts, own.path), isGivenBelow(facts, own.path)] : [];
  return JSON.stringify([area, literals.flatMap(signedAtoms).toSorted(), near]);
}

function isAboutTags({ kind }: Place): boolean {
  return kind === 'tag' || kind === 'bare-tag' || kind === 'tags' || kind === 'reserved';
}

function signedAtoms({ positives, negatives }: Group): readonly string[] {
  return [...positives.map(({ atom }) => `+${atom}`), ...negatives.map(({ atom }) => `-${atom}`)];
}

function findAttribute(
  facts: Facts,
  group: Group,
  place: Place & { readonly kind: 'attribute' },
  options: ChoiceOptions,
): ChoiceAnswer {
  const needed = group.positives.filter(({ test }) => test.kind !== 'exists');
  const isPresent = group.positives.length > needed.length;
  const isGiven = needed.length === 0 && (!isPresent || isGivenBelow(facts, place.path));
  if (isGiven) return { kind: 'found', choice: fieldChoice(group, place, []) };
  const words = refusedWords(facts);
  if (absenceAbove(facts, place.path)) return { kind: 'none' };
  const refused = [...onValue(group.negatives), ...words];
  const liked = [...options.preferred(place), ...(needed.length === 0 ? pleasantValues(place) : [])];
  const values = findValues({ path: `@${place.path}`, accepted: onValue(needed), refused, liked }, options);
  if (typeof values !== 'string') return { kind: 'found', choice: fieldChoice(group, place, values) };
  if (needed.length > 0 || group.negatives.some(isPresence)) return { kind: values };
  const below = findValue({ accepted: [], refused: words, preferred: ['x'] }, options.budget);
  if (below.kind !== 'found') return below;
  return { kind: 'found', choice: { ...fieldChoice(group, place, []), below: below.text } };
}

/** A reserved name that no value can make present may be so as a bare tag. */
function findReserved(
  group: Group,
  place: Place & { readonly kind: 'reserved' },
  options: ChoiceOptions,
): ChoiceAnswer {
  const needed = group.positives.filter(({ test }) => test.kind !== 'exists');
  if (group.positives.length === 0) return { kind: 'found', choice: fieldChoice(group, place, []) };
  const liked = [...options.preferred(place), ...(needed.length === 0 ? pleasantValues(place) : [])];
  const question = {
    path: place.name,
    accepted: onValue(needed),
    refused: onValue(group.negatives),
    liked,
  };
  const values = findValues(question, options);
  if (typeof values !== 'string') return { kind: 'found', choice: fieldChoice(group, place, values) };
  if (needed.length > 0 || group.negatives.some(isPresence)) return { kind: values };
  return { kind: 'found', choice: fieldChoice(group, place, []) };
}

function fieldChoice(group: Group, place: FieldChoice['place'], values: readonly string[]): FieldChoice {
  const numeric = [...group.positives, ...group.negatives].some(({ test }) => intervalOf(test) !== undefined);
  return { kind: 'field', place, values, numeric };
}

/** `-@a:*` forbids every value of `@a.b` too. */
function absenceAbove(facts: Facts, path: string): boolean {
  return [...facts.groups.values()].some(
    ({ place, negatives }) =>
      place.kind === 'attribute' && isBelow(path, place.path) && negatives.some(isPresence),
  );
}

/** Any value below an attribute makes the attribute present. */
function isGivenBelow(facts: Facts, path: string): boolean {
  return [...facts.groups.values()].some(
    ({ place, positives }) => place.kind === 'attribute' && isBelow(place.path, path) && positives.length > 0,
  );
}

function isPresence({ test }: Literal): boolean {
  return test.kind === 'exists';
}

/** What a person would expect to see there, where any value will do. */
function pleasantValues(place: FieldChoice['place']): readonly string[] {
  const name = (place.kind === 'attribute' ? place.path : place.name).toLowerCase();
  if (/(?:^|[._])(?:client_)?ip(?:address)?$/.test(name)) return ['203.0.113.7', '198.51.100.7', '192.0.2.7'];
  if (/e-?mail$/.test(name)) return ['alice@example.com'];
  return /(?:usr|user|actor)(?:[._-]?(?:id|name))?$/.test(name) ? ['alice'] : [];
}
