import { FORMAT_VERSION } from '../format/format-version.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS } from '@signalwright/model';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { asWritten, decode } from '../decode/decode.ts';
import { decodeRule } from '../decode/detection-rule.ts';
import { decodeTunedRule } from '../decode/tuned-rule.ts';
import { decodeProjectConfig } from '../decode/project-config.ts';
import { FOLDERS } from '../folders.ts';
import { readYaml } from '../parse/read-yaml.ts';
import { sourceText } from '../source-text.ts';
import { editorSchema, publishedSchema } from './publish.ts';
import { SCHEMA_NAMES, type JsonSchema, type SchemaName } from './schemas.ts';
import type { WrittenConfig, WrittenRule, WrittenTunedRule } from './written.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** As another tool would use it: the file alone, its own pattern engine, its metaschema. */
const validators = new Map<SchemaName, ValidateFunction>();

function validatorOf(name: SchemaName): ValidateFunction {
  const known = validators.get(name);
  if (known !== undefined) return known;
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  ajvFormats.default(ajv);
  const schema = JSON.parse(readFileSync(join(ROOT, 'schemas', `${name}.json`), 'utf8')) as object;
  const made = ajv.compile(schema);
  validators.set(name, made);
  return made;
}

function contentFiles(): readonly (readonly [file: string, name: SchemaName])[] {
  const files = KINDS.flatMap((kind) =>
    readdirSync(join(ROOT, FOLDERS[kind]), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => [`${FOLDERS[kind]}/${file}`, kind] as const),
  );
  return [...files, ['signalwright.yaml', 'signalwright']];
}

test.each(contentFiles())('%s is valid by the published schema alone', (file, name) => {
  const validate = validatorOf(name);
  validate(parse(readFileSync(join(ROOT, file), 'utf8')));
  expect(validate.errors ?? []).toEqual([]);
});

test.each(SCHEMA_NAMES)('%s: what is wrong is refused', (name) => {
  const validate = validatorOf(name);
  expect(validate({})).toBe(false);
  expect(validate({ ...(BASES[name] as object), surprise: true })).toBe(false);
});

test('the schema of the folder of detection rules takes both forms', () => {
  const validate = validatorOf('detection-rule');
  expect(validate(BASES['default-rule'])).toBe(true);
  expect(validate({ ...(BASES['default-rule'] as object), queries: [{ query: 'a:b' }] })).toBe(false);
  expect(validate({ ...(BASES['detection-rule'] as object), queryExtension: 'a:b' })).toBe(false);
});

test.each(SCHEMA_NAMES)('%s stands alone: every reference is in the file', (name) => {
  const schema = editorSchema(name);
  const definitions = Object.keys(schema['$defs'] as object);
  const references = [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]*)"/g)].map(([, ref = '']) => ref);
  for (const ref of references) expect(definitions).toContain(ref.replace(/^#\/\$defs\//, ''));
  expect(schema['$id']).toBe(`signalwright/v${FORMAT_VERSION}/${name}.json`);
});

/** Least content of each kind, with one of everything that has defaults inside. */
const BASES: Readonly<Record<SchemaName, unknown>> = {
  'default-rule': {
    kind: 'detection-rule',
    id: 'a',
    default: 'def-000-1e8',
    tests: [{ name: 't', event: { service: 'a' }, matches: ['a'] }],
  },
  'detection-rule': {
    kind: 'detection-rule',
    id: 'a',
    name: 'A',
    type: 'application_security',
    queries: [{ query: 'service:a' }],
    cases: [{ condition: 'a > 1', severity: 'low' }],
    tests: [{ name: 't', events: [{ service: 'a' }], signals: [] }],
  },
  'notification-rule': {
    kind: 'notification-rule',
    id: 'a',
    name: 'A',
    selectors: {},
    targets: ['@slack-a', { workflow: 'b' }],
    tests: [{ name: 't', signal: {}, targets: [] }],
  },
  suppression: {
    kind: 'suppression',
    id: 'a',
    name: 'A',
    reason: 'Because.',
    rules: ['a'],
    expires: '2027-01-01T00:00:00Z',
    suppressSignals: 'service:a',
    tests: [{ name: 't', at: '2026-01-01T00:00:00Z', signal: {}, hidden: true }],
  },
  'saved-view': {
    kind: 'saved-view',
    id: 'a',
    name: 'A',
    query: 'service:a',
    analytics: { compute: 'count', groupBy: ['service'] },
    tests: [{ name: 't', signal: {}, shown: true }],
  },
  workflow: {
    kind: 'workflow',
    id: 'a',
    name: 'A',
    triggers: { security: {} },
    inputs: { days: { type: 'number' } },
    steps: [{ id: 'one', action: 'signalwright.signal.comment' }],
    tests: [{ name: 't' }],
  },
  signalwright: { stack: 'a', environments: { local: { target: 'embedded' } }, allow: {} },
};

function normalForm(name: SchemaName, data: unknown): unknown {
  const source = sourceText('x.yaml', JSON.stringify(data));
  const parsed = readYaml(source);
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message);
  if (name === 'signalwright') return decodeProjectConfig(parsed.data as unknown as WrittenConfig);
  const { origin } = parsed;
  const object =
    name === 'default-rule'
      ? decodeTunedRule(
          parsed.data as unknown as WrittenTunedRule,
          decodeRule(BASES['detection-rule'] as WrittenRule),
          origin,
        )
      : decode(asWritten(name, parsed.data), origin);
  return JSON.parse(JSON.stringify(object));
}

