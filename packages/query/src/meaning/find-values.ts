/** A set of values at one place: one for all tests if there is one, else one for each. */

import type { Ask } from './ask.ts';
import { findValue } from './find-value.ts';
import type { WordBudget } from './find-word.ts';
import type { Literal, Place } from './literal.ts';

export interface ChoiceOptions {
  /** Whether a place (named as `readAttribute` names it) never holds more than one value. */
  readonly singleValued: (path: string) => boolean;
  /** Paths of which a proof used that. Grows. */
  readonly assumed: Set<string>;
  /** Shared by all questions of one comparison. */
  readonly budget: WordBudget;
  /** Texts to prefer at a place. */
  readonly preferred: (place: Place) => readonly string[];
}

export type Values = readonly string[] | 'none' | 'unknown';

export interface ValuesQuestion {
  /** As `readAttribute` takes it. */
  readonly path: string;
  /** None: any value will do. */
  readonly accepted: readonly Ask[];
  readonly refused: readonly Ask[];
  readonly liked: readonly string[];
}

export function findValues(
  { path, accepted, refused, liked }: ValuesQuestion,
  options: ChoiceOptions,
): Values {
  const together = findValue({ accepted, refused, preferred: liked }, options.budget);
  if (together.kind === 'found') return [together.text];
  if (accepted.length <= 1) return together.kind;
  const each = findEach({ path, accepted, refused, liked }, options.budget);
  if (!options.singleValued(path)) return each;
  if (each === 'none') return each;
  // Apart there would have been values: that there are none rests on the assumption.
  if (together.kind === 'none') options.assumed.add(path);
  return together.kind;
}

function findEach({ accepted, refused, liked }: ValuesQuestion, budget: WordBudget): Values {
  const values: string[] = [];
  let isOpen = false;
  for (const ask of accepted) {
    const one = findValue({ accepted: [ask], refused, preferred: [...values, ...liked] }, budget);
    if (one.kind === 'none') return 'none';
    if (one.kind === 'unknown') isOpen = true;
    else if (!values.includes(one.text)) values.push(one.text);
  }
  return isOpen ? 'unknown' : values;
}

export function onValue(literals: readonly Literal[]): readonly Ask[] {
  return literals.map(({ test }) => ({ on: 'value', test }));
}
