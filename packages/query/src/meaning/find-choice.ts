/**
 * Values for one place that make all literals of the place true. Values are a set: each positive literal may
 * have one of its own, and no value may pass a negated test. Where a place is known to hold at most one
 * value, one value must do for all.
 */

import type { PatternPart, Test } from '../ast.ts';
import { compileParts, toSteps, wordParts } from '../match/pattern.ts';
import { wordForm } from '../match/words.ts';
import { isBelow, type Facts, type Group } from './facts.ts';
import { findValue, intervalOf, type ValueQuestion } from './find-value.ts';
import { findWord, type WordBudget, type WordPattern } from './find-word.ts';
import type { Place } from './literal.ts';

export interface Choice {
  readonly place: Place;
  readonly values: readonly string[];
  /** The values are compared as numbers, so a witness should hold numbers. */
  readonly numeric: boolean;
  /**
   * Presence could not be had by a value of the place itself: a value under this key (of an attribute), or the
   * bare tag (of a tag or reserved name), must give it.
   */
  readonly elsewhere?: string;
}

export type ChoiceAnswer =
  | { readonly kind: 'found'; readonly choice: Choice }
  /** Proved: no set of values makes the literals true. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

export interface ChoiceOptions {
  /** Whether a place (named as `readAttribute` names it) never holds more than one value. */
  readonly singleValued: (path: string) => boolean;
  /** Shared by all questions of one comparison. */
  readonly budget: WordBudget;
  /** Texts to prefer at a place. */
  readonly preferred: (place: Place) => readonly string[];
}

export function findChoice(facts: Facts, group: Group, options: ChoiceOptions): ChoiceAnswer {
  if (group.place.kind === 'message') return findMessage(facts, group, options.budget);
  // Nothing is proved of these: the finished document is matched instead.
  if (group.place.kind === 'opaque') return found(group, []);
  const refused = [...group.negatives.map((literal) => literal.test), ...absenceAbove(facts, group.place)];
  const needed = group.positives.filter((literal) => literal.test.kind !== 'exists');
  const wantsPresence = needed.length < group.positives.length && needed.length === 0;
  if (wantsPresence && isGivenBelow(facts, group.place)) return found(group, []);
  const accepted = wantsPresence ? [PRESENCE] : needed.map((literal) => literal.test);
  if (accepted.length === 0) return found(group, []);
  const liked = [...options.preferred(group.place), ...(wantsPresence ? pleasantValues(group.place) : [])];
  const single = options.singleValued(pathOf(group.place));
  const values = findValues({ accepted, refused, preferred: liked }, single, options.budget);
  if (Array.isArray(values)) return found(group, values);
  if (!wantsPresence || refused.some((test) => test.kind === 'exists'))
    return { kind: values as 'none' | 'unknown' };
  return found(group, [], freeKey(facts, group.place));
}

const PRESENCE: Test = { kind: 'exists', start: 0, end: 0 };

function found(group: Group, values: readonly string[], elsewhere?: string): ChoiceAnswer {
  const numeric = [...group.positives, ...group.negatives].some(({ test }) => intervalOf(test) !== undefined);
  return {
    kind: 'found',
    choice: { place: group.place, values, numeric, ...(elsewhere !== undefined && { elsewhere }) },
  };
}

/** A key under an attribute that no fact mentions. */
function freeKey(facts: Facts, place: Place): string {
  const above = place.kind === 'attribute' ? `@${place.path}.` : '';
  let key = 'x';
  while ([...facts.groups.keys()].some((name) => name.startsWith(`${above}${key}`))) key += 'x';
  return key;
}

/** `-@a:*` forbids every value of `@a.b` too. */
function absenceAbove(facts: Facts, place: Place): readonly Test[] {
  if (place.kind !== 'attribute') return [];
  for (const group of facts.groups.values()) {
    const above = group.place.kind === 'attribute' && isBelow(place.path, group.place.path);
    const absence = above ? group.negatives.find((literal) => literal.test.kind === 'exists') : undefined;
    if (absence !== undefined) return [absence.test];
  }
  return [];
}

/** Any value below an attribute makes the attribute present. */
function isGivenBelow(facts: Facts, place: Place): boolean {
  if (place.kind !== 'attribute') return false;
  return [...facts.groups.values()].some(
    (group) =>
      group.place.kind === 'attribute' && isBelow(group.place.path, place.path) && group.positives.length > 0,
  );
}

