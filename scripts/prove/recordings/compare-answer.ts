/**
 * Whether an answer of the org is the recorded one. Nothing is left out: what the server chooses by itself is mapped.
 * An id or a person of the recording stands for one of ours, always the same and for no other; a moment near the frozen
 * clock stands for one near ours, and any other is the same one. Everything else is equal, lists of tags as sets.
 */

import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../architecture/manifest.ts';

/** What stands for what, learned from the answers of one scenario. */
export class Pairs {
  readonly #ours = new Map<unknown, unknown>();
  readonly #recorded = new Map<unknown, unknown>();

  /** @returns whether they may stand for each other: neither stands for anything else */
  pair(recorded: unknown, ours: unknown): boolean {
    if (!this.#ours.has(recorded) && !this.#recorded.has(ours)) {
      this.#ours.set(recorded, ours);
      this.#recorded.set(ours, recorded);
    }
    return this.#ours.get(recorded) === ours && this.#recorded.get(ours) === recorded;
  }

  /** Puts our ids into a recorded text, the longest first: an id may be part of another. */
  translate(text: string): string {
    const texts = [...this.#ours].filter(
      (entry): entry is [string, string] =>
        typeof entry[0] === 'string' && typeof entry[1] === 'string' && entry[0].length >= MIN_ID_CHARACTERS,
    );
    return texts
      .toSorted(([a], [b]) => b.length - a.length)
      .reduce((result, [recorded, ours]) => result.replaceAll(recorded, ours), text);
  }
}

/** `abc-def-ghi` is the shortest kind of id. */
const MIN_ID_CHARACTERS = 11;

export interface Comparison {
  /** Ids of objects. */
  readonly ids: Pairs;
  /** Names, handles and numbers of people. */
  readonly people: Pairs;
  readonly frozenAtMs: number;
  /** Whether the request names the order of a list; otherwise objects of `data` are told apart by their ids. */
  readonly isSorted: boolean;
}

/** Source: notes on the API, section 6. */
const MOMENTS =
  /^(createdAt|updatedAt|modifiedAt|creation_date|update_date|created_at|modified_at|state_update_timestamp)$/;
const PERSONS = /^(creator|updater|created_by|modified_by|state_update_user)$/;
const PERSON_TEXTS =
  /^(creationAuthorId|updateAuthorId|creation_author_id|update_author_id|createdByHandle|createdByName)$/;

/** The recorded org holds more than any answer shows: ours may count less, never more. */
const TOTALS = /^(totalCount|totalFilteredCount|total_count|total_filtered_count)$/;

/** How far the service was behind its frozen clock when it wrote down the time. */
const NEAR_MS = 60_000;

/** Told by newer answers and not by older ones, of the same objects: recorded over five years. */
const SINCE_ADDED: ReadonlySet<string> = new Set([
  'blocking',
  'creationAuthorId',
  'creator',
  'dataSource',
  'dependencies',
  'isBeta',
  'isDeprecated',
  'isPartner',
  'metadata',
  'updater',
]);

