/**
 * Reads a payload of the public API field by field and collects what is wrong with it.
 * Closed: a field that nobody read and that holds something is a problem, since its meaning would be lost.
 */

export interface Problem {
  /** As in diffs: `options.keepAlive`, `cases[0].status`; empty for the payload itself. */
  readonly path: string;
  readonly message: string;
}

export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** What could be read, defaults standing for the rest; import keeps the rest as it is. */
      readonly rest?: T;
    };

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns the value, or the problems when there are any */
export function decoded<T>(problems: readonly Problem[], value: T | undefined): Decoded<T> {
  if (problems.length > 0) return { ok: false, problems, ...(value !== undefined && { rest: value }) };
  if (value === undefined)
    return { ok: false, problems: [{ path: '', message: 'The payload cannot be read.' }] };
  return { ok: true, value };
}

/** null, false, '', [] and {} carry nothing that could be lost. */
export function isEmptyValue(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** Joins a path and a key: `options` and `keepAlive` give `options.keepAlive`. */
function joinPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (key === '') return path;
  return path === '' ? key : `${path}.${key}`;
}

/** One object of a payload. Reading a key marks it as known; `close` reports the keys that were not read. */
export class PayloadReader {
  readonly path: string;
  readonly problems: Problem[];
  readonly #object: JsonObject;
  readonly #read = new Set<string>();

  constructor(value: unknown, path: string, problems: Problem[]) {
    this.path = path;
    this.problems = problems;
    this.#object = isJsonObject(value) ? value : {};
    if (!isJsonObject(value)) this.#report(path, `Expected an object, found ${describe(value)}.`);
  }

  /** null counts as absent: the API writes both. */
  has(key: string): boolean {
    return this.raw(key) !== undefined;
  }

  raw(key: string): unknown {
    this.#read.add(key);
    const value = Object.hasOwn(this.#object, key) ? this.#object[key] : undefined;
    return value === null ? undefined : value;
  }

  /** Marks keys as known without reading them: fields that the server fills. */
  ignore(keys: Iterable<string>): this {
    for (const key of keys) this.#read.add(key);
    return this;
  }

  /** All of it; marks nothing as known. */
  entries(): readonly (readonly [string, unknown])[] {
    return Object.entries(this.#object);
  }

  /** @param key '' for the object itself */
  refuse(key: string | number, message: string): void {
    this.#report(joinPath(this.path, key), message);
  }

  /** @param fallback used when the key is absent; without it the key is required */
  text(key: string, fallback?: string): string {
    const value = this.raw(key) ?? fallback;
    if (typeof value === 'string') return value;
    this.#wrong(key, 'a string', value);
    return '';
  }

  flag(key: string, fallback?: boolean): boolean {
    const value = this.raw(key) ?? fallback;
    if (typeof value === 'boolean') return value;
    this.#wrong(key, 'true or false', value);
    return false;
  }

  /** A whole number of at least 0 that JavaScript holds exactly. */
  count(key: string, fallback?: number): number {
    const value = this.raw(key) ?? fallback;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    this.#wrong(key, 'a whole number of at least 0', value);
    return 0;
  }

  /** Any finite number. */
  number(key: string): number {
    const value = this.raw(key);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    this.#wrong(key, 'a number', value);
    return 0;
  }

  optionalCount(key: string): number | undefined {
    return this.has(key) ? this.count(key) : undefined;
  }

  optionalText(key: string): string | undefined {
    return this.has(key) ? this.text(key) : undefined;
  }

  optionalFlag(key: string): boolean | undefined {
    return this.has(key) ? this.flag(key) : undefined;
  }

  optionalTexts(key: string): readonly string[] | undefined {
    return this.has(key) ? this.texts(key) : undefined;
  }

  oneOf<T extends string>(key: string, known: readonly T[], fallback?: T): T {
    const value = this.raw(key) ?? fallback;
    const found = known.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    this.#wrong(key, `one of ${known.join(', ')}`, value);
    return known[0] as T;
  }

  /** An absent list is empty. */
  list<T>(key: string, each: (value: unknown, path: string) => T): readonly T[] {
    const value = this.raw(key) ?? [];
    if (Array.isArray(value)) {
      const path = joinPath(this.path, key);
      return value.map((item: unknown, index) => each(item, joinPath(path, index)));
    }
    this.#wrong(key, 'a list', value);
    return [];
  }

  texts(key: string): readonly string[] {
    return this.list(key, (value, path) => {
      if (typeof value === 'string') return value;
      this.#report(path, `Expected a string, found ${describe(value)}.`);
      return '';
    });
  }

  /** A list of known words; others are refused and left out. */
  eachOf<T extends string>(key: string, known: readonly T[]): readonly T[] {
    return this.list(key, (value, path) => {
      const found = known.find((candidate) => candidate === value);
      if (found === undefined)
        this.#report(path, `Expected one of ${known.join(', ')}, found ${describe(value)}.`);
      return found;
    }).filter((value) => value !== undefined);
  }

  child(key: string): PayloadReader {
    return new PayloadReader(this.raw(key) ?? {}, joinPath(this.path, key), this.problems);
  }

  item(value: unknown, path: string): PayloadReader {
    return new PayloadReader(value, path, this.problems);
  }

  close(): void {
    for (const [key, value] of Object.entries(this.#object)) {
      if (this.#read.has(key) || isEmptyValue(value)) continue;
      this.refuse(key, `The field "${key}" is not supported here.`);
    }
  }

  #wrong(key: string, expected: string, found: unknown): void {
    const message =
      found === undefined
        ? `The field "${key}" is missing; expected ${expected}.`
        : `Expected ${expected}, found ${describe(found)}.`;
    this.refuse(key, message);
  }

  #report(path: string, message: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ path, message });
  }
}

/** A hostile payload must not make a report that nobody can hold. */
const MAX_PROBLEMS = 100;
const SHOWN_CHARACTERS = 60;

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
