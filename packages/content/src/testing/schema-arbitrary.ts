/** Random data that a schema allows: whatever people may write, and more than they would. */

import fc from 'fast-check';
import { resolveRef, schemaFor, type JsonSchema, type SchemaName } from '../schema/schemas.ts';
import { hasForm, schemaErrors } from '../schema/validator.ts';

/** Files that pass the schema of `name`, with all of its keys some of the time, but without samples and tests. */
export function writtenArbitrary(name: SchemaName): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const { properties, ...schema } = schemaFor(name);
  const { sample: _sample, tests: _tests, ...keys } = properties as Readonly<Record<string, JsonSchema>>;
  return valueOf({ ...schema, properties: keys }, name, 0)
    .map((value) => JSON.parse(JSON.stringify(value)) as Readonly<Record<string, unknown>>)
    .filter((value) => schemaErrors(`${name}.json`, value).length === 0);
}

const MAX_DEPTH = 7;
const MAX_ITEMS = 3;

function valueOf(written: JsonSchema, name: SchemaName, depth: number): fc.Arbitrary<unknown> {
  const base = fileOf(written, name);
  const schema = resolveRef(written, name);
  if (schema['const'] !== undefined) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const branches = alternatives(schema);
  if (branches.length > 0) return fc.oneof(...branches.map((branch) => valueOf(branch, base, depth)));
  if (Array.isArray(schema['prefixItems'])) return tuple(schema, base, depth);
  const type = [schema['type']].flat()[0];
  switch (type) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.integer({ min: count(schema['minimum'], 0), max: count(schema['maximum'], 1_000) });
    case 'number':
      return fc.integer({ min: count(schema['minimum'], -1_000), max: count(schema['maximum'], 1_000) });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return list(schema, base, depth);
    case 'object':
      return map(schema, base, depth);
    default:
      return fc.oneof(
        fc.boolean(),
        fc.integer({ min: 0, max: 99 }),
        fc.constantFrom('text', '{{ Steps.a.b }}', 'a\nb'),
      );
  }
}

/** Alternatives of values; those that only say which keys stand together are left to the filter. */
function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const branches = ['oneOf', 'anyOf'].flatMap(
    (key) => (schema[key] as readonly JsonSchema[] | undefined) ?? [],
  );
  return schema['properties'] === undefined
    ? branches.filter((branch) => Object.keys(branch).length > 0)
    : [];
}

/** Definitions of the shared file refer to each other without naming it. */
function fileOf(schema: JsonSchema, name: SchemaName): SchemaName {
  const ref = String(schema['$ref'] ?? '');
  return ref.startsWith('parts.json') ? ('parts' as SchemaName) : name;
}

function count(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

const PROSE = fc.constantFrom(
  'Text',
  'Two words',
  "It's 5: #1",
  'One.\nTwo.\n',
  'blank  \n\nend',
  '  lead',
  'ünïcödé 😀',
  '',
);

/** Of every form that a pattern of ours asks for, some that YAML finds hard; those that fit are picked. */
const WORDS: readonly string[] = [
  ...`x a-b a_b A1 _a A-b_c no null true ~ 1 007 1e3 0x1F 1.5 - * &a #x it's "q" {{a}} [x !t %d é ÿ😀 a,b a.b x/y-z a:b:c
    env:prod @usr.id @http.client_ip @a -@a.b @slack-x @slack-* created 1h 30s 5m 7d 250ms permanent secret://a_b team-1
    com.datadoghq.core.noop known_bad.false host.example rules/x a:/b 2026-01-01T08:00 2026-01-01T08:00:30`.split(
    /\s+/,
  ),
  'past 1d',
  'live 15m',
  'a.Branch 1',
  '@workflow-x(a="b c")',
];

function textOf(pattern: string): fc.Arbitrary<string> {
  const fitting = WORDS.filter((word) => hasForm(word, { pattern }));
  if (fitting.length === 0) throw new Error(`No word has the form ${pattern}: add one.`);
  return fc.constantFrom(...fitting);
}

function text(schema: JsonSchema): fc.Arbitrary<string> {
  if (schema['format'] === 'date-time') {
    return fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  const max = count(schema['maxLength'], 1_000);
  const examples = (schema['examples'] as readonly string[] | undefined) ?? [];
  const pattern = typeof schema['pattern'] === 'string' ? [textOf(schema['pattern'])] : [PROSE];
  const some = examples.length > 0 ? [fc.constantFrom(...examples)] : [];
  return fc
    .oneof(...pattern, ...some)
    .filter((value) => value.length <= max && value.length >= count(schema['minLength'], 0));
}

function tuple(schema: JsonSchema, name: SchemaName, depth: number): fc.Arbitrary<unknown> {
  const items = (schema['prefixItems'] as readonly JsonSchema[]).map((item) =>
    valueOf(item, name, depth + 1),
  );
  return fc
    .tuple(fc.integer({ min: count(schema['minItems'], 0), max: items.length }), fc.tuple(...items))
    .map(([length, values]) => values.slice(0, length));
}

function list(schema: JsonSchema, name: SchemaName, depth: number): fc.Arbitrary<unknown> {
  const minLength = count(schema['minItems'], 0);
  const maxLength =
    depth > MAX_DEPTH ? minLength : Math.max(minLength, Math.min(count(schema['maxItems'], 9), MAX_ITEMS));
  const item = valueOf((schema['items'] ?? {}) as JsonSchema, name, depth + 1);
  return schema['uniqueItems'] === true
    ? fc.uniqueArray(item, { minLength, maxLength, selector: (value) => JSON.stringify(value) })
    : fc.array(item, { minLength, maxLength });
}

function map(schema: JsonSchema, name: SchemaName, depth: number): fc.Arbitrary<unknown> {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = (schema['required'] ?? []) as readonly string[];
  const keys = Object.keys(properties).filter((key) => depth <= MAX_DEPTH || required.includes(key));
  const record = fc.record(
    Object.fromEntries(keys.map((key) => [key, valueOf(properties[key] ?? {}, name, depth + 1)])),
    { requiredKeys: keys.filter((key) => required.includes(key)) },
  );
  const others = schema['additionalProperties'];
  if (others === undefined || others === false) return record;
  const names = text(resolveRef((schema['propertyNames'] ?? {}) as JsonSchema, name)).filter(
    (key) => !UNSAFE.has(key),
  );
  const more = fc.dictionary(names, valueOf(others === true ? {} : (others as JsonSchema), name, depth + 1), {
    minKeys: count(schema['minProperties'], 0),
    maxKeys: 2,
  });
  return fc.tuple(record, more).map(([known, unknown]) => ({ ...unknown, ...known }));
}

const UNSAFE: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', 'toString', 'valueOf']);
