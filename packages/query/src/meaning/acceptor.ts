/**
 * Deterministic automata over the characters of a text, made while they run: what `find-word.ts` runs side
 * by side. A state is a number that means something to its own automaton only; 0 is the dead end.
 */

import type { Steps } from '../match/pattern.ts';
import { formOfCode } from '../match/words.ts';

export interface Acceptor {
  readonly start: bigint;
  /** One character further; 0 where nothing that starts so is accepted. */
  next(state: bigint, code: number): bigint;
  accepts(state: bigint): boolean;
  /** Accepted, whatever follows. */
  isSettled(state: bigint): boolean;
  /** Characters that it treats in a way of their own. */
  readonly named: ReadonlySet<number>;
  /** What else it tells apart: letters from other characters, or all of them by their order. */
  readonly tells?: 'words' | 'order';
}

export const SPACE = 32;

/** The whole text, character by character. */
export function wholePattern(steps: Steps): Acceptor {
  const { byCode, anyCode, runs, final, named } = readSteps(steps);
  const tail = openTail(steps);
  return {
    start: 1n,
    next: (state, code) => ((state & (byCode.get(code) ?? anyCode)) << 1n) | (state & runs),
    accepts: (state) => (state & final) !== 0n,
    isSettled: (state) => tail !== 0n && (state & tail) === tail,
    named,
  };
}

/** The places of a run at the end and the single characters behind it: who is at all of them stays there. */
function openTail({ steps, runAtEnd }: Steps): bigint {
  const final = 1n << BigInt(steps.length);
  if (runAtEnd) return final;
  let mask = final;
  for (let at = steps.length - 1; at >= 0 && steps[at]?.code === undefined; at -= 1) {
    mask |= 1n << BigInt(at);
    if (steps[at]?.runBefore === true) return mask;
  }
  return 0n;
}

/** Somewhere in a word form: a run stops at a space, and what was found stays found. */
export function formPattern(steps: Steps): Acceptor {
  const { byCode, anyCode, runs, final, named } = readSteps(steps);
  const isFound = (state: bigint): boolean => (state & final) !== 0n;
  return {
    start: 1n,
    next: (state, code) => {
      const moved = (state & (byCode.get(code) ?? anyCode)) << 1n;
      const kept = code === SPACE ? 0n : state & runs;
      return moved | kept | 1n | (state & final);
    },
    accepts: isFound,
    isSettled: isFound,
    named,
  };
}

/** Texts that are word forms with a word: spaces at both ends, never two together. */
export const WORD_FORMS: Acceptor = {
  start: 1n,
  next: (state, code) => {
    if (state === 1n) return code === SPACE ? 2n : 0n;
    if (code === SPACE) return state === 3n ? 4n : 0n;
    return 3n;
  },
  accepts: (state) => state === 4n,
  isSettled: () => false,
  named: new Set([SPACE]),
};

/** Texts in whose word form the pattern is found. */
export function rawPattern(steps: Steps): Acceptor {
  const inForm = formPattern(steps);
  const opened = inForm.next(inForm.start, SPACE);
  // The two lowest bits: a word was begun; a gap follows it, which is no space before the next word comes.
  const pack = (state: bigint, begun: bigint, gap: bigint): bigint => (state << 2n) | (gap << 1n) | begun;
  const isFound = (packed: bigint): boolean => inForm.accepts(packed >> 2n);
  return {
    start: pack(opened, 0n, 0n),
    next: (packed, code) => {
      const begun = packed & 1n;
      const form = formOfCode(code);
      if (form === SPACE) return packed | (begun << 1n);
      const before = packed >> 2n;
      const state = (packed & 2n) === 0n ? before : inForm.next(before, SPACE);
      return pack(inForm.next(state, form), 1n, 0n);
    },
    accepts: (packed) =>
      isFound(packed) || ((packed & 1n) === 1n && inForm.accepts(inForm.next(packed >> 2n, SPACE))),
    isSettled: isFound,
    named: inForm.named,
    tells: 'words',
  };
}

/** A handful, or thousands, of single texts. */
export function oneOfTexts(texts: readonly string[]): Acceptor {
  const children: Map<number, bigint>[] = [new Map(), new Map()];
  const ends = new Set<bigint>();
  const named = new Set<number>();
  for (const text of texts) {
    let at = 1n;
    for (const char of text) {
      const code = char.codePointAt(0) as number;
      named.add(code);
      const edges = children[Number(at)] as Map<number, bigint>;
      const known = edges.get(code);
      if (known === undefined) {
        edges.set(code, BigInt(children.length));
        children.push(new Map());
      }
      at = edges.get(code) as bigint;
    }
    ends.add(at);
  }
  return {
    start: 1n,
    next: (state, code) => children[Number(state)]?.get(code) ?? 0n,
    accepts: (state) => ends.has(state),
    isSettled: () => false,
    named,
  };
}

/** The same automaton, with a text behind it already. */
export function after(acceptor: Acceptor, prefix: string): Acceptor {
  let start = acceptor.start;
  for (const char of prefix) start = acceptor.next(start, char.codePointAt(0) as number);
  return { ...acceptor, start };
}

/** States that are objects, numbered as they are met. `undefined` is the dead end. */
export interface Machine<S> {
  readonly start: S | undefined;
  readonly next: (state: S, code: number) => S | undefined;
  readonly accepts: (state: S) => boolean;
  readonly isSettled?: (state: S) => boolean;
  /** Two states of one key are one state. */
  readonly key: (state: S) => string;
  readonly named: ReadonlySet<number>;
  readonly tells?: 'order';
}

export function numbered<S>(machine: Machine<S>): Acceptor {
  const known: (S | undefined)[] = [undefined];
  const numbers = new Map<string, bigint>();
  const numberOf = (state: S | undefined): bigint => {
    if (state === undefined) return 0n;
    const key = machine.key(state);
    const number = numbers.get(key) ?? BigInt(known.length);
    if (!numbers.has(key)) {
      numbers.set(key, number);
      known.push(state);
    }
    return number;
  };
  const ask = (number: bigint, question: ((state: S) => boolean) | undefined): boolean => {
    const state = known[Number(number)];
    return state !== undefined && question?.(state) === true;
  };
  return {
    start: numberOf(machine.start),
    next: (number, code) => {
      const state = known[Number(number)];
      return state === undefined ? 0n : numberOf(machine.next(state, code));
    },
    accepts: (number) => ask(number, machine.accepts),
    isSettled: (number) => ask(number, machine.isSettled),
    named: machine.named,
    ...(machine.tells !== undefined && { tells: machine.tells }),
  };
}

interface Masks {
  readonly byCode: ReadonlyMap<number, bigint>;
  readonly anyCode: bigint;
  readonly runs: bigint;
  readonly final: bigint;
  readonly named: ReadonlySet<number>;
}

/** Bit i of a state: the first i steps are taken. */
function readSteps({ steps, runAtEnd }: Steps): Masks {
  const byCode = new Map<number, bigint>();
  let anyCode = 0n;
  let runs = 0n;
  steps.forEach((one, at) => {
    const bit = 1n << BigInt(at);
    if (one.runBefore) runs |= bit;
    if (one.code === undefined) anyCode |= bit;
    else byCode.set(one.code, (byCode.get(one.code) ?? 0n) | bit);
  });
  for (const [code, mask] of byCode) byCode.set(code, mask | anyCode);
  const final = 1n << BigInt(steps.length);
  return { byCode, anyCode, runs: runAtEnd ? runs | final : runs, final, named: new Set(byCode.keys()) };
}
