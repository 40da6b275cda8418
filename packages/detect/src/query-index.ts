/**
 * Which queries may match a document, without running each of them. For each query one necessary set of
 * `field:value` equalities is kept ("at least one of these holds"), the rarest that its structure gives;
 * a document is looked up by its own values. Queries without one are candidates for every document.
 * Sound: a query that is left out does not match.
 */

import type { SearchDocument } from '@signalwright/model';
import type { Field, Query } from '@signalwright/query';
import { compileQuickReader, type Reader } from './quick-reader.ts';

/** A query with more alternatives than this is tried on every document. */
const MAX_EQUALITIES = 256;

interface Equality {
  readonly path: string;
  readonly value: string;
}

interface FieldIndex {
  readonly read: Reader;
  readonly byValue: Map<string, number[]>;
}

export class QueryIndex {
  readonly #fields: readonly FieldIndex[];
  readonly #always: readonly number[];
  /** Serial of the lookup that last gave a query, so that each is given once. */
  readonly #givenIn: Uint32Array;
  #serial = 0;

  constructor(queries: readonly Query[]) {
    const frequency = countEqualities(queries);
    const fields = new Map<string, FieldIndex>();
    const always: number[] = [];
    queries.forEach((query, position) => {
      if (query.kind === 'match-none') return;
      const equalities = necessaryEqualities(query, frequency);
      if (equalities === undefined || equalities.length > MAX_EQUALITIES) always.push(position);
      else for (const equality of equalities) addEquality(fields, equality, position);
    });
    this.#fields = [...fields.values()];
    this.#always = always;
    this.#givenIn = new Uint32Array(queries.length);
  }

  /** Queries that no equality narrows down. */
  get alwaysCount(): number {
    return this.#always.length;
  }

  /** Positions of the queries that may match, each once, in no particular order. */
  candidates(document: SearchDocument): readonly number[] {
    const found = this.#always.slice();
    this.#serial = (this.#serial + 1) >>> 0;
    if (this.#serial === 0) {
      this.#givenIn.fill(0);
      this.#serial = 1;
    }
    for (const { read, byValue } of this.#fields) {
      for (const value of read(document)) {
        const positions = byValue.get(typeof value === 'string' ? value : String(value));
        if (positions !== undefined) this.#give(positions, found);
      }
    }
    return found;
  }

  #give(positions: readonly number[], found: number[]): void {
    for (const position of positions) {
      if (this.#givenIn[position] === this.#serial) continue;
      this.#givenIn[position] = this.#serial;
      found.push(position);
    }
  }
}

function addEquality(fields: Map<string, FieldIndex>, { path, value }: Equality, position: number): void {
  let field = fields.get(path);
  if (field === undefined) {
    field = { read: compileQuickReader(path), byValue: new Map() };
    fields.set(path, field);
  }
  const positions = field.byValue.get(value);
  if (positions === undefined) field.byValue.set(value, [position]);
  else positions.push(position);
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

/** Depth is bounded by the parser. */
function necessaryEqualities(
  query: Query,
  frequency: ReadonlyMap<string, number>,
): readonly Equality[] | undefined {
  const equality = equalityOf(query);
  if (equality !== undefined) return [equality];
  if (query.kind === 'or') {
    const parts = query.children.map((child) => necessaryEqualities(child, frequency));
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
  }
  if (query.kind !== 'and') return undefined;
  let best: readonly Equality[] | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const child of query.children) {
    const candidate = necessaryEqualities(child, frequency);
    if (candidate === undefined) continue;
    const cost = candidate.reduce((sum, each) => sum + (frequency.get(nameOf(each)) ?? 0), 0);
    if (cost >= bestCost) continue;
    best = candidate;
    bestCost = cost;
  }
  return best;
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
