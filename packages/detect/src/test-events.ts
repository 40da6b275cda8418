/**
 * The events of a content test: fields over the file's sample, repeated on a virtual clock.
 * Source: docs of the written form, `repeat`, `every`, `at`, `{n}`, `{n/k}`, `{n%k}`.
 */

import type { Attributes, DataSource, Event, TestEvents, TestFields } from '@signalwright/model';
import { attributeSegments, withAttribute } from './attribute-path.ts';

/** Start of the virtual clock. Chosen: a fixed moment, so that times in titles are the same in every run. */
export const TEST_START_MS = Date.UTC(2026, 0, 1);
/** Of one test. */
export const MAX_TEST_EVENTS = 100_000;

/** How many events a test has. */
export function countTestEvents(entries: readonly TestEvents[]): number {
  return entries.reduce((sum, entry) => sum + entry.repeat, 0);
}

/** In order of time; events of one instant in the order in which they are written. Each is made when it is asked for. */
export function* expandTestEvents(
  sample: TestFields,
  entries: readonly TestEvents[],
  dataSource: DataSource,
): Generator<Event> {
  const moments = entries.flatMap((entry, index) =>
    Array.from({ length: entry.repeat }, (_, n) => ({
      tsMs: TEST_START_MS + entry.atMs + n * entry.everyMs,
      index,
      n,
    })),
  );
  for (const { tsMs, index, n } of moments.toSorted((a, b) => a.tsMs - b.tsMs)) {
    const numbered = Object.entries({ ...sample, ...entries[index]?.fields }).map(([name, value]) => [
      name,
      withNumber(value, n),
    ]);
    const id = `event-${index + 1}.${n + 1}`;
    yield eventOfFields(Object.fromEntries(numbered) as TestFields, { id, tsMs, dataSource });
  }
}

/**
 * `service`, `env`, `host`, `source` and `message` are the event's own, `tags` whole tags, `@…` attributes,
 * any other name a tag. A value of null takes the field away that the sample gave.
 */
export function eventOfFields(fields: TestFields, stamp: Pick<Event, 'id' | 'tsMs' | 'dataSource'>): Event {
  let attributes: Attributes = {};
  const tags: string[] = [];
  const own: { -readonly [Name in OwnName]?: string } = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined) continue;
    if (isOwnName(name)) own[name] = textOf(value);
    else if (name === 'tags') tags.push(...listOf(value).map(textOf));
    else if (name.startsWith('@'))
      attributes = withAttribute(attributes, attributeSegments(name) ?? [], value);
    else tags.push(...listOf(value).map((item) => `${name}:${textOf(item)}`));
  }
  const { message = '', ...reserved } = own;
  return { ...stamp, ...reserved, tags, attributes, message };
}

const OWN_NAMES = ['service', 'env', 'host', 'source', 'message'] as const;
type OwnName = (typeof OWN_NAMES)[number];

function isOwnName(name: string): name is OwnName {
  return (OWN_NAMES as readonly string[]).includes(name);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `{n}` counts from 0; `{n/3}` and `{n%3}` are whole numbers; division by 0 is left as written. */
function withNumber(value: unknown, n: number): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/\{n(?:([/%])(\d{1,9}))?\}/g, (written, operator, digits) => {
      if (operator === undefined) return String(n);
      const by = Number(digits);
      if (by === 0) return String(written);
      return String(operator === '/' ? Math.floor(n / by) : n % by);
    });
  if (Array.isArray(value)) return value.map((item) => withNumber(item, n));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withNumber(inner, n)]));
}
