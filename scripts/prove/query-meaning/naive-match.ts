/**
 * The search language once more, as plainly as it can be said and by nobody's code but its own: what each
 * sentence of the documentation (and of decisions 0012 to 0020 where it is silent) asks of one document.
 * Slow, and proud of it.
 */

import type { Asked, End, Leaf, Sign, Tree } from './tree.ts';

export interface NaiveDocument {
  readonly reserved: Readonly<Record<string, string | number | readonly string[]>>;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export function naiveMatch(tree: Tree, document: NaiveDocument): boolean {
  return holds(tree, (leaf) => naiveLeaf(leaf, document));
}

/** The truth of a tree from that of its leaves. */
export function holds(tree: Tree, holdsLeaf: (leaf: Leaf) => boolean): boolean {
  switch (tree.kind) {
    case 'true':
      return true;
    case 'not':
      return !holds(tree.part, holdsLeaf);
    case 'all':
      return tree.parts.every((part) => holds(part, holdsLeaf));
    case 'any':
      return tree.parts.some((part) => holds(part, holdsLeaf));
    case 'leaf':
      return holdsLeaf(tree);
  }
}

export function naiveLeaf({ where, asked }: Leaf, document: NaiveDocument): boolean {
  switch (where.kind) {
    case 'message':
      return asked.kind === 'exists' ? document.message !== '' : findsWords(asked, document.message);
    case 'everything': {
      if (asked.kind === 'exists') return true;
      const values = leavesIn(document.attributes).map(({ value }) => value);
      return [document.message, ...values].some((text) => findsWords(asked, text));
    }
    case 'tags':
      return document.tags.some((tag) => passes(asked, tag));
    case 'tag':
      return tagPasses(where.name, asked, document);
    case 'reserved': {
      const own = document.reserved[where.name];
      const values = own === undefined ? [] : [own].flat().map(String);
      if (asked.kind === 'exists' && document.tags.includes(where.name)) return true;
      return values.length > 0
        ? values.some((value) => passes(asked, value))
        : tagPasses(where.name, asked, document);
    }
    case 'attribute':
      return attributePasses(where.name, asked, document);
  }
}

/** A tag `key:value`; the bare tag `key` makes the key present. */
function tagPasses(key: string, asked: Asked, { tags }: NaiveDocument): boolean {
  if (asked.kind === 'exists' && tags.includes(key)) return true;
  return tags.some((tag) => tag.startsWith(`${key}:`) && passes(asked, tag.slice(key.length + 1)));
}

function attributePasses(path: string, asked: Asked, { attributes }: NaiveDocument): boolean {
  const leaves = leavesIn(attributes);
  if (asked.kind === 'exists') {
    return leaves.some((leaf) => leaf.path === path || leaf.path.startsWith(`${path}.`));
  }
  const named = leaves.filter((leaf) => leaf.path === path);
  // Keys that hold dots count only where no nested value is there.
  const nested = named.filter(({ keys }) => keys.length === path.split('.').length);
  const found = nested.length > 0 ? nested : named;
  return found.some(({ value }) => passes(asked, value));
}

/** Documents are asked often: what they hold is listed once. */
const LISTED = new WeakMap<object, readonly Held[]>();

interface Held {
  readonly keys: readonly string[];
  readonly path: string;
  readonly value: string;
}

function leavesIn(attributes: Readonly<Record<string, unknown>>): readonly Held[] {
  const known = LISTED.get(attributes);
  if (known !== undefined) return known;
  const listed = leafValues(attributes, []).map(({ keys, value }) => ({ keys, path: keys.join('.'), value }));
  LISTED.set(attributes, listed);
  return listed;
}

/** Every scalar with the keys that lead to it; a list stands for its elements, null for nothing. */
function leafValues(
  value: unknown,
  keys: readonly string[],
): readonly { keys: readonly string[]; value: string }[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item) => leafValues(item, keys));
  if (typeof value !== 'object') return [{ keys, value: String(value) }];
  return Object.entries(value).flatMap(([key, inner]) => leafValues(inner, [...keys, key]));
}

/** The same question of the same text has the same answer: documents of one universe share their values. */
function remembering(ask: (asked: Asked, text: string) => boolean): (asked: Asked, text: string) => boolean {
  const answers = new WeakMap<Asked, Map<string, boolean>>();
  return (asked, text) => {
    const known = answers.get(asked) ?? new Map<string, boolean>();
    answers.set(asked, known);
    const answer = known.get(text) ?? ask(asked, text);
    known.set(text, answer);
    return answer;
  };
}

/** What is asked of one value, which is a text here. */
export const passes = remembering((asked, text) => {
  switch (asked.kind) {
    case 'exists':
      return true;
    case 'is':
      return text === asked.text;
    case 'like':
      return isLike(asked.signs, [...text], () => true);
    case 'between':
      return isAbove(text, asked.low) && !isAboveEnd(text, asked.high);
    case 'blocks': {
      const bits = addressBits(text);
      return bits !== undefined && asked.blocks.some((block) => isInBlock(bits, block));
    }
  }
});

