/** What a schema allows, in words: `list of attribute`, `duration`, `1 to 100`. */

import type { JsonSchema } from '@signalwright/content';

const MAX_REFS = 8;

/** The definition behind local references; what stands beside `$ref` is laid over it. Equal definitions stay one object. */
export function followRef(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let current = schema;
  for (let steps = 0; typeof current['$ref'] === 'string' && steps < MAX_REFS; steps += 1) {
    const name = current['$ref'].replace('#/$defs/', '');
    const target = (root['$defs'] as Readonly<Record<string, JsonSchema>>)[name];
    if (target === undefined) throw new Error(`nothing is defined at ${current['$ref']}`);
    const { $ref: _, ...besides } = current;
    current = Object.keys(besides).length === 0 ? target : laidOver(target, besides);
  }
  return current;
}

/** One object for one pair, so that a definition with another description is still the same map. */
function laidOver(target: JsonSchema, besides: JsonSchema): JsonSchema {
  return target['properties'] === undefined ? { ...target, ...besides } : target;
}

/** What a list or a map with free keys holds. */
export function collectionOf(
  schema: JsonSchema,
): { readonly kind: 'list' | 'map'; readonly of: JsonSchema } | undefined {
  const { items, additionalProperties } = schema;
  if (typeof items === 'object' && items !== null) return { kind: 'list', of: items as JsonSchema };
  if (typeof additionalProperties === 'object' && additionalProperties !== null) {
    return { kind: 'map', of: additionalProperties as JsonSchema };
  }
  return undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  array: 'list',
  object: 'map',
};

export function wordsOf(written: JsonSchema, root: JsonSchema): string {
  const schema = followRef(written, root);
  if (schema['const'] !== undefined) return `\`${String(schema['const'])}\``;
  if (Array.isArray(schema['enum'])) return schema['enum'].map((each) => `\`${String(each)}\``).join(', ');
  const forms = (schema['oneOf'] ?? schema['anyOf']) as readonly JsonSchema[] | undefined;
  if (schema['type'] === undefined && forms !== undefined) {
    return [...new Set(forms.map((form) => wordsOf(form, root)))].join(' or ');
  }
  const inner = collectionOf(schema);
  if (inner !== undefined && schema['properties'] === undefined) {
    return `${inner.kind} of ${wordsOf(inner.of, root)}`;
  }
  const types = [schema['type']].flat().map((type) => TYPES[String(type)] ?? String(type));
  const title = typeof schema['title'] === 'string' ? schema['title'].toLowerCase() : undefined;
  // The name of a text says more than that it is one; its unit stands in its pattern.
  if (schema['type'] === 'string' && title !== undefined) return `${title}${unitsOf(schema)}`;
  return types.join(', ');
}

/** ` (ms, s, m, h, d)` of a text that is a number with a unit. */
function unitsOf(schema: JsonSchema): string {
  const units = /\[0-9\][^(]*\(((?:ms|s|m|h|d)(?:\|(?:ms|s|m|h|d))*)\)/.exec(
    String(schema['pattern'] ?? ''),
  )?.[1];
  return units === undefined ? '' : ` (${units.replaceAll('|', ', ')})`;
}

/** `1 to 100`, `at most 10`; empty without limits that a person could meet. */
export function boundsOf(schema: JsonSchema): string {
  const pairs = [
    ['minimum', 'maximum', ''],
    ['minItems', 'maxItems', ' entries'],
    ['minProperties', 'maxProperties', ' keys'],
    ['minLength', 'maxLength', ' characters'],
  ] as const;
  return pairs
    .flatMap(([least, most, what]) => {
      const [low, high] = [schema[least], schema[most]];
      if (low === undefined && high === undefined) return [];
      if (low === high) return [`exactly ${String(low)}${what}`];
      if (high === undefined) return [`at least ${String(low)}${what}`];
      return [
        low === undefined ? `at most ${String(high)}${what}` : `${String(low)} to ${String(high)}${what}`,
      ];
    })
    .join('; ');
}
