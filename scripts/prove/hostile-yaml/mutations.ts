/** The shipped content, damaged at random: what people, editors and merges do to files, and what fuzzers do. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SeededRandom } from '../../harness/seeded-random.ts';
import { either, pick, type Family, type HostileInput } from './input.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FOLDERS = ['rules/detection', 'rules/notification', 'rules/suppression', 'views', 'workflows'];

export interface ShippedFile {
  /** Path relative to the root of the content. */
  readonly path: string;
  readonly absolute: string;
}

let shipped: readonly ShippedFile[] | undefined;

export function shippedFiles(): readonly ShippedFile[] {
  shipped ??= FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.yaml'))
      .toSorted()
      .map((name) => ({ path: `${folder}/${name}`, absolute: join(ROOT, folder, name) })),
  );
  return shipped;
}

type Mutation = readonly [name: string, change: (bytes: Buffer, random: SeededRandom) => Buffer];

const MUTATIONS: readonly Mutation[] = [
  ['bytes flipped', flipBytes],
  ['cut off', (bytes, random) => bytes.subarray(0, random.below(bytes.length))],
  ['the beginning lost', (bytes, random) => bytes.subarray(random.below(bytes.length))],
  ['a piece put in', insertPiece],
  ['pieces put in', (bytes, random) => insertPiece(insertPiece(insertPiece(bytes, random), random), random)],
  ['a part taken out', removePart],
  ['a part repeated', repeatPart],
  ['a part moved', movePart],
  ['two files mixed', mixFiles],
  ['a merge conflict', mergeConflict],
  ['lines shuffled', shuffleLines],
  ['indentation changed', changeIndentation],
];

const PIECES = [
  ' ',
  '\n',
  '  ',
  '\t',
  ':',
  ': ',
  '- ',
  '#',
  ' # ',
  "'",
  '"',
  '[',
  ']',
  '{',
  '}',
  '{{',
  '}}',
  '@',
  '*',
  '&a ',
  '!a ',
  '|',
  '>',
  '>-\n',
  '? ',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  'null',
  '0',
  '-1',
  '1e999',
  'true',
  '[]',
  '{}',
  '~',
  '\\',
  '\u0000',
  '\u202e',
  '😀',
  '\r',
  ',',
  'kind',
  'id: ',
  '<<: ',
  '__proto__: ',
  '(',
  ')',
  ' OR ',
  '&&',
  '"\\u',
  '\\',
  '\ufeff',
  '\u00a0',
  'a: b\n',
  '\n\n\n',
  '=',
  '.5',
  'é',
];

function flipBytes(bytes: Buffer, random: SeededRandom): Buffer {
  const copy = Buffer.from(bytes);
  for (let count = 1 + random.below(5); count > 0; count -= 1) {
    const at = random.below(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  }
  return copy;
}

function insertPiece(bytes: Buffer, random: SeededRandom): Buffer {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(random, PIECES)), bytes.subarray(at)]);
}

function partOf(bytes: Buffer, random: SeededRandom): readonly [start: number, end: number] {
  const start = random.below(bytes.length);
  return [start, Math.min(bytes.length, start + 1 + random.below(80))];
}

function removePart(bytes: Buffer, random: SeededRandom): Buffer {
  const [start, end] = partOf(bytes, random);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

function repeatPart(bytes: Buffer, random: SeededRandom): Buffer {
  const [start, end] = partOf(bytes, random);
  const times = pick(random, [2, 2, 3, 10, 1_000]);
  const part = bytes.subarray(start, end);
  return Buffer.concat([
    bytes.subarray(0, start),
    ...Array.from({ length: times }, () => part),
    bytes.subarray(end),
  ]);
}

function movePart(bytes: Buffer, random: SeededRandom): Buffer {
  const [start, end] = partOf(bytes, random);
  const rest = Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  const at = random.below(rest.length + 1);
  return Buffer.concat([rest.subarray(0, at), bytes.subarray(start, end), rest.subarray(at)]);
}

function mixFiles(bytes: Buffer, random: SeededRandom): Buffer {
  const other = readFileSync(pick(random, shippedFiles()).absolute);
  return Buffer.concat([
    bytes.subarray(0, random.below(bytes.length)),
    other.subarray(random.below(other.length)),
  ]);
}

function mergeConflict(bytes: Buffer, random: SeededRandom): Buffer {
  const lines = bytes.toString().split('\n');
  const at = random.below(lines.length);
  lines.splice(at, 1, '<<<<<<< HEAD', lines[at] ?? '', '=======', `${lines[at] ?? ''}x`, '>>>>>>> main');
  return Buffer.from(lines.join('\n'));
}

function shuffleLines(bytes: Buffer, random: SeededRandom): Buffer {
  const lines = bytes.toString().split('\n');
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    const [line = ''] = lines.splice(random.below(lines.length), 1);
    lines.splice(random.below(lines.length + 1), 0, line);
  }
  return Buffer.from(lines.join('\n'));
}

function changeIndentation(bytes: Buffer, random: SeededRandom): Buffer {
  const lines = bytes.toString().split('\n');
  const from = random.below(lines.length);
  const change = pick<(line: string) => string>(random, [
    (line) => ` ${line}`,
    (line) => `  ${line}`,
    (line) => line.replace(/^ /, ''),
    (line) => line.replace(/^ {2}/, '\t'),
  ]);
  const count = 1 + random.below(8);
  return Buffer.from(
    lines.map((line, index) => (index >= from && index < from + count ? change(line) : line)).join('\n'),
  );
}

function draw(random: SeededRandom): HostileInput {
  const { path, absolute } = pick(random, shippedFiles());
  const [name, change] = pick(random, MUTATIONS);
  return either(`${name} in ${path}`, change(readFileSync(absolute), random), path);
}

/** Every place at which one file can be cut off; the longest rule would only say the same more often. */
function cutOffTable(): readonly HostileInput[] {
  const { path, absolute } = shippedFiles()[0] ?? { path: '', absolute: '' };
  const bytes = readFileSync(absolute);
  const step = Math.max(1, Math.floor(bytes.length / 100));
  return Array.from({ length: Math.floor(bytes.length / step) }, (_, index) =>
    either(`${path} cut off at ${index * step}`, bytes.subarray(0, index * step), path),
  );
}

export const MUTATED: readonly Family[] = [
  { name: 'cut off', table: cutOffTable },
  { name: 'mutations', table: () => [], draw },
];
