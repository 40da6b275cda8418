/**
 * A document from chosen values: by itself, or laid over a sample so that a person recognises it. Objects are
 * built entry by entry, so a path named `__proto__` is a key like any other.
 */

import type { QueryDocument } from '../match/document.ts';
import { toSteps, wordParts } from '../match/pattern.ts';
import { parseNumber } from '../number.ts';
import { wordForm } from '../match/words.ts';
import { findWord, type WordBudget } from './find-word.ts';
import type { Choice } from './find-choice.ts';
import type { Literal } from './literal.ts';

export const EMPTY_DOCUMENT: QueryDocument = { reserved: {}, tags: [], attributes: {}, message: '' };

/** The base with each chosen place replaced. Places that were not chosen stay as they are. */
export function layOver(base: QueryDocument, choices: readonly Choice[]): QueryDocument {
  // Shallow paths first: `a` is set before `a.b` joins it.
  const ordered = choices.toSorted((a, b) => depthOf(a) - depthOf(b));
  return ordered.reduce(place, base);
}

/** Something for each literal that looks at several places at once; only matching can tell whether it helps. */
export function addOpaque(
  base: QueryDocument,
  literals: readonly Literal[],
  messageIsFree: boolean,
  budget: WordBudget,
): QueryDocument {
  let document = base;
  for (const { leaf, test } of literals) {
    if (leaf.field.kind === 'everything') {
      const words = wordsFor(test, budget);
      if (words === undefined) continue;
      document =
        messageIsFree && document.message === ''
          ? { ...document, message: words }
          : { ...document, attributes: setPath(document.attributes, ['note'], noted(document, words)) };
    } else if (leaf.field.kind === 'tags') {
      document = { ...document, tags: [...document.tags, tagFor(test, budget)] };
    } else if (leaf.field.kind === 'tag') {
      document = { ...document, tags: [...document.tags, `${leaf.field.key}:x`] };
    }
  }
  return document;
}

function depthOf({ place: where }: Choice): number {
  return where.kind === 'attribute' ? where.path.split('.').length : 0;
}

function place(document: QueryDocument, choice: Choice): QueryDocument {
  const { place: where, values, elsewhere } = choice;
  switch (where.kind) {
    case 'attribute': {
      const path = where.path.split('.');
      const scalars = values.map((text) => numberOr(text, choice.numeric));
      const value =
        elsewhere !== undefined ? { [elsewhere]: 'x' } : scalars.length > 1 ? scalars : scalars[0];
      const bare = omit(document.attributes, where.path);
      return { ...document, attributes: setPath(path.length > 1 ? bare : document.attributes, path, value) };
    }
    case 'reserved': {
      const { [where.name]: _old, ...others } = document.reserved;
      const tags = document.tags.filter((tag) => !tag.startsWith(`${where.name}:`));
      if (elsewhere !== undefined) return { ...document, reserved: others, tags: [...tags, where.name] };
      if (values.length === 0) return { ...document, reserved: others, tags };
      const value = values.length > 1 ? values : numberOr(values[0] as string, choice.numeric);
      return { ...document, reserved: { ...others, [where.name]: value } };
    }
    case 'tag': {
      const tags = document.tags.filter((tag) => !tag.startsWith(`${where.key}:`) && tag !== where.key);
      const added = elsewhere !== undefined ? [where.key] : values.map((value) => `${where.key}:${value}`);
      return { ...document, tags: [...tags, ...added] };
    }
    case 'bare-tag':
      return { ...document, tags: [...document.tags.filter((tag) => tag.includes(':')), ...values] };
    case 'message':
      return { ...document, message: values[0] ?? '' };
    case 'opaque':
      return document;
    default:
      return document;
  }
}

/** A number where tests compare numbers and nothing of the spelling is lost. */
function numberOr(text: string, numeric: boolean): string | number {
  const number = numeric ? parseNumber(text) : undefined;
  return number !== undefined && String(number) === text ? number : text;
}

type Json = Readonly<Record<string, unknown>>;

/** A copy with the value at the path; `undefined` removes it. Values and objects on the way share an array. */
function setPath(object: Json, path: readonly string[], value: unknown): Json {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  const old = Object.hasOwn(object, key) ? object[key] : undefined;
  const next = rest.length === 0 ? replaceLeaf(old, value) : descend(old, rest, value);
  const others = Object.entries(object).filter(([name]) => name !== key);
  return Object.fromEntries(next === undefined ? others : [...others, [key, next]]);
}

/** Scalars go, objects stay: they hold the values of longer paths. */
function replaceLeaf(old: unknown, value: unknown): unknown {
  const objects = (Array.isArray(old) ? old : [old]).filter(isObject);
  if (objects.length === 0) return value;
  if (value === undefined) return objects.length === 1 ? objects[0] : objects;
  return [...(Array.isArray(value) ? value : [value]), ...objects];
}

function descend(old: unknown, rest: readonly string[], value: unknown): unknown {
  if (old === undefined || old === null) return value === undefined ? undefined : setPath({}, rest, value);
  if (isObject(old)) return setPath(old, rest, value);
  const items = Array.isArray(old) ? old : [old];
  if (value === undefined && !items.some(isObject)) return old;
  const cleared = items.map((item) => (isObject(item) ? setPath(item, rest, undefined) : item));
  return value === undefined ? cleared : [...cleared, setPath({}, rest, value)];
}

function omit(object: Json, key: string): Json {
  return Object.hasOwn(object, key)
    ? Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))
    : object;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value among the notes: alone, or in a list with those before it. */
function noted(document: QueryDocument, words: string): unknown {
  const old = document.attributes['note'];
  return old === undefined ? words : [...(Array.isArray(old) ? old : [old]), words];
}

function wordsFor(test: Literal['test'], budget: WordBudget): string | undefined {
  if (test.kind === 'equals') return wordForm(test.value).trim() || undefined;
  if (test.kind !== 'pattern') return undefined;
  const pattern = { steps: toSteps(wordParts(test.parts)), scope: 'word' } as const;
  const answer = findWord({ accepted: [pattern], refused: [], refusedTexts: [], wordForm: true }, budget);
  return answer.kind === 'found' ? answer.text.trim() : undefined;
}

function tagFor(test: Literal['test'], budget: WordBudget): string {
  if (test.kind !== 'pattern') return 'x';
  const pattern = { steps: toSteps(test.parts), scope: 'all' } as const;
  const answer = findWord({ accepted: [pattern], refused: [], refusedTexts: [], wordForm: false }, budget);
  return answer.kind === 'found' ? answer.text : 'x';
}
