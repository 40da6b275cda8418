/**
 * The shortest text that some patterns accept and others do not. Each pattern is a small automaton (the set
 * of positions it may be at); they run side by side, breadth first.
 *
 * Which characters to try: those of the accepting patterns, one fresh character that no pattern names, and in
 * word forms the space. That is enough. Take any text with the property, and put the fresh character wherever
 * no accepting pattern names the character it consumes (leaving spaces of word forms alone). The accepting
 * patterns still accept; a refusing pattern that accepts the new text steps over the fresh characters by
 * wildcards, so it would have accepted the old text as well. Single refused texts hold no fresh character.
 */

import type { Steps } from '../match/pattern.ts';

export interface WordPattern {
  readonly steps: Steps;
  /** `all`: a run crosses anything. `word`: a run stops at a space, and the pattern may start and end anywhere. */
  readonly scope: 'all' | 'word';
}

export interface WordQuestion {
  readonly accepted: readonly WordPattern[];
  readonly refused: readonly WordPattern[];
  /** Single texts that are refused besides. */
  readonly refusedTexts: readonly string[];
  /** Ask for a word form (see `match/words.ts`): a space at both ends, never two together. */
  readonly wordForm: boolean;
  /** Checked last, on whole candidates: a property that no pattern can state. */
  readonly also?: (text: string) => boolean;
}

export type WordAnswer =
  | { readonly kind: 'found'; readonly text: string }
  /** Proved: no text has the property. */
  | { readonly kind: 'none' }
  /** A bound was met, or candidates were refused by `also`. */
  | { readonly kind: 'unknown' };

/** Moves of single patterns that one question may cost. Chosen: some 100 ms at worst. */
const MAX_WORD_MOVES = 200_000;

/** What all questions of one comparison may still cost; each takes its share. Mutable. */
export interface WordBudget {
  moves: number;
}

export function findWord(question: WordQuestion, budget: WordBudget): WordAnswer {
  const automata = compile(question);
  const queue: Place[] = [startPlace(automata)];
  const seen = new Set<string>();
  let blank: string | undefined;
  let turnedDown = false;
  const floor = Math.max(0, budget.moves - MAX_WORD_MOVES);
  const movesPerPlace = automata.alphabet.length * (question.accepted.length + question.refused.length + 1);
  for (let at = 0; at < queue.length; at += 1) {
    const place = queue[at] as Place;
    if (accepts(automata, question, place)) {
      if (question.also !== undefined && !question.also(place.text)) turnedDown = true;
      else if (place.text.trim() !== '') return { kind: 'found', text: place.text };
      // The empty text is an answer, but any other reads better.
      else blank ??= place.text;
    }
    budget.moves -= movesPerPlace;
    if (budget.moves < floor) return answer(blank, true);
    for (const code of automata.alphabet) {
      const next = step(automata, question, place, code);
      if (next === undefined || seen.has(next.key)) continue;
      seen.add(next.key);
      queue.push(next);
    }
  }
  return answer(blank, turnedDown);
}

function answer(blank: string | undefined, open: boolean): WordAnswer {
  if (blank !== undefined) return { kind: 'found', text: blank };
  return { kind: open ? 'unknown' : 'none' };
}

interface Automaton {
  readonly byCode: ReadonlyMap<number, bigint>;
  readonly anyCode: bigint;
  readonly runs: bigint;
  readonly final: bigint;
  readonly scope: 'all' | 'word';
  /** Once final, always final. */
  readonly absorbing: boolean;
}

interface Automata {
  readonly accepted: readonly Automaton[];
  readonly refused: readonly Automaton[];
  readonly alphabet: readonly number[];
  readonly prefixes: ReadonlySet<string>;
  readonly texts: ReadonlySet<string>;
}

interface Place {
  readonly text: string;
  readonly last: number;
  readonly accepted: readonly bigint[];
  readonly refused: readonly bigint[];
  readonly key: string;
}

const SPACE = 32;

