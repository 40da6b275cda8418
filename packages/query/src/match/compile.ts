/**
 * Query to predicate: one closure a node, built once and run on many documents. No expression is made from
 * data, a leaf costs time linear in the values it looks at, and nothing is written to the document.
 */

import type { Bound, Field, Match, OpenEnd, Query, Test } from '../ast.ts';
import { blockHolds, parseAddress, parseBlock } from '../address.ts';
import { parseNumber } from '../number.ts';
import { fieldName } from '../same.ts';
import { unreachable } from '../unreachable.ts';
import {
  attributeTexts,
  hasPath,
  searchPath,
  searchReserved,
  searchTag,
  textOf,
  type QueryDocument,
  type Scalar,
  type ValueSearch,
} from './document.ts';
import { compilePattern, compileWordPattern, type TextCheck } from './pattern.ts';
import { wordForm } from './words.ts';

export type Matcher = (document: QueryDocument) => boolean;

/** The predicate of a query. Pure: the same document always gives the same answer. */
export function compileMatcher(query: Query): Matcher {
  const check = compileNode(query);
  return (document) => check(new Subject(document));
}

export function matchesQuery(query: Query, document: QueryDocument): boolean {
  return compileMatcher(query)(document);
}

type Check = (subject: Subject) => boolean;

/** One document under one query: the word forms are made once, and only if a leaf asks. */
class Subject {
  readonly document: QueryDocument;
  #message: string | undefined;
  #everything: readonly string[] | undefined;

  constructor(document: QueryDocument) {
    this.document = document;
  }

