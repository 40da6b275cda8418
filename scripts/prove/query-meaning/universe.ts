/**
 * Every document that can matter to a pair of queries: for each place that they look at, each set of values
 * that makes a different combination of its tests true; and all of these together.
 */

import { cellsOf } from './cells.ts';
import { naiveLeaf, passes, type NaiveDocument } from './naive-match.ts';
import type { TextTest } from './text-test.ts';
import type { Leaf } from './tree.ts';

export interface Universe {
  readonly documents: readonly NaiveDocument[];
  /** False where a bound cut something off. */
  readonly isComplete: boolean;
}

export interface UniverseOptions {
  /** Paths that hold at most one value. */
  readonly single: ReadonlySet<string>;
  readonly maxDocuments: number;
}

/** One place, with the sets of values that it may hold. */
interface Dimension {
  readonly put: (document: Draft, values: readonly string[]) => Draft;
  readonly choices: readonly (readonly string[])[];
  readonly isCut: boolean;
}

interface Draft {
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  readonly reserved: Readonly<Record<string, string | readonly string[]>>;
  readonly tags: readonly string[];
  readonly message: string;
}

const MAX_CHOICES = 48;

export function universeFor(leaves: readonly Leaf[], options: UniverseOptions): Universe {
  const dimensions = dimensionsOf(leaves, options.single);
  let drafts: readonly Draft[] = [{ attributes: new Map(), reserved: {}, tags: [], message: '' }];
  let isComplete = dimensions.every(({ isCut }) => !isCut);
  for (const { choices, put } of dimensions) {
    const grown = drafts.flatMap((draft) => choices.map((values) => put(draft, values)));
    if (grown.length > options.maxDocuments) isComplete = false;
    // Spread over all of them, so that a cut takes no place away.
    const stride = Math.ceil(grown.length / options.maxDocuments);
    drafts = grown.filter((_, at) => at % stride === 0);
  }
  return { documents: drafts.map(documentOf), isComplete };
}

function dimensionsOf(leaves: readonly Leaf[], single: ReadonlySet<string>): readonly Dimension[] {
  const words = leaves
    .filter(({ where }) => where.kind === 'everything')
    .map((leaf) => textTest(leaf, 'words'));
  const named = new Set<string>();
  for (const { where, asked } of leaves) {
    if (where.kind !== 'attribute') continue;
    named.add(where.name);
    // Presence may be had by a value below.
    if (asked.kind === 'exists') named.add(`${where.name}.zz`);
  }
  // What is searched for everywhere may stand where nothing else looks.
  if (words.length > 0) named.add('zz');
  const attributes = [...named].map((path): Dimension => {
    const own = leaves.filter(({ where }) => where.kind === 'attribute' && where.name === path);
    const tests = [...own.map((leaf) => textTest(leaf, 'value')), ...words];
    const put = (draft: Draft, values: readonly string[]): Draft => ({
      ...draft,
      attributes: new Map(draft.attributes).set(path, values),
    });
    return { ...setsOf(tests, single.has(`@${path}`)), put };
  });
  return [
    ...attributes,
    ...messageOf(leaves, words),
    ...reservedOf(leaves, single),
    ...tagsOf(leaves, single),
  ];
}

function textTest(leaf: Leaf, as: 'value' | 'words', prefix = ''): TextTest {
  const { asked } = leaf;
  const message = { ...leaf, where: { kind: 'message' } as const };
  const holds = (text: string): boolean =>
    as === 'value'
      ? passes(asked, prefix + text)
      : naiveLeaf(message, { reserved: {}, tags: [], attributes: {}, message: text });
  return { asked, as, prefix, holds };
}

function setsOf(tests: readonly TextTest[], isSingle: boolean): Pick<Dimension, 'choices' | 'isCut'> {
  const { texts, isCut } = cellsOf(tests);
  const sets = unionsOf(texts, tests, (values) => isSingle && values.length > 0);
  return { choices: sets.choices, isCut: isCut || sets.isCut };
}

/** Sets of texts, one for each combination of tests that some text of the set passes. */
function unionsOf(
  texts: readonly string[],
  tests: readonly TextTest[],
  isTooMany: (values: readonly string[], one: string) => boolean,
): Pick<Dimension, 'choices' | 'isCut'> {
  const nothing = { vector: tests.map(() => false), values: [] as readonly string[] };
  const known = new Map([['nothing', nothing]]);
  for (const text of texts) {
    const own = tests.map(({ holds }) => holds(text));
    const before = [...known.values()];
    for (const { vector, values } of before) {
      if (isTooMany(values, text)) continue;
      const joined = vector.map((held, at) => held || (own[at] ?? false));
      const key = joined.join();
      if (!known.has(key)) known.set(key, { vector: joined, values: [...values, text] });
    }
  }
  const choices = [...known.values()].map(({ values }) => values);
  return { choices: choices.slice(0, MAX_CHOICES), isCut: choices.length > MAX_CHOICES };
}

