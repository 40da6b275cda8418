/** Answers for a block of rows, a bit each: which match, and which may as far as the columns know. */

/** Rows that are asked about at once, at most. */
export const BLOCK_ROWS = 4_096;

export const WORD_BITS = 32;
export const BLOCK_WORDS = BLOCK_ROWS / WORD_BITS;

export interface Answers {
  /** Set for rows that match for sure. */
  readonly yes: Int32Array;
  /** Set for those too, and for rows of which only the document knows. */
  readonly maybe: Int32Array;
}

export function newAnswers(): Answers {
  return { yes: new Int32Array(BLOCK_WORDS), maybe: new Int32Array(BLOCK_WORDS) };
}

export function fill(
  { yes, maybe }: Answers,
  answer: { readonly yes: boolean; readonly maybe: boolean },
): void {
  yes.fill(answer.yes ? -1 : 0);
  maybe.fill(answer.maybe ? -1 : 0);
}

export function negate({ yes, maybe }: Answers): void {
  for (let word = 0; word < yes.length; word += 1) {
    const before = yes[word] as number;
    yes[word] = ~(maybe[word] as number);
    maybe[word] = ~before;
  }
}

export function unite(bits: Int32Array, others: Int32Array): void {
  for (let word = 0; word < bits.length; word += 1)
    bits[word] = (bits[word] as number) | (others[word] as number);
}

/** What `others` has no word for is unset. */
export function intersect(bits: Int32Array, others: Int32Array): void {
  for (let word = 0; word < bits.length; word += 1) {
    bits[word] = (bits[word] as number) & (others[word] ?? 0);
  }
}

/** Unsets the bit at this place and all behind it. */
export function clearFrom(bits: Int32Array, at: number): void {
  const word = at >>> 5;
  if (word >= bits.length) return;
  bits[word] = (bits[word] as number) & ((1 << (at & 31)) - 1);
  bits.fill(0, word + 1);
}

export function hasBit(bits: Int32Array, at: number): boolean {
  return (((bits[at >>> 5] as number) >>> (at & 31)) & 1) === 1;
}

export function setBit(bits: Int32Array, at: number, isSet: boolean): void {
  const word = bits[at >>> 5] as number;
  bits[at >>> 5] = isSet ? word | (1 << (at & 31)) : word & ~(1 << (at & 31));
}

export function countBits(bits: Int32Array): number {
  let count = 0;
  for (let at = 0; at < bits.length; at += 1) {
    let word = bits[at] as number;
    word -= (word >>> 1) & 0x55_55_55_55;
    word = (word & 0x33_33_33_33) + ((word >>> 2) & 0x33_33_33_33);
    count += Math.imul((word + (word >>> 4)) & 0x0f_0f_0f_0f, 0x01_01_01_01) >>> 24;
  }
  return count;
}

/** Where bits are set, from the first on. */
export function placesOfBits(bits: Int32Array): Uint32Array {
  const places = new Uint32Array(countBits(bits));
  let count = 0;
  for (let at = 0; at < bits.length; at += 1) {
    let word = bits[at] as number;
    while (word !== 0) {
      const lowest = word & -word;
      places[count] = (at << 5) + 31 - Math.clz32(lowest);
      count += 1;
      word ^= lowest;
    }
  }
  return places;
}