  get message(): string {
    return (this.#message ??= wordForm(this.document.message));
  }

  get everything(): readonly string[] {
    return (this.#everything ??= [this.message, ...attributeTexts(this.document.attributes).map(wordForm)]);
  }
}

function compileNode(query: Query): Check {
  switch (query.kind) {
    case 'match-all':
      return () => true;
    case 'match-none':
      return () => false;
    case 'not': {
      const child = compileNode(query.child);
      return (subject) => !child(subject);
    }
    case 'and': {
      const children = query.children.map(compileNode);
      return (subject) => children.every((child) => child(subject));
    }
    case 'or': {
      const children = compileAlternatives(query.children);
      return (subject) => children.some((child) => child(subject));
    }
    case 'match':
      return compileLeaf(query);
    default:
      return unreachable(query);
  }
}

/** Equalities on one field become one look into a set: generated lists have hundreds of them. */
function compileAlternatives(children: readonly Query[]): readonly Check[] {
  const checks: Check[] = [];
  const sets = new Map<string, { field: Field; values: Set<string> }>();
  for (const child of children) {
    if (child.kind !== 'match' || child.test.kind !== 'equals' || searchOf(child.field) === undefined) {
      checks.push(compileNode(child));
      continue;
    }
    const name = fieldName(child.field);
    const known = sets.get(name);
    if (known === undefined) sets.set(name, { field: child.field, values: new Set([child.test.value]) });
    else known.values.add(child.test.value);
  }
  for (const { field, values } of sets.values()) {
    checks.push(anyValue(searchOf(field) as ValueSearch, (value) => values.has(textOf(value))));
  }
  return checks;
}

function compileLeaf({ field, test }: Match): Check {
  switch (field.kind) {
    case 'message':
      return compileMessage(test);
    case 'everything': {
      const check = wordCheck(test);
      return (subject) => subject.everything.some(check);
    }
    case 'tags':
      return compileTags(test);
    case 'calculated':
      // Calculated at query time by the search itself; no document carries one.
      return () => false;
    case 'attribute':
    case 'reserved':
    case 'tag':
      return test.kind === 'exists'
        ? presence(field)
        : anyValue(searchOf(field) as ValueSearch, valueCheck(test));
    default:
      return unreachable(field);
  }
}

function searchOf(field: Field): ValueSearch | undefined {
  switch (field.kind) {
    case 'attribute':
      return searchPath(field.path);
    case 'reserved':
      return searchReserved(field.name);
    case 'tag':
      return searchTag(field.key);
    default:
      return undefined;
  }
}

function anyValue(search: ValueSearch, passes: (value: Scalar) => boolean): Check {
  return (subject) => search(subject.document, passes);
}

function presence(field: Field & { kind: 'attribute' | 'reserved' | 'tag' }): Check {
  if (field.kind === 'attribute') {
    const has = hasPath(field.path);
    return (subject) => has(subject.document);
  }
  // A bare tag `team` counts as the presence of `team`.
  const key = field.kind === 'tag' ? field.key : field.name;
  const search = field.kind === 'tag' ? searchTag(key) : searchReserved(key);
  return ({ document }) => search(document, () => true) || document.tags.includes(key);
}

function compileMessage(test: Test): Check {
  if (test.kind === 'exists') return (subject) => subject.document.message !== '';
  const check = wordCheck(test);
  return (subject) => check(subject.message);
}

function compileTags(test: Test): Check {
  if (test.kind === 'exists') return ({ document }) => document.tags.length > 0;
  const passes = valueCheck(test);
  return ({ document }) => document.tags.some(passes);
}

/** Free text on a word form. Comparisons are refused by the parser, and hold of no text. */
function wordCheck(test: Test): TextCheck {
  if (test.kind === 'pattern') return compileWordPattern(test.parts);
  if (test.kind !== 'equals') return () => false;
  const words = wordForm(test.value);
  return words === ' ' ? () => false : (form) => form.includes(words);
}

/** What a test asks of one value, for every field but free text. */
export function valueCheck(test: Test): (value: Scalar) => boolean {
  switch (test.kind) {
    case 'exists':
      return () => true;
    case 'equals':
      return (value) => textOf(value) === test.value;
    case 'pattern': {
      const check = compilePattern(test.parts);
      return (value) => check(textOf(value));
    }
    case 'compare':
      switch (test.operator) {
        case '>':
          return within(test.bound, { kind: 'open' }, false);
        case '>=':
          return within(test.bound, { kind: 'open' }, true);
        case '<':
          return within({ kind: 'open' }, test.bound, false);
        case '<=':
          return within({ kind: 'open' }, test.bound, true);
        default:
          return unreachable(test.operator);
      }
    case 'range':
      return within(test.lower, test.upper, test.inclusive);
    case 'cidr': {
      const blocks = test.blocks.map(parseBlock).filter((block) => block !== undefined);
      return (value) => {
        const address = typeof value === 'string' ? parseAddress(value) : undefined;
        return address !== undefined && blocks.some((block) => blockHolds(block, address));
      };
    }
    default:
      return unreachable(test);
  }
}

/** A number, or a text that spells one, against number bounds; text against text bounds; else false. */
function within(
  lower: Bound | OpenEnd,
  upper: Bound | OpenEnd,
  inclusive: boolean,
): (value: Scalar) => boolean {
  if (lower.kind === 'text' || upper.kind === 'text') {
    const low = lower.kind === 'text' ? lower.value : undefined;
    const high = upper.kind === 'text' ? upper.value : undefined;
    return (value) => {
      const text = textOf(value);
      return (
        (low === undefined || text > low || (inclusive && text === low)) &&
        (high === undefined || text < high || (inclusive && text === high))
      );
    };
  }
  const low = lower.kind === 'number' ? lower.value : Number.NEGATIVE_INFINITY;
  const high = upper.kind === 'number' ? upper.value : Number.POSITIVE_INFINITY;
  return (value) => {
    const number = numberOf(value);
    if (number === undefined) return false;
    return inclusive ? number >= low && number <= high : number > low && number < high;
  };
}

function numberOf(value: Scalar): number | undefined {
  if (typeof value === 'string') return parseNumber(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