function messageOf(leaves: readonly Leaf[], words: readonly TextTest[]): readonly Dimension[] {
  const own = leaves.filter(({ where }) => where.kind === 'message');
  if (own.length === 0 && words.length === 0) return [];
  const tests = [...own.map((leaf) => textTest(leaf, 'words')), ...words];
  const { texts, isCut } = cellsOf(tests.filter(({ asked }) => asked.kind !== 'exists'));
  const choices = [...new Set(['', '!', ...texts])].map((text) => [text]);
  return [{ choices, isCut, put: (draft, [message = '']) => ({ ...draft, message }) }];
}

function reservedOf(leaves: readonly Leaf[], single: ReadonlySet<string>): readonly Dimension[] {
  const names = new Set(leaves.flatMap(({ where }) => (where.kind === 'reserved' ? [where.name] : [])));
  return [...names].map((name): Dimension => {
    const own = leaves.filter(({ where }) => where.kind === 'reserved' && where.name === name);
    const put = (draft: Draft, values: readonly string[]): Draft =>
      values.length === 0
        ? draft
        : {
            ...draft,
            reserved: { ...draft.reserved, [name]: values.length === 1 ? String(values[0]) : values },
          };
    const tests = own.map((leaf) => textTest(leaf, 'value'));
    return { ...setsOf(tests, single.has(name)), put };
  });
}

/** Tags of each key, bare ones, and some of a key that nobody names; then all sets that differ. */
function tagsOf(leaves: readonly Leaf[], single: ReadonlySet<string>): readonly Dimension[] {
  const isAbout = ({ where: { kind } }: Leaf): boolean =>
    kind === 'tags' || kind === 'tag' || kind === 'reserved';
  const about = leaves.filter(isAbout);
  if (about.length === 0) return [];
  const whole = about.filter(({ where }) => where.kind === 'tags');
  const keys = new Set(about.flatMap(({ where }) => ('name' in where ? [where.name] : [])));
  for (const { asked } of whole) {
    const key = asked.kind === 'is' ? asked.text.split(':')[0] : undefined;
    if (key !== undefined) keys.add(key);
  }
  const cells = [...keys, 'zz', ''].map((key) => {
    const prefix = key === '' ? '' : `${key}:`;
    const own = about.filter(({ where }) => 'name' in where && where.name === key);
    const tests = [
      ...own.map((leaf) => textTest(leaf, 'value')),
      ...whole.map((leaf) => textTest(leaf, 'value', prefix)),
    ];
    const { texts, isCut } = cellsOf(tests);
    return { entries: texts.map((text) => prefix + text), isCut };
  });
  const entries = [...cells.flatMap(({ entries: some }) => some), ...keys];
  const tests = about.map((leaf): TextTest => ({
    asked: { kind: 'exists' },
    as: 'value',
    prefix: '',
    holds: (tag) => naiveLeaf(leaf, { reserved: {}, tags: [tag], attributes: {}, message: '' }),
  }));
  const { choices, isCut } = unionsOf([...new Set(entries)], tests, (tags, tag) =>
    tags.some((other) => single.has(keyOf(other)) && keyOf(other) === keyOf(tag)),
  );
  return [
    { choices, isCut: isCut || cells.some((each) => each.isCut), put: (draft, tags) => ({ ...draft, tags }) },
  ];
}

function keyOf(tag: string): string {
  return tag.includes(':') ? (tag.split(':')[0] ?? '') : '';
}

function documentOf({ attributes, reserved, tags, message }: Draft): NaiveDocument {
  let all: Readonly<Record<string, unknown>> = {};
  const byLength = [...attributes].toSorted(([a], [b]) => a.length - b.length);
  for (const [path, values] of byLength) {
    if (values.length > 0) all = withValues(all, path.split('.'), values.map(scalarOf));
  }
  return { attributes: all, reserved, tags, message };
}

/** A number where nothing of the spelling is lost. */
function scalarOf(text: string): string | number {
  return String(Number(text)) === text && Number.isFinite(Number(text)) ? Number(text) : text;
}

function withValues(
  object: Readonly<Record<string, unknown>>,
  [key = '', ...rest]: readonly string[],
  values: readonly unknown[],
): Readonly<Record<string, unknown>> {
  const old = object[key];
  if (rest.length === 0) return { ...object, [key]: values.length === 1 ? values[0] : values };
  const inner = withValues({}, rest, values);
  if (old === undefined) return { ...object, [key]: inner };
  // Values and objects share a list; an object that is there already takes the new key.
  const items = Array.isArray(old) ? old : [old];
  const at = items.findIndex((item) => typeof item === 'object');
  const merged =
    at < 0
      ? [...items, inner]
      : items.with(at, withValues(items[at] as Record<string, unknown>, rest, values));
  return { ...object, [key]: merged.length === 1 ? merged[0] : merged };
}
