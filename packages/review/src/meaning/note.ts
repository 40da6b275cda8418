/** Small comparisons that every kind needs, each giving a note in plain words. */

import { isDeepStrictEqual } from 'node:util';
import { formatDuration, type SourceRange } from '@signalwright/model';
import { list, listData, say, type Phrase } from '../phrase.ts';
import type { Note, Weight } from './report.ts';

export function note(topic: string, weight: Weight, text: Phrase, place?: SourceRange): Note {
  return { topic, weight, text, ...(place !== undefined && { place }) };
}

/** `the window: 5m became 10m`; nothing where both are the same. */
export function durationNote(
  topic: string,
  beforeMs: number,
  afterMs: number,
  place: SourceRange,
): readonly Note[] {
  if (beforeMs === afterMs) return [];
  const text = say`${[topic]} ${formatDuration(beforeMs)} became ${formatDuration(afterMs)}`;
  return [note(topic, 'notice', text, place)];
}

/** A field that no event and no person is affected by. */
export function quietNote(
  topic: string,
  before: unknown,
  after: unknown,
  place: SourceRange,
): readonly Note[] {
  return isDeepStrictEqual(before, after) ? [] : [note(topic, 'quiet', say`${[topic]} changed`, place)];
}

export interface ListWords {
  readonly topic: string;
  /** `tells`: before the added items. */
  readonly added: string;
  readonly removed: string;
  readonly addedWeight: Weight;
  readonly removedWeight: Weight;
}

/** What joined and what left a list whose order means nothing. */
export function listNotes(
  before: readonly string[],
  after: readonly string[],
  words: ListWords,
  place: SourceRange,
): readonly Note[] {
  const added = missingIn(after, before);
  const removed = missingIn(before, after);
  const notes: Note[] = [];
  if (added.length > 0) {
    notes.push(note(words.topic, words.addedWeight, say`${[words.added]} ${listData(added)}`, place));
  }
  if (removed.length > 0) {
    notes.push(note(words.topic, words.removedWeight, say`${[words.removed]} ${listData(removed)}`, place));
  }
  return notes;
}

/** Those of `items` that `others` does not hold, each once. */
export function missingIn(items: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return [...new Set(items)].filter((item) => !known.has(item));
}

/** How each field of an object is told: elsewhere in words of its own, or only that it changed. */
export type RestFields<T> = {
  readonly [K in keyof Required<T>]: 'told' | { readonly topic: string; readonly weight: Weight };
};

/** So that no change goes unsaid. Durations are written under their name without the unit. */
export function restNotes<T extends object>(
  before: T,
  after: T,
  fields: RestFields<T>,
  placeOf: (key: string) => SourceRange,
): readonly Note[] {
  return (Object.keys(fields) as (keyof T & string)[]).flatMap((key) => {
    const how = fields[key];
    if (how === 'told' || isDeepStrictEqual(before[key], after[key])) return [];
    return [note(how.topic, how.weight, say`${[how.topic]} changed`, placeOf(key.replace(/Ms$/, '')))];
  });
}

interface NamedTest {
  readonly name: string;
}

/** Tests that go are worth a look: they say what must keep working. */
export function testNotes(
  before: readonly NamedTest[],
  after: readonly NamedTest[],
  place: SourceRange,
): readonly Note[] {
  const names = (tests: readonly NamedTest[]): readonly string[] => tests.map(({ name }) => name);
  const added = missingIn(names(after), names(before));
  const removed = missingIn(names(before), names(after));
  const changed = after
    .filter(({ name }) => before.some((old) => old.name === name))
    .filter((test) => {
      const old = before.find(({ name }) => name === test.name);
      return !isDeepStrictEqual(old, test);
    });
  const parts: Phrase[] = [];
  if (removed.length > 0) parts.push(say`${removed.length} removed (${listData(removed, 3)})`);
  if (changed.length > 0) parts.push(say`${changed.length} changed`);
  if (added.length > 0) parts.push(say`${added.length} added`);
  if (parts.length === 0) return [];
  return [note('tests', removed.length > 0 ? 'notice' : 'quiet', say`tests: ${list(parts)}`, place)];
}
