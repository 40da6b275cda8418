/**
 * Which queries may match a document, without running each of them. From the structure of a query come its
 * necessary equalities: sets of `field:value` of which at least one must hold (`service:shop`, or the
 * alternatives of an `OR`). The rarest set of a query is looked up by the values of the document, the others
 * are then asked; only what passes all is a candidate. Queries without a set are candidates for every
 * document. Sound: a query that is left out does not match.
 */

import type { SearchDocument } from '@signalwright/model';
import type { Field, Query } from '@signalwright/query';
import { compileQuickReader, type Reader } from './quick-reader.ts';

/** A longer set of alternatives tells too little for its size. */
const MAX_EQUALITIES = 256;

interface Equality {
  readonly path: string;
  readonly value: string;
}

/** An equality that some query needs. */
interface Entry {
  /** Serial of the last document that it holds of. */
  holdsIn: number;
  /** Positions of the queries that are looked up by it. */
  readonly queries: number[];
}

interface FieldIndex {
  readonly read: Reader;
  readonly byValue: Map<string, Entry>;
}

export class QueryIndex {
  readonly #fields = new Map<string, FieldIndex>();
  readonly #always: number[] = [];
  /** By position of the query: sets of which each must have an entry that holds. */
  readonly #others: (readonly (readonly Entry[])[])[] = [];
  /** Serial of the document for which a query was last looked at, so that each is given once. */
  readonly #lookedAtIn: Float64Array;
  #serial = 0;

  constructor(queries: readonly Query[]) {
    const frequency = countEqualities(queries);
    queries.forEach((query, position) => this.#add(query, position, frequency));
    this.#lookedAtIn = new Float64Array(queries.length);
  }

  /** Positions of the queries that may match, each once, in no particular order. */
  candidates(document: SearchDocument): readonly number[] {
    this.#serial += 1;
    const found = this.#always.slice();
    for (const entry of this.#entriesIn(document)) {
      for (const position of entry.queries) {
        if (this.#lookedAtIn[position] === this.#serial) continue;
        this.#lookedAtIn[position] = this.#serial;
        if (this.#isPossible(position)) found.push(position);
      }
    }
    return found;
  }

  /** Marks all entries that hold, and gives those that queries are looked up by. */
  #entriesIn(document: SearchDocument): readonly Entry[] {
    const entries: Entry[] = [];
    for (const { read, byValue } of this.#fields.values()) {
      for (const value of read(document)) {
        const entry = byValue.get(typeof value === 'string' ? value : String(value));
        if (entry === undefined) continue;
        entry.holdsIn = this.#serial;
        if (entry.queries.length > 0) entries.push(entry);
      }
    }
    return entries;
  }

  #isPossible(position: number): boolean {
    for (const set of this.#others[position] ?? []) {
      if (!set.some((entry) => entry.holdsIn === this.#serial)) return false;
    }
    return true;
  }

  #add(query: Query, position: number, frequency: ReadonlyMap<string, number>): void {
    const cost = (set: readonly Equality[]): number =>
      set.reduce((sum, each) => sum + (frequency.get(nameOf(each)) ?? 0), 0);
    const sets = necessarySets(query, cost)
      .filter((set) => set.length <= MAX_EQUALITIES)
      .toSorted((a, b) => cost(a) - cost(b));
    const [rarest, ...others] = sets.map((set) => set.map((equality) => this.#entryOf(equality)));
    this.#others[position] = others ?? [];
    if (rarest !== undefined) for (const entry of rarest) entry.queries.push(position);
    else if (query.kind !== 'match-none') this.#always.push(position);
  }

  #entryOf({ path, value }: Equality): Entry {
    let field = this.#fields.get(path);
    if (field === undefined) {
      field = { read: compileQuickReader(path), byValue: new Map() };
      this.#fields.set(path, field);
    }
    let entry = field.byValue.get(value);
    if (entry === undefined) {
      entry = { holdsIn: 0, queries: [] };
      field.byValue.set(value, entry);
    }
    return entry;
  }
}

/** How many leaves of all queries ask for an equality: the more do, the less it tells. */
function countEqualities(queries: readonly Query[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const visit = (query: Query): void => {
    if (query.kind === 'and' || query.kind === 'or') query.children.forEach(visit);
    const equality = equalityOf(query);
    if (equality === undefined) return;
    const name = nameOf(equality);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  queries.forEach(visit);
  return counts;
}

/** Sets of which at least one member holds wherever the query matches. Depth is bounded by the parser. */
function necessarySets(
  query: Query,
  cost: (set: readonly Equality[]) => number,
): readonly (readonly Equality[])[] {
  const equality = equalityOf(query);
  if (equality !== undefined) return [[equality]];
  if (query.kind === 'and') return query.children.flatMap((child) => necessarySets(child, cost));
  if (query.kind !== 'or') return [];
  const union: Equality[] = [];
  for (const child of query.children) {
    const [first, ...rest] = necessarySets(child, cost);
    if (first === undefined) return [];
    union.push(...rest.reduce((best, set) => (cost(set) < cost(best) ? set : best), first));
  }
  return [union];
}

function equalityOf(query: Query): Equality | undefined {
  if (query.kind !== 'match' || query.test.kind !== 'equals') return undefined;
  const path = readablePath(query.field);
  return path === undefined ? undefined : { path, value: query.test.value };
}

/** The path under which `compileReader` reads what a leaf on this field compares. */
function readablePath(field: Field): string | undefined {
  switch (field.kind) {
    case 'attribute':
      return `@${field.path}`;
    case 'reserved':
      return field.name;
    case 'tag':
      return field.key;
    default:
      // Free text has words, not values; `tags:` compares whole entries.
      return undefined;
  }
}

function nameOf({ path, value }: Equality): string {
  return `${path.length}:${path}${value}`;
}
