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

/** Handles and addresses are other ones in requests than in answers: whoever recorded them made them up. */
const IDS = /^(id|uuid|handle|email)$/;

/** The recorded org holds more than any answer shows: ours may count less, never more. */
const TOTALS = /^(totalCount|totalFilteredCount|total_count|total_filtered_count)$/;

/** What the server draws or makes up, and clients send back as it is. */
const OPAQUE =
  /^\.(requestId|meta\.page\.after|links\.next|data\.attributes\.integration\.credentials\.external_id)$/;

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
  'user_count',
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
  if (key === 'expires_at') return isNearby(recorded, ours) ? [] : differ();
  // Milliseconds that the answer took.
  if (path === '.elapsed') return Number.isSafeInteger(ours) && Number(ours) >= 0 ? [] : differ();
  if (key === 'icon') return typeof ours === typeof recorded ? [] : differ();
  if (Array.isArray(recorded) && recorded.some(isPermission)) {
    const [permissions, rest] = partition(recorded, isPermission);
    const [ourPermissions, ourRest] = partition(Array.isArray(ours) ? ours : [], isPermission);
    return [
      ...permissionDifferences(permissions, ourPermissions, comparison, path),
      ...differencesOf(rest, ourRest, comparison, path, key),
    ];
  }
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
        .flatMap((name) => {
          const belongs = path === '' && name === 'included';
          const expected = belongs ? referredTo(recorded['data'], recorded[name]) : recorded[name];
          return differencesOf(expected, ours[name], comparison, `${path}.${name}`, name);
        }),
    ];
  }
  if (typeof recorded === 'string') {
    if (typeof ours !== 'string') return differ();
    if (OPAQUE.test(path)) return comparison.ids.pair(recorded, ours) ? [] : differ();
    if (IDS.test(key)) return comparison.ids.pair(recorded, ours) ? [] : differ();
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

/** What is included belongs to the data, or to what belongs to it; the rest belonged to rows that were cut out. */
function referredTo(data: unknown, included: unknown): readonly unknown[] {
  const known = Array.isArray(included) ? included.filter(isObject) : [];
  const reached = new Set<unknown>();
  let next = idsIn(data);
  while (next.length > 0) {
    for (const id of next) reached.add(id);
    next = known
      .filter(({ id }) => reached.has(id))
      .flatMap((each) => idsIn(each))
      .filter((id) => !reached.has(id));
  }
  return known.filter(({ id }) => reached.has(id));
}

/** Every `id` in it, however deep. */
function idsIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => (name === 'id' ? [inner] : idsIn(inner)));
}

interface Permission {
  readonly id: string;
  readonly type: 'permissions';
  readonly attributes?: Readonly<Record<string, unknown>>;
}

function isPermission(value: unknown): value is Permission {
  return isObject(value) && value['type'] === 'permissions';
}

function partition<Item extends object>(
  items: readonly unknown[],
  belongs: (item: unknown) => item is Item,
): readonly [readonly Item[], readonly unknown[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}

/**
 * The service's own catalogue grew over the years that were recorded: ours may hold more, never fewer. Permissions are
 * told apart by their names; what is said about one besides is said in our own words.
 */
function permissionDifferences(
  recorded: readonly Permission[],
  ours: readonly Permission[],
  { ids }: Comparison,
  path: string,
): readonly string[] {
  const fewer =
    ours.length < recorded.length ? [`${path}: ${ours.length} permissions, recorded ${recorded.length}`] : [];
  const keysOf = (permission: Permission | undefined): readonly string[] =>
    Object.keys(permission?.attributes ?? {}).toSorted();
  const others = recorded.flatMap(({ id, attributes }) => {
    const name = attributes?.['name'];
    if (name === undefined) return [];
    const own = ours.find((each) => each.attributes?.['name'] === name);
    const isSame =
      own !== undefined &&
      isDeepStrictEqual(keysOf(own), keysOf({ id, type: 'permissions', attributes: attributes ?? {} }));
    return isSame && ids.pair(id, own.id) ? [] : [`${path}: ${show(own)} for the permission ${String(name)}`];
  });
  return [...fewer, ...others];
}

/** An end that is told in advance. */
function isNearby(recorded: unknown, ours: unknown): boolean {
  const [recordedMs, oursMs] = [msOf(recorded), msOf(ours)];
  return recordedMs !== undefined && oursMs !== undefined && Math.abs(recordedMs - oursMs) <= NEAR_MS;
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
