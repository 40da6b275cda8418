/**
 * What to look at next for a signal: queries for the logs of whom it names. Source: example of the specification
 * (`w00-t10-992`); what the queries are about is chosen, see decision 0395.
 */

import { createHash } from 'node:crypto';

import type { Signal } from '@signalwright/model';
import { allOf, anyOf, leaf, parseQuery, printQuery, type Query } from '@signalwright/query';

import { newShortId } from './remote-id.ts';

export interface InvestigationQuery {
  /** The same for the same rule and attribute. */
  readonly id: string;
  readonly name: string;
  readonly filter: string;
  /** Attribute to the values that the signal has of it. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
}

/** Chosen: values of one attribute in a query that a person is to read. */
const MAX_VALUES = 10;
/** Chosen: rules group by a few attributes, and entities stand under as many. */
const MAX_QUERIES = 20;

/** One for the whole group where it has several attributes, then one for each attribute. */
export function investigationQueries(signal: Signal): readonly InvestigationQuery[] {
  const byPath = new Map(Object.entries(signal.group).map(([path, value]) => [path, [value]]));
  const group = new Map(byPath);
  for (const { path, value } of signal.entities) {
    const values = byPath.get(path) ?? [];
    if (!values.includes(value) && values.length < MAX_VALUES) byPath.set(path, [...values, value]);
  }
  const single = [...byPath].map((entry): Asked => ({
    about: `the same ${entry[0]}`,
    paths: new Map([entry]),
  }));
  const whole: Asked[] = group.size > 1 ? [{ about: 'the same group', paths: group }] : [];
  return [...whole, ...single].slice(0, MAX_QUERIES).flatMap((asked) => queryOf(signal, asked));
}

interface Asked {
  readonly about: string;
  readonly paths: ReadonlyMap<string, readonly string[]>;
}

function queryOf({ rule }: Signal, { about, paths }: Asked): readonly InvestigationQuery[] {
  const parts = [...paths].map(([path, values]) => anyValueOf(path, values));
  const written = parts.filter((part) => part !== undefined);
  if (written.length < parts.length) return [];
  const digest = createHash('sha256').update(`${rule.id}\n${about}`).digest();
  return [
    {
      id: newShortId((bytes) => digest.subarray(0, bytes)),
      name: `Events with ${about}`,
      filter: printQuery(allOf(written)),
      variables: Object.fromEntries(paths),
    },
  ];
}

/** Values come from events: they go in as data, so that none of them is read as a query. */
function anyValueOf(path: string, values: readonly string[]): Query | undefined {
  const parsed = parseQuery(`${path}:x`);
  if (!parsed.ok || parsed.query.kind !== 'match') return undefined;
  const { field, test } = parsed.query;
  return anyOf(
    values.map((value) => leaf(field, { kind: 'equals', value, start: test.start, end: test.end })),
  );
}