function pathOf(place: Place): string {
  switch (place.kind) {
    case 'attribute':
      return `@${place.path}`;
    case 'reserved':
      return place.name;
    case 'tag':
      return place.key;
    default:
      return place.kind;
  }
}

/** What a person would expect to see there, where any value will do. */
function pleasantValues(place: Place): readonly string[] {
  const name = pathOf(place).toLowerCase();
  if (/(?:^|[._@-])(?:client_)?ip(?:address)?$/.test(name))
    return ['203.0.113.7', '198.51.100.7', '192.0.2.7'];
  if (/e-?mail$/.test(name)) return ['alice@example.com'];
  return /(?:usr|user|actor)(?:[._-]?(?:id|name))?$/.test(name) ? ['alice'] : [];
}

/** One value for all if there is one; else one for each, reusing what is already there. */
function findValues(
  question: ValueQuestion,
  single: boolean,
  budget: WordBudget,
): readonly string[] | 'none' | 'unknown' {
  const { accepted, preferred } = question;
  const together = findValue(question, budget);
  if (together.kind === 'found') return [together.text];
  if (single || accepted.length === 1) return together.kind;
  const values: string[] = [];
  let unknown = false;
  for (const test of accepted) {
    const one = findValue({ ...question, accepted: [test], preferred: [...values, ...preferred] }, budget);
    if (one.kind === 'none') return 'none';
    if (one.kind === 'unknown') unknown = true;
    else if (!values.includes(one.text)) values.push(one.text);
  }
  return unknown ? 'unknown' : values;
}

/** The message has one word form, which all literals ask. What `*:x` excludes, the message must not hold. */
function findMessage(facts: Facts, group: Group, budget: WordBudget): ChoiceAnswer {
  const opaque = facts.groups.get('opaque')?.negatives ?? [];
  const excluded = opaque.filter((literal) => literal.leaf.field.kind === 'everything');
  const needed = group.positives.filter((literal) => literal.test.kind !== 'exists');
  const patterns = needed.map(({ test }) => messageParts(test));
  const accepted = patterns.filter((parts) => parts !== undefined);
  const empty = group.negatives.some((literal) => literal.test.kind === 'exists');
  // A test without a word finds nothing; an absent message holds no word.
  if (accepted.length < needed.length || (empty && needed.length > 0)) return { kind: 'none' };
  if (empty || group.positives.length === 0) return found(group, ['']);
  const refused = [...group.negatives, ...excluded]
    .map(({ test }) => messageParts(test))
    .filter((parts) => parts !== undefined);
  const text = joinedWords(accepted, refused, budget) ?? findWords(accepted, refused, budget);
  if (typeof text !== 'string') return text;
  // A message of punctuation has no words and yet is one.
  return found(group, [text.trim() || '-']);
}

type Parts = readonly PatternPart[];

/** Most often each pattern may simply have words of its own, side by side. */
function joinedWords(
  accepted: readonly Parts[],
  refused: readonly Parts[],
  budget: WordBudget,
): string | undefined {
  const words: string[] = [];
  for (const parts of accepted) {
    const one = findWords([parts], refused, budget);
    if (typeof one !== 'string') return undefined;
    words.push(one.trim());
  }
  const form = wordForm([...new Set(words)].join(' '));
  return refused.some((parts) => compileParts(parts)(form)) ? undefined : form;
}

function findWords(
  accepted: readonly Parts[],
  refused: readonly Parts[],
  budget: WordBudget,
): string | { readonly kind: 'none' | 'unknown' } {
  const question = {
    accepted: accepted.map(inWords),
    refused: refused.map(inWords),
    refusedTexts: [],
    wordForm: true,
  };
  const answer = findWord(question, budget);
  return answer.kind === 'found' ? answer.text : { kind: answer.kind };
}

function inWords(parts: Parts): WordPattern {
  return { steps: toSteps(parts), scope: 'word' };
}

/** The test as a pattern on word forms; undefined where it can find no word. */
function messageParts(test: Test): Parts | undefined {
  if (test.kind === 'pattern') return wordParts(test.parts);
  const words = test.kind === 'equals' ? wordForm(test.value) : ' ';
  return words === ' ' ? undefined : [{ kind: 'text', text: words }];
}
