/** The JSON Schemas of the written form. Single source: packages/content/schemas, published as they are. */

import { createRequire } from 'node:module';
import { KINDS, type Kind } from '@signalwright/model';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What has a schema: the five kinds, the other form of a detection rule (`default:`), and `signalwright.yaml`. */
export type SchemaName = Kind | 'default-rule' | 'signalwright';

export const SCHEMA_NAMES: readonly SchemaName[] = [...KINDS, 'default-rule', 'signalwright'];

// `require` reads JSON the same way on every supported version of Node, from src and from dist.
const require = createRequire(import.meta.url);

function load(name: string): JsonSchema {
  return require(`../../schemas/${name}.json`) as JsonSchema;
}

/** The schema of a kind, JSON Schema 2020-12, closed, with a description for each key. */
export function schemaFor(name: SchemaName): JsonSchema {
  return load(name);
}

/** Definitions that the schemas share; `$id` is parts.json. */
export function sharedDefinitions(): JsonSchema {
  return load('parts');
}

/** A schema by the name of its file, as references name it: `parts.json`. */
export function resolveDocument(file: string): JsonSchema {
  return load(file.replace(/\.json$/, ''));
}

/** Follows `$ref` to another definition until there is none. */
export function resolveRef(schema: JsonSchema, base: SchemaName): JsonSchema {
  let current = schema;
  for (let steps = 0; typeof current['$ref'] === 'string' && steps < MAX_REFS; steps += 1) {
    const [file = '', pointer = ''] = current['$ref'].split('#');
    const root = file === '' ? schemaFor(base) : resolveDocument(file);
    const target = pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((value, step) => (value as JsonSchema | undefined)?.[step], root);
    const { $ref: _followed, ...besides } = current;
    current = { ...(target as JsonSchema), ...besides };
  }
  return current;
}

const MAX_REFS = 8;
