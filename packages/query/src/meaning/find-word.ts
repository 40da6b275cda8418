/**
 * The shortest text that some automata accept and others do not. They run side by side, breadth first, over
 * an alphabet that is enough (see `alphabet.ts`), so where the search ends without a text there is none.
 */

import type { Acceptor } from './acceptor.ts';
import { alphabetFor } from './alphabet.ts';

export interface WordQuestion {
  readonly accepted: readonly Acceptor[];
  readonly refused: readonly Acceptor[];
  /**
   * Asked of each text before it is believed: a property that no automaton states. Texts are then told apart
   * one by one, so that `none` is a proof only of languages with few texts.
   */
  readonly also?: (text: string) => boolean;
}

export type WordAnswer =
  | { readonly kind: 'found'; readonly text: string }
  /** Proved: no text has the property. */
  | { readonly kind: 'none' }
  /** A bound was met. */
  | { readonly kind: 'unknown' };

/** Moves of single automata that one question may cost. Chosen: some 100 ms at worst. */
const MAX_WORD_MOVES = 200_000;
/** Texts that are asked of `also`. */
const MAX_SINGLE_TEXTS = 2_000;

/** What all questions of one comparison may still cost; each takes its share. Mutable. */
export interface WordBudget {
  moves: number;
}

export function findWord(question: WordQuestion, budget: WordBudget): WordAnswer {
  const { codes, isComplete } = alphabetFor(question.accepted, question.refused);
  const start = startPlace(question);
  const queue: Place[] = start === undefined ? [] : [start];
  const seen = new Set<string>();
  let blank: string | undefined;
  const floor = Math.max(0, budget.moves - MAX_WORD_MOVES);
  for (let at = 0; at < queue.length; at += 1) {
    const place = queue[at] as Place;
    if (accepts(question, place)) {
      if (place.text.trim() !== '') return { kind: 'found', text: place.text };
      // The empty text is an answer, but any other reads better.
      blank ??= place.text;
    }
    const isOver = question.also !== undefined && at >= MAX_SINGLE_TEXTS;
    if (budget.moves < floor || isOver) return answer(blank, true);
    for (const code of codes) {
      const next = step(question, place, code, budget);
      if (next === undefined || seen.has(next.key)) continue;
      seen.add(next.key);
      queue.push(next);
    }
  }
  return answer(blank, !isComplete);
}

function answer(blank: string | undefined, isOpen: boolean): WordAnswer {
  if (blank !== undefined) return { kind: 'found', text: blank };
  return { kind: isOpen ? 'unknown' : 'none' };
}

interface Place {
  readonly text: string;
  readonly accepted: readonly bigint[];
  readonly refused: readonly bigint[];
  readonly key: string;
}

function startPlace({ accepted, refused }: WordQuestion): Place | undefined {
  const isDead =
    accepted.some(({ start }) => start === 0n) || refused.some((one) => one.isSettled(one.start));
  if (isDead) return undefined;
  const starts = (all: readonly Acceptor[]): readonly bigint[] => all.map(({ start }) => start);
  return { text: '', accepted: starts(accepted), refused: starts(refused), key: '' };
}

function accepts({ accepted, refused, also }: WordQuestion, place: Place): boolean {
  return (
    accepted.every((one, at) => one.accepts(place.accepted[at] as bigint)) &&
    refused.every((one, at) => !one.accepts(place.refused[at] as bigint)) &&
    also?.(place.text) !== false
  );
}

/** One character further; undefined where nothing can follow that has the property. */
function step(
  { accepted, refused, also }: WordQuestion,
  place: Place,
  code: number,
  budget: WordBudget,
): Place | undefined {
  const yes: bigint[] = [];
  for (const [at, one] of accepted.entries()) {
    budget.moves -= 1;
    const next = one.next(place.accepted[at] as bigint, code);
    if (next === 0n) return undefined;
    yes.push(next);
  }
  const no: bigint[] = [];
  for (const [at, one] of refused.entries()) {
    budget.moves -= 1;
    const next = one.next(place.refused[at] as bigint, code);
    if (one.isSettled(next)) return undefined;
    no.push(next);
  }
  const text = place.text + String.fromCodePoint(code);
  const key = also === undefined ? `${yes.join(',')};${no.join(',')}` : text;
  return { text, accepted: yes, refused: no, key };
}
