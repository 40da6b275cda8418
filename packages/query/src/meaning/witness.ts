/**
 * A document from chosen values: by itself, or laid over a sample so that a person recognises it. Objects are
 * built entry by entry, so a path named `__proto__` is a key like any other.
 */

import type { QueryDocument } from '../match/document.ts';
import { parseNumber } from '../number.ts';
import type { Choice, EntriesChoice, FieldChoice } from './choice.ts';

export const EMPTY_DOCUMENT: QueryDocument = { reserved: {}, tags: [], attributes: {}, message: '' };

/** Where a witness may put what no place is named for. */
export interface FreeGround {
  /** Whether a query speaks of the path, or of one below it. */
  readonly isNamed: (path: string) => boolean;
  /** Whether no query speaks of the message. */
  readonly messageIsFree: boolean;
}

/** The base with each chosen place replaced. Places that were not chosen stay as they are. */
export function layOver(base: QueryDocument, choices: readonly Choice[], ground: FreeGround): QueryDocument {
  const ordered = choices.toSorted((a, b) => rankOf(a) - rankOf(b));
  return ordered.reduce((document, choice) => place(document, choice, ground), base);
}

/** Fields clear the tags of their name, `a` is set before `a.b` joins it, and notes go where nothing else stands. */
function rankOf(choice: Choice): number {
  if (choice.kind === 'notes') return Number.POSITIVE_INFINITY;
  if (choice.kind !== 'field') return 1;
  return choice.place.kind === 'attribute' ? choice.place.path.split('.').length : 0;
}

function place(document: QueryDocument, choice: Choice, ground: FreeGround): QueryDocument {
  switch (choice.kind) {
    case 'field':
      return choice.place.kind === 'attribute'
        ? placeAttribute(document, choice, choice.place.path, ground)
        : placeReserved(document, choice, choice.place.name);
    case 'entries':
      return placeEntries(document, choice);
    case 'message':
      return { ...document, message: choice.text };
    default:
      return choice.notes.reduce((all, { text }) => placeNote(all, text, ground), document);
  }
}

function placeAttribute(
  document: QueryDocument,
  choice: FieldChoice,
  dotted: string,
  ground: FreeGround,
): QueryDocument {
  const path = dotted.split('.');
  const scalars = choice.values.map((text) => numberOr(text, choice.numeric));
  const value = scalars.length > 1 ? scalars : scalars[0];
  const bare = path.length > 1 ? omit(document.attributes, dotted) : document.attributes;
  const attributes = setPath(bare, path, value);
  if (choice.below === undefined) return { ...document, attributes };
  // The place is new and empty, so that no key can be there already.
  const key = freeKey(`${dotted}.x`, (name) => ground.isNamed(name));
  return { ...document, attributes: setPath(attributes, key.split('.'), choice.below) };
}

function placeReserved(document: QueryDocument, choice: FieldChoice, name: string): QueryDocument {
  const reserved = Object.fromEntries(Object.entries(document.reserved).filter(([key]) => key !== name));
  const tags = document.tags.filter((tag) => !tag.startsWith(`${name}:`));
  const { values } = choice;
  if (values.length === 0) return { ...document, reserved, tags };
  const value = values.length > 1 ? values : numberOr(values[0] as string, choice.numeric);
  return { ...document, reserved: { ...reserved, [name]: value }, tags };
}

function placeEntries(document: QueryDocument, { added, mayStay, fields }: EntriesChoice): QueryDocument {
  const kept = document.tags.filter((tag) => mayStay(tag) && !added.includes(tag));
  const given = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  return { ...document, tags: [...kept, ...added], reserved: { ...document.reserved, ...given } };
}

function placeNote(document: QueryDocument, text: string, ground: FreeGround): QueryDocument {
  if (ground.messageIsFree && document.message === '') return { ...document, message: text };
  const { attributes } = document;
  const key = freeKey('note', (name) => Object.hasOwn(attributes, name) || ground.isNamed(name));
  return { ...document, attributes: setPath(attributes, [key], text) };
}

function freeKey(wish: string, isTaken: (key: string) => boolean): string {
  let key = wish;
  while (isTaken(key)) key += 'x';
  return key;
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