/** @returns one line a difference, with its path; none when the bodies are the same */
export function differencesOf(
  recorded: unknown,
  ours: unknown,
  comparison: Comparison,
  path = '',
  key = '',
): readonly string[] {
  const differ = (): readonly string[] => [`${path || '.'}: ${show(ours)}, recorded ${show(recorded)}`];
  if (MOMENTS.test(key)) return isSameMoment(recorded, ours, comparison.frozenAtMs) ? [] : differ();
  if (PERSON_TEXTS.test(key)) return comparison.people.pair(recorded, ours) ? [] : differ();
  if (TOTALS.test(key)) return Number.isSafeInteger(ours) && Number(ours) <= Number(recorded) ? [] : differ();
  if (Array.isArray(recorded)) {
    if (!Array.isArray(ours) || recorded.length !== ours.length) return differ();
    if (key === 'tags') return isDeepStrictEqual(recorded.toSorted(), ours.toSorted()) ? [] : differ();
    const inOrder = path === '.data' && !comparison.isSorted ? byIdOf(recorded, ours, comparison.ids) : ours;
    return recorded.flatMap((item, index) =>
      differencesOf(item, inOrder[index], comparison, `${path}[${index}]`),
    );
  }
  if (isObject(recorded)) {
    if (!isObject(ours)) return differ();
    if (PERSONS.test(key)) return isSamePerson(recorded, ours, comparison.people) ? [] : differ();
    const missing = Object.keys(recorded).filter((name) => !Object.hasOwn(ours, name));
    const added = Object.keys(ours).filter(
      (name) => !Object.hasOwn(recorded, name) && !SINCE_ADDED.has(name),
    );
    return [
      ...missing.map((name) => `${path}.${name} is missing, recorded ${show(recorded[name])}`),
      ...added.map((name) => `${path}.${name} is too much: ${show(ours[name])}`),
      ...Object.keys(recorded)
        .filter((name) => Object.hasOwn(ours, name))
        .flatMap((name) => differencesOf(recorded[name], ours[name], comparison, `${path}.${name}`, name)),
    ];
  }
  if (typeof recorded === 'string') {
    if (typeof ours !== 'string') return differ();
    if (key === 'id') return comparison.ids.pair(recorded, ours) ? [] : differ();
    return comparison.ids.translate(recorded) === ours ? [] : differ();
  }
  return recorded === ours ? [] : differ();
}

/** Our objects in the order of the recorded ones; those that cannot be told apart stay where they are. */
function byIdOf(recorded: readonly unknown[], ours: readonly unknown[], ids: Pairs): readonly unknown[] {
  const idOf = (item: unknown): unknown => (isObject(item) ? item['id'] : undefined);
  return recorded.map((item, index) => {
    const id = idOf(item);
    return ours.find((own) => typeof id === 'string' && idOf(own) === ids.translate(id)) ?? ours[index];
  });
}

/** In the same form: a number of milliseconds, ISO 8601, or how a database writes it. */
function isSameMoment(recorded: unknown, ours: unknown, frozenAtMs: number): boolean {
  const [recordedMs, oursMs] = [msOf(recorded), msOf(ours)];
  if (typeof recorded !== typeof ours || recordedMs === undefined || oursMs === undefined) return false;
  if (typeof ours === 'string' && isSpaced(recorded) !== isSpaced(ours)) return false;
  const isNear = Math.abs(recordedMs - frozenAtMs) <= NEAR_MS;
  return isNear ? Math.abs(oursMs - frozenAtMs) <= NEAR_MS : recordedMs === oursMs;
}

function msOf(value: unknown): number | undefined {
  const isText = typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]/.test(value);
  const ms = isText ? Date.parse(isSpaced(value) ? `${value}:00` : value) : value;
  return typeof ms === 'number' && Number.isFinite(ms) ? Math.floor(ms) : undefined;
}

/** `2026-05-26 20:46:03.567462+00` */
function isSpaced(value: unknown): boolean {
  return typeof value === 'string' && value.includes(' ');
}

/** The same keys with the same person behind them; an empty name says that there is nobody. */
function isSamePerson(
  recorded: Readonly<Record<string, unknown>>,
  ours: Readonly<Record<string, unknown>>,
  people: Pairs,
): boolean {
  const names = Object.keys(recorded).toSorted();
  if (!isDeepStrictEqual(names, Object.keys(ours).toSorted())) return false;
  const isNobody = (person: Readonly<Record<string, unknown>>): boolean => person['handle'] === '';
  if (isNobody(recorded) || isNobody(ours)) return isDeepStrictEqual(recorded, ours);
  return people.pair(JSON.stringify(recorded), JSON.stringify(ours));
}

const MAX_SHOWN_CHARACTERS = 160;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
}