/** By the definition: a run takes one character more, or ends. */
function isLike(
  signs: readonly Sign[],
  chars: readonly string[],
  mayRun: (char: string) => boolean,
): boolean {
  const [sign, ...rest] = signs;
  const [char, ...others] = chars;
  if (sign === undefined) return char === undefined;
  if (sign === 'run') {
    if (isLike(rest, chars, mayRun)) return true;
    return char !== undefined && mayRun(char) && isLike(signs, others, mayRun);
  }
  if (char === undefined || (sign !== 'one' && sign.char !== char)) return false;
  return isLike(rest, others, mayRun);
}

/** Numbers compare with texts that spell one, text bounds with any text. */
function isAbove(text: string, low: End | undefined): boolean {
  if (low === undefined) return true;
  if (typeof low.value === 'string') return text > low.value || (low.inside && text === low.value);
  const number = numberIn(text);
  return number !== undefined && (number > low.value || (low.inside && number === low.value));
}

function isAboveEnd(text: string, high: End | undefined): boolean {
  if (high === undefined) return false;
  if (typeof high.value === 'string') return text > high.value || (!high.inside && text === high.value);
  const number = numberIn(text);
  return number === undefined || number > high.value || (!high.inside && number === high.value);
}

export function numberIn(text: string): number | undefined {
  if (!/^[-+]?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$/.test(text)) return undefined;
  const number = Number(text);
  return Math.abs(number) === Infinity ? undefined : number;
}

/** The address as 0s and 1s: 32 of them, or 128. IPv4 written inside IPv6 is IPv4. */
function addressBits(text: string): string | undefined {
  const four = fourPartBits(text);
  if (four !== undefined) return four;
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(':')) return undefined;
  const tail = /^(.*:)([^:]*[.][^:]*)$/.exec(text);
  const embedded = tail === null ? undefined : fourPartBits(tail[2] ?? '');
  if (tail !== null && embedded === undefined) return undefined;
  const head = tail === null ? text : `${tail[1]}0:0`;
  const groups = groupsOf(head);
  if (groups === undefined) return undefined;
  const bits = groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
  const whole = embedded === undefined ? bits : bits.slice(0, 96) + embedded;
  return whole.startsWith('0'.repeat(80) + '1'.repeat(16)) ? whole.slice(96) : whole;
}

function fourPartBits(text: string): string | undefined {
  const parts = text.split('.');
  const isUsual = (part: string): boolean => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255;
  if (parts.length !== 4 || !parts.every(isUsual)) return undefined;
  return parts.map((part) => Number(part).toString(2).padStart(8, '0')).join('');
}

/** Eight groups, `::` standing for those that are left out. */
function groupsOf(text: string): readonly string[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) ? groups : undefined;
}

function isInBlock(bits: string, block: string): boolean {
  const [network = '', length = ''] = block.split('/');
  const its = addressBits(network);
  return its?.length === bits.length && bits.startsWith(its.slice(0, Number(length)));
}

/** Free text: whole words in a row, whatever their case and what stands between them. */
const findsWords = remembering((asked, text) => {
  const words = wordsOf(text);
  if (asked.kind === 'is') {
    const wanted = wordsOf(asked.text);
    return (
      wanted.length > 0 && words.some((_, at) => wanted.every((word, more) => words[at + more] === word))
    );
  }
  if (asked.kind !== 'like') return false;
  const signs = wordSigns(asked.signs);
  if (signs.length === 0) return false;
  return words.some((_, from) =>
    words.some((__, to) => {
      const row = words.slice(from, to + 1).join(' ');
      return to >= from && isLike(signs, [...row], (char) => char !== ' ');
    }),
  );
});

const LETTER = /[\p{L}\p{M}\p{N}_]/u;

function wordsOf(text: string): readonly string[] {
  return [...text]
    .map((char) => (LETTER.test(char) ? char.toLowerCase() : ' '))
    .join('')
    .split(' ')
    .filter((word) => word !== '');
}

/** Punctuation is a gap between words. At the ends it is the end of a word, and a run beside it asks nothing. */
export function wordSigns(signs: readonly Sign[]): readonly Sign[] {
  const form: Sign[] = [];
  for (const sign of signs) {
    if (typeof sign === 'string') {
      form.push(sign);
      continue;
    }
    const char = LETTER.test(sign.char) ? sign.char.toLowerCase() : ' ';
    if (char !== ' ' || !isGap(form.at(-1))) form.push({ char });
  }
  if (form[0] === 'run' && isGap(form[1])) form.shift();
  if (form.at(-1) === 'run' && isGap(form.at(-2))) form.pop();
  if (isGap(form[0])) form.shift();
  if (isGap(form.at(-1))) form.pop();
  return form;
}

function isGap(sign: Sign | undefined): boolean {
  return typeof sign === 'object' && sign.char === ' ';
}