function compile(question: WordQuestion): Automata {
  const codes = new Set<number>();
  for (const pattern of question.accepted) for (const code of codesOf(pattern.steps)) codes.add(code);
  const named = new Set(codes);
  for (const pattern of question.refused) for (const code of codesOf(pattern.steps)) named.add(code);
  const texts = new Set(question.refusedTexts);
  const prefixes = new Set<string>(['']);
  for (const text of texts) {
    let prefix = '';
    for (const char of text) {
      named.add(char.codePointAt(0) as number);
      prefix += char;
      prefixes.add(prefix);
    }
  }
  codes.delete(SPACE);
  // The fresh character first, so that of two texts of one length the one with fewer odd characters wins.
  const alphabet = [freshCode(named), ...codes, ...(question.wordForm || named.has(SPACE) ? [SPACE] : [])];
  return {
    accepted: question.accepted.map(automaton),
    refused: question.refused.map(automaton),
    alphabet,
    prefixes,
    texts,
  };
}

function automaton({ steps, scope }: WordPattern): Automaton {
  const byCode = new Map<number, bigint>();
  let anyCode = 0n;
  let runs = 0n;
  steps.steps.forEach((one, at) => {
    const bit = 1n << BigInt(at);
    if (one.runBefore) runs |= bit;
    if (one.code === undefined) anyCode |= bit;
    else byCode.set(one.code, (byCode.get(one.code) ?? 0n) | bit);
  });
  for (const [code, mask] of byCode) byCode.set(code, mask | anyCode);
  const final = 1n << BigInt(steps.steps.length);
  if (steps.runAtEnd) runs |= final;
  return { byCode, anyCode, runs, final, scope, absorbing: scope === 'word' || steps.runAtEnd };
}

function startPlace(automata: Automata): Place {
  return {
    text: '',
    last: 0,
    accepted: automata.accepted.map(() => 1n),
    refused: automata.refused.map(() => 1n),
    key: '',
  };
}

function accepts(automata: Automata, question: WordQuestion, place: Place): boolean {
  if (question.wordForm && place.last !== SPACE) return false;
  return (
    automata.accepted.every((one, at) => ((place.accepted[at] as bigint) & one.final) !== 0n) &&
    automata.refused.every((one, at) => ((place.refused[at] as bigint) & one.final) === 0n) &&
    !automata.texts.has(place.text)
  );
}

/** One character further; undefined where nothing can follow that has the property. */
function step(automata: Automata, question: WordQuestion, place: Place, code: number): Place | undefined {
  const forced = question.wordForm && place.text === '';
  if (question.wordForm && (forced || place.last === SPACE) && forced !== (code === SPACE)) return undefined;
  const accepted: bigint[] = [];
  for (const [at, one] of automata.accepted.entries()) {
    const next = advance(one, place.accepted[at] as bigint, code);
    if (next === 0n) return undefined;
    accepted.push(next);
  }
  const refused: bigint[] = [];
  for (const [at, one] of automata.refused.entries()) {
    const next = advance(one, place.refused[at] as bigint, code);
    if (one.absorbing && (next & one.final) !== 0n) return undefined;
    refused.push(next);
  }
  const text = place.text + String.fromCodePoint(code);
  const prefix = automata.prefixes.has(text) ? text : '';
  const key = `${accepted.join(',')};${refused.join(',')};${question.wordForm && code === SPACE ? 1 : 0};${prefix}`;
  return { text, last: code, accepted, refused, key };
}

function advance(one: Automaton, active: bigint, code: number): bigint {
  const moved = (active & (one.byCode.get(code) ?? one.anyCode)) << 1n;
  const kept = one.scope === 'word' && code === SPACE ? 0n : active & one.runs;
  // A word pattern may start anywhere, and once found stays found.
  return one.scope === 'word' ? moved | kept | 1n | (active & one.final) : moved | kept;
}

function codesOf(steps: Steps): readonly number[] {
  return steps.steps.flatMap((one) => (one.code === undefined ? [] : [one.code]));
}

/** A letter where one is free, so that witnesses stay readable. */
function freshCode(named: ReadonlySet<number>): number {
  for (const char of 'xyzwvutsrqponmlkjihgfedcba') {
    const code = char.codePointAt(0) as number;
    if (!named.has(code)) return code;
  }
  let code = 0x4e00;
  while (named.has(code)) code += 1;
  return code;
}
