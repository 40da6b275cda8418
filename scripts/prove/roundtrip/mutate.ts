/** Real payloads as a newer API, or a careless person, would have them: fields, values and texts that nobody expects. */

import type { SeededRandom } from '../../harness/seeded-random.ts';
import type { JsonObject, RealObject } from './real-objects.ts';

type Path = readonly (string | number)[];
type Mutation = (value: unknown, random: SeededRandom) => unknown;

const ODD_TEXTS = [
  'trailing blanks  \nand a tab\t\n',
  ' leading blank',
  'no line end at the end\n\n\n',
  'CRLF\r\nline',
  'zero\u200bwidth, soft\u00adhyphen, \u202eturned\u202c, NEL\u0085, bell\u0007',
  'שלום \u200f العربية 日本語 ñ 😀 👩‍👩‍👧 e\u0301',
  'it\'s "quoted" #not a comment: - [x] {y} %z @a &b *c !d |e >f',
  '{{#is_match "a"}} unclosed and {{ odd',
  '---\n...\n',
  '\n\n  \n',
  'yes',
  '0x1F',
  '2026-01-01',
  '~',
];

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e-7,
  '',
  [],
  {},
  [null],
  { a: { b: [1, { c: null }] } },
  [[1, 2], ['x']],
  { 'key with blanks': 1, 'a.b': 2, '"quoted"': 3, '-minus': 4, ÿ: 5, '': 6 },
];

const MUTATIONS: readonly Mutation[] = [
  // A field that this version does not know.
  (value, random) =>
    isObject(value) ? { ...value, [pick(ODD_NAMES, random)]: pick(ODD_VALUES, random) } : undefined,
  // A value that no list of allowed ones has.
  (value) => (typeof value === 'string' && /^[a-z_]{3,30}$/.test(value) ? `${value}_of_tomorrow` : undefined),
  // A text that YAML finds hard.
  (value, random) => (typeof value === 'string' ? pick(ODD_TEXTS, random) : undefined),
  (value, random) =>
    typeof value === 'string' && value !== '' ? `${value}${pick(ODD_TEXTS, random)}` : undefined,
  // An odd number, or one where there was another.
  (value, random) => (typeof value === 'number' ? pick([0, -1, 7, 61, 1.5, 2 ** 53 - 1], random) : undefined),
  (value) => (typeof value === 'boolean' ? !value : undefined),
  // A list that is longer, shorter or turned around.
  (value, random) =>
    Array.isArray(value) && value.length > 0
      ? pick([[...value, value[0]], value.slice(1), value.toReversed(), []], random)
      : undefined,
];

const ODD_NAMES = [
  'newThing',
  'snake_case_thing',
  'with.dot',
  'with blank',
  'x-y',
  'é',
  'toString',
  'length',
];

/** Where a null may stand, and what may be missing: not the name, by which an object is known. */
const KEPT = new Set(['name', 'type', 'attributes', 'data', 'id', 'spec', 'options', 'selectors']);

/** @returns the object with one to four changes somewhere below its fields, and what they were */
export function mutate(
  object: RealObject,
  random: SeededRandom,
): { readonly object: RealObject; readonly changes: readonly string[] } {
  let { payload } = object;
  const changes: string[] = [];
  const wanted = 1 + random.below(4);
  for (let tries = 0; changes.length < wanted && tries < 50; tries += 1) {
    const paths = pathsOf(fieldsOf(payload), []);
    const path = pick(paths, random);
    const old = valueAt(fieldsOf(payload), path);
    const put = changeOf(old, path, random);
    if (put === undefined) continue;
    payload = withFields(payload, set(fieldsOf(payload), path, put.value) as JsonObject);
    changes.push(`${path.join('.') || 'payload'}: ${put.what}`);
  }
  return { object: { ...object, payload }, changes };
}

function changeOf(
  old: unknown,
  path: Path,
  random: SeededRandom,
): { readonly value: unknown; readonly what: string } | undefined {
  const key = path.at(-1);
  const isKept = typeof key === 'string' && KEPT.has(key) && path.length < 2;
  const choice = random.below(MUTATIONS.length + 2);
  if (choice >= MUTATIONS.length) {
    if (isKept || path.length === 0 || typeof key !== 'string') return undefined;
    return choice === MUTATIONS.length ? { value: null, what: 'null' } : { value: REMOVED, what: 'missing' };
  }
  // A name that is blank, too long or in another script is none of ours to invent.
  if (key === 'name' && path.length === 1) return undefined;
  const value = MUTATIONS[choice]?.(old, random);
  return value === undefined ? undefined : { value, what: JSON.stringify(value).slice(0, 60) };
}

const REMOVED = Symbol('removed');

function fieldsOf(payload: JsonObject): JsonObject {
  const data = (payload['data'] ?? payload) as JsonObject;
  return (data['attributes'] ?? data) as JsonObject;
}

function withFields(payload: JsonObject, fields: JsonObject): JsonObject {
  if (isObject(payload['data'])) return { ...payload, data: withFields(payload['data'], fields) };
  return isObject(payload['attributes']) ? { ...payload, attributes: fields } : fields;
}

function pathsOf(value: unknown, above: Path): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [above];
  const inner = Object.entries(value).flatMap(([key, each]) =>
    pathsOf(each, [...above, Array.isArray(value) ? Number(key) : key]),
  );
  return [above, ...inner];
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) => (inner as Readonly<Record<string | number, unknown>>)[step],
    value,
  );
}

function set(value: unknown, path: Path, put: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return put;
  if (Array.isArray(value)) return value.with(Number(step), set(value[Number(step)], rest, put));
  const { [step]: old, ...others } = value as JsonObject;
  const inner = set(old, rest, put);
  return inner === REMOVED ? others : { ...(value as JsonObject), [step]: inner };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function pick<T>(from: readonly T[], random: SeededRandom): T {
  const found = from[random.below(from.length)];
  if (found === undefined) throw new Error('There is nothing to pick from.');
  return found;
}
