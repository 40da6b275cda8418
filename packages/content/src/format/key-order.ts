/** The order of keys: that of the schema, at each place of a file. */

import { KINDS, type ContentPath } from '@signalwright/model';
import { resolveRef, schemaFor, type JsonSchema, type SchemaName } from '../schema/schemas.ts';

/** Which schema a file follows; undefined when it does not say. */
export function schemaNameOf(data: Readonly<Record<string, unknown>>): SchemaName | undefined {
  const kind = KINDS.find((each) => each === data['kind']);
  if (kind === 'detection-rule' && data['default'] !== undefined) return 'default-rule';
  return kind ?? (data['kind'] === undefined && data['stack'] !== undefined ? 'signalwright' : undefined);
}

/** Keys of the map at `path` in their order; empty where any order is as good, a map of attributes for example. */
export function keyOrder(name: SchemaName, path: ContentPath): readonly string[] {
  // They compile to a list, in the order in which they are written.
  if (name === 'workflow' && path.length === 1 && path[0] === 'triggers') return [];
  let schemas: readonly JsonSchema[] = [schemaFor(name)];
  for (const step of path) schemas = schemas.flatMap((schema) => childSchemas(schema, step, name));
  const keys = schemas.flatMap((schema) => Object.keys((schema['properties'] as object | undefined) ?? {}));
  return [...new Set(keys)];
}

function childSchemas(schema: JsonSchema, step: string | number, name: SchemaName): readonly JsonSchema[] {
  const child =
    typeof step === 'number'
      ? schema['items']
      : ((schema['properties'] as JsonSchema | undefined)?.[step] ?? schema['additionalProperties']);
  return typeof child === 'object' && child !== null ? forms(child as JsonSchema, name) : [];
}

/** A schema and its alternatives, references followed. */
function forms(schema: JsonSchema, name: SchemaName): readonly JsonSchema[] {
  const resolved = resolveRef(schema, name);
  const branches = Array.isArray(resolved['oneOf']) ? (resolved['oneOf'] as readonly JsonSchema[]) : [];
  return [
    resolved,
    ...branches.filter((branch) => '$ref' in branch).flatMap((branch) => forms(branch, name)),
  ];
}