/** The value with one default written out, for each default of its schema that it leaves out. */
function* withDefaults(
  value: unknown,
  written: JsonSchema,
  root: JsonSchema,
): Generator<readonly [path: string, value: unknown]> {
  const schema = followed(written, root);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const [path, changed] of withDefaults(item, schema['items'] as JsonSchema, root))
        yield [`[${index}]${path}`, value.with(index, changed)];
    }
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const forms = ((schema['oneOf'] ?? []) as readonly JsonSchema[]).filter((form) => '$ref' in form);
  for (const form of forms) yield* withDefaults(value, form, root);
  const map = value as Readonly<Record<string, unknown>>;
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const isForm = Object.keys(map).every(
    (key) => key in properties || schema['additionalProperties'] !== false,
  );
  if (!isForm) return;
  for (const [key, property] of Object.entries(properties)) {
    const fallback = followed(property, root)['default'];
    if (map[key] === undefined && fallback !== undefined) yield [`.${key}`, { ...map, [key]: fallback }];
    if (map[key] === undefined) continue;
    for (const [path, changed] of withDefaults(map[key], property, root))
      yield [`.${key}${path}`, { ...map, [key]: changed }];
  }
}

function followed(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const { $ref: ref, ...besides } = schema;
  if (typeof ref !== 'string') return schema;
  const target = (root['$defs'] as Readonly<Record<string, JsonSchema>>)[ref.replace('#/$defs/', '')] ?? {};
  return followed({ ...target, ...besides }, root);
}

/** The signal of a test stays as written; what it leaves out is filled from its rule when the test is played. */
const FILLED_LATER = /\.(?:signal|sample)\.\w+$/;

const DEFAULTS = SCHEMA_NAMES.flatMap((name) => {
  const schema = publishedSchema(name);
  return [...withDefaults(BASES[name], schema, schema)]
    .filter(([path]) => !FILLED_LATER.test(path))
    .map(([path, value]) => [name, path, value] as const);
});

test('defaults are found at every depth', () => {
  const paths = DEFAULTS.map(([name, path]) => `${name}${path}`);
  expect(paths).toEqual(
    expect.arrayContaining([
      'detection-rule.keepAlive',
      'detection-rule.cases[0].actions',
      'workflow.tests[0].inputs',
    ]),
  );
  expect(paths.length).toBeGreaterThan(25);
});

test.each(DEFAULTS)('%s%s: the default that the schema states is the one that holds', (name, _, value) => {
  const validate = validatorOf(name);
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
  expect(normalForm(name, value)).toEqual(normalForm(name, BASES[name]));
});

/** Every property of a published schema, with its definition. */
function* properties(
  node: unknown,
  path: string,
  root: JsonSchema,
): Generator<readonly [string, JsonSchema]> {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties' && !path.endsWith('/properties')) {
      for (const [name, property] of Object.entries(value as Record<string, JsonSchema>))
        yield [`${path}/${name}`, followed(property, root)];
    }
    yield* properties(value, `${path}/${key}`, root);
  }
}

const PROPERTIES = SCHEMA_NAMES.flatMap((name) => {
  const schema = publishedSchema(name);
  return [...properties(schema, name, schema)];
});
const UNIT_WORDS: Readonly<Record<string, RegExp>> = {
  ms: /\bms\b/,
  s: /\bs\b/,
  m: /\bm\b/,
  h: /\bh\b/,
  d: /\bd\b/,
};

test.each(PROPERTIES)('%s is described, and a time says its unit', (path, property) => {
  expect(property['description'], `${path} has no description`).toMatch(/\S.*[.…]$/);
  const pattern = typeof property['pattern'] === 'string' ? property['pattern'] : '';
  const units = /\[0-9\]\{[^}]*\}\(([a-z|]+)\)/.exec(pattern)?.[1]?.split('|') ?? [];
  // A key may replace the description of a duration, never its unit: that stands in its title or examples.
  const said = [property['description'], property['title'], property['examples']].map(String).join(' ');
  if (units.length > 0 && !String(property['title']).startsWith('Duration')) {
    for (const unit of units) expect(said).toMatch(UNIT_WORDS[unit] ?? /^$/);
  }
  const isNumber = property['type'] === 'integer' || property['type'] === 'number';
  if (isNumber && /window|duration|timeout|delay|age$|interval|lag/i.test(path.split('/').at(-1) ?? '')) {
    expect(said, `${path} does not say its unit`).toMatch(/millisecond|second|minute|hour|day/);
  }
});
