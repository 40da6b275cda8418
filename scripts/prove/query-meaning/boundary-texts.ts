/** Texts at and around the bounds of tests, in several spellings. */

import type { TextTest } from './text-test.ts';
import type { Asked } from './tree.ts';

export function boundaryTexts(tests: readonly TextTest[]): readonly string[] {
  const patterns = tests.flatMap(({ asked }) => (asked.kind === 'like' ? [asked.signs] : []));
  const filled = patterns.flatMap((signs) =>
    ['', '7', '0', '.', '255', ':', 'q'].map((fill) =>
      signs
        .map((sign) => (sign === 'run' ? fill : sign === 'one' ? (fill.at(-1) ?? '7') : sign.char))
        .join(''),
    ),
  );
  return [...filled, ...betweenNumbers(tests), ...tests.flatMap(({ asked }) => boundariesOf(asked))];
}

/** One number of each gap between the bounds. */
function betweenNumbers(tests: readonly TextTest[]): readonly string[] {
  const ends = tests.flatMap(({ asked }) => (asked.kind === 'between' ? [asked.low, asked.high] : []));
  const numbers = ends
    .flatMap((end) => (typeof end?.value === 'number' ? [end.value] : []))
    .toSorted((a, b) => a - b);
  return numbers.slice(1).map((number, at) => String((number + (numbers[at] ?? number)) / 2));
}

function boundariesOf(asked: Asked): readonly string[] {
  if (asked.kind === 'is') return [asked.text, `${asked.text}.0`, `+${asked.text}`, `0${asked.text}`];
  if (asked.kind === 'blocks') return asked.blocks.flatMap(addressesAround);
  if (asked.kind !== 'between') return [];
  return [asked.low, asked.high].flatMap((end) => {
    if (end === undefined) return [];
    if (typeof end.value === 'string')
      return [end.value, `${end.value}q`, `${end.value}!`, end.value.slice(0, -1)];
    const near = [0, 0.5, -0.5, 1, -1].map((by) => (end.value as number) + by);
    return [
      ...near.map(String),
      `${end.value}.0`,
      `0${end.value}`,
      `${end.value}e0`,
      `${end.value}.00000000001`,
    ];
  });
}

/** First and last of the block, what lies beside it, and other spellings. */
function addressesAround(block: string): readonly string[] {
  const [network = '', length = '0'] = block.split('/');
  const isFour = !network.includes(':');
  const bits = isFour ? 32n : 128n;
  const groups = isFour ? network.split('.') : expand(network);
  const base = groups.reduce(
    (sum, group) => sum * (isFour ? 256n : 65_536n) + BigInt(isFour ? group : `0x${group}`),
    0n,
  );
  const size = 1n << (bits - BigInt(length));
  const start = (base / size) * size;
  const limit = 1n << bits;
  const near = [start, start + size - 1n, start - 1n, start + size, start + 7n, start + size / 2n];
  return near
    .filter((value) => value >= 0n && value < limit)
    .flatMap((value) => {
      const text = isFour ? fourParts(value) : eightGroups(value);
      if (!isFour) return [text, text.toUpperCase()];
      const mapped = `::ffff:${(value >> 16n).toString(16)}:${(value & 65_535n).toString(16)}`;
      return [text, `::ffff:${text}`, mapped, `0${text}`];
    });
}

function fourParts(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => ((value >> shift) & 255n).toString()).join('.');
}

function eightGroups(value: bigint): string {
  return [7n, 6n, 5n, 4n, 3n, 2n, 1n, 0n]
    .map((at) => ((value >> (16n * at)) & 65_535n).toString(16))
    .join(':');
}

function expand(network: string): readonly string[] {
  const [left = '', right = ''] = network.split('::');
  const parts = (half: string): readonly string[] => (half === '' ? [] : half.split(':'));
  const missing = 8 - parts(left).length - parts(right).length;
  return [...parts(left), ...Array.from({ length: missing }, () => '0'), ...parts(right)];
}
