import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import {
  CONDITION_OPERATORS,
  DETECTION_METHODS,
  FINDING_TYPES,
  KINDS,
  LEARNING_METHODS,
  MAX_CORRELATED_FIELDS,
  MAX_NEW_VALUE_FIELDS,
  MAX_RULE_CASES,
  MAX_RULE_QUERIES,
  MAX_SEQUENCE_STEPS,
  MAX_WORKFLOW_STEPS,
  NOTIFICATION_RULE_TYPES,
  NOTIFICATION_SEVERITIES,
  NOTIFICATION_SOURCES,
  QUERY_DATA_SOURCES,
  ROUTING_MODES,
  RULE_TYPES,
  SEVERITIES,
  SIGNAL_COLUMNS,
  TRIAGE_STATES,
  VIEW_DISPLAYS,
  isId,
} from '@signalwright/model';
import { expect, test } from 'vitest';
import { newAjv } from './new-ajv.ts';
import { resolveRef, SCHEMA_NAMES, schemaFor, sharedDefinitions, type JsonSchema } from './schemas.ts';
import { schemaErrors } from './validator.ts';

const ALL = [
  ...SCHEMA_NAMES.map((name) => [name, schemaFor(name)] as const),
  ['parts', sharedDefinitions()] as const,
];

test('each schema is valid by the metaschema, and strict', () => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false, strictRequired: false });
  ajvFormats.default(ajv, ['date-time']);
  for (const [, schema] of ALL) expect(ajv.validateSchema(schema)).toBe(true);
  for (const [, schema] of ALL) ajv.addSchema(schema);
  for (const name of SCHEMA_NAMES) expect(ajv.getSchema(`${name}.json`)).toBeDefined();
});

/** Every schema inside a schema, with its place. */
function* walk(node: unknown, path: string): Generator<readonly [path: string, schema: JsonSchema]> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield [path, node as JsonSchema];
  for (const [key, value] of Object.entries(node)) yield* walk(value, `${path}/${key}`);
}

test.each(ALL)(
  '%s: each object says what other keys it takes, each property is described',
  (name, schema) => {
    for (const [path, each] of walk(schema, name)) {
      if (
        each['properties'] === undefined ||
        typeof each['properties'] !== 'object' ||
        each['type'] !== 'object'
      )
        continue;
      expect(each, path).toHaveProperty('additionalProperties');
      for (const [key, property] of Object.entries(each['properties'] as Record<string, JsonSchema>)) {
        const base = name === 'parts' ? 'workflow' : name;
        const resolved = resolveRef(name === 'parts' ? withFile(property) : property, base);
        expect(typeof resolved['description'], `${path}/${key}`).toBe('string');
      }
    }
  },
);

function withFile(schema: JsonSchema): JsonSchema {
  const ref = schema['$ref'];
  return typeof ref === 'string' && ref.startsWith('#') ? { ...schema, $ref: `parts.json${ref}` } : schema;
}

function at(schema: JsonSchema, pointer: string): unknown {
  return pointer
    .split('/')
    .reduce<unknown>((value, step) => (value as JsonSchema | undefined)?.[step], schema);
}

test('lists of the model and of the schemas are the same', () => {
  const rule = schemaFor('detection-rule');
  expect(at(rule, 'properties/type/enum')).toEqual(RULE_TYPES);
  expect(at(rule, '$defs/query/properties/dataSource/enum')).toEqual(QUERY_DATA_SOURCES);
  expect(at(rule, '$defs/query/properties/new_value/maxItems')).toBe(MAX_NEW_VALUE_FIELDS);
  expect(at(rule, '$defs/query/properties/correlatedByFields/maxItems')).toBe(MAX_CORRELATED_FIELDS);
  expect(at(rule, '$defs/newValue/properties/learningMethod/enum')).toEqual(LEARNING_METHODS);
  expect(at(rule, '$defs/sequenceDetection/properties/steps/maxItems')).toBe(MAX_SEQUENCE_STEPS);
  const methods = DETECTION_METHODS.filter((method) => method !== 'threshold');
  expect(Object.keys(at(rule, 'properties') as object)).toEqual(expect.arrayContaining(methods));
  expect(at(rule, 'properties/queries/maxItems')).toBe(MAX_RULE_QUERIES);
  expect(at(rule, 'properties/cases/maxItems')).toBe(MAX_RULE_CASES);
  expect(at(sharedDefinitions(), '$defs/severity/enum')).toEqual(SEVERITIES);
  expect(at(sharedDefinitions(), '$defs/triageState/enum')).toEqual(TRIAGE_STATES);
  expect(at(schemaFor('workflow'), '$defs/operator/enum')).toEqual(CONDITION_OPERATORS);
  expect(at(schemaFor('workflow'), 'properties/steps/maxItems')).toBe(MAX_WORKFLOW_STEPS);
  expect(at(schemaFor('saved-view'), 'properties/columns/default')).toEqual(SIGNAL_COLUMNS);
  const told = schemaFor('notification-rule');
  expect(at(told, 'properties/selectors/properties/source/enum')).toEqual(NOTIFICATION_SOURCES);
  expect(at(told, 'properties/selectors/properties/ruleTypes/items/enum')).toEqual(NOTIFICATION_RULE_TYPES);
  expect(new Set(at(told, '$defs/severity/enum') as string[])).toEqual(new Set(NOTIFICATION_SEVERITIES));
  expect(at(told, '$defs/testFinding/properties/type/enum')).toEqual(FINDING_TYPES);
  expect(at(told, 'properties/routing/properties/mode/enum')).toEqual(ROUTING_MODES);
  expect(at(schemaFor('saved-view'), 'properties/analytics/properties/show/enum')).toEqual(VIEW_DISPLAYS);
  for (const kind of KINDS) expect(at(schemaFor(kind), 'properties/kind/const')).toBe(kind);
});

const IDS = [
  'a',
  'ab',
  'a-b',
  '-a',
  'a-',
  'A',
  'a_b',
  '',
  'a'.repeat(64),
  'a'.repeat(65),
  'a\n',
  'é',
  'a--b',
  '0',
];

test.each(IDS)('the id %j is judged as the model judges it', (id) => {
  expect(schemaErrors('parts.json#/$defs/id', id).length === 0).toBe(isId(id));
});

test('patterns run in linear time', () => {
  const validate = newAjv({ strict: false }).compile({ type: 'string', pattern: '^(a+)+$' });
  const startedMs = performance.now();
  expect(validate(`${'a'.repeat(5_000)}!`)).toBe(false);
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

/** Patterns are compiled when a value meets them, which in a release must not be the first time. */
test('each pattern of a schema is one that the engine takes', () => {
  const patterns: string[] = [];
  JSON.stringify([sharedDefinitions(), ...SCHEMA_NAMES.map(schemaFor)], (key, value: unknown) => {
    if (key === 'pattern' && typeof value === 'string') patterns.push(value);
    return value;
  });
  expect(patterns.length).toBeGreaterThan(20);
  for (const pattern of new Set(patterns)) {
    expect(() => schemaWith(pattern)('a'), pattern).not.toThrow();
  }
  expect(() => schemaWith('(?=a)')('a')).toThrow();
});

function schemaWith(pattern: string): (data: unknown) => unknown {
  return newAjv({ strict: false }).compile({ type: 'string', pattern });
}

test('each pattern has an engine of its own', () => {
  const validate = newAjv({ strict: false }).compile({
    properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' } },
  });
  expect(validate({ a: 'a', b: 'b' })).toBe(true);
  expect(validate({ a: 'a', b: 'a' })).toBe(false);
});
