/**
 * The public specification as an oracle. Its objects are closed here, although the specification leaves them open:
 * a field that the service does not know is a mistake of ours, and the service would drop it without a word.
 */

import { Ajv, type ValidateFunction } from 'ajv';
import { readSharedJson } from './shared-data.ts';

export const OPENAPI = 'datadog-api/openapi.json';

type Schema = Record<string, unknown>;

/** @returns what is wrong with `body` as an instance of a component schema; empty when nothing is */
export function createOracle(): (schema: string, body: unknown) => readonly string[] {
  const document = readSharedJson(OPENAPI) as { components: { schemas: Record<string, Schema> } };
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'openapi', components: { schemas: close(document.components.schemas) } });
  const compiled = new Map<string, ValidateFunction>();
  return (schema, body) => {
    const validate = compiled.get(schema) ?? ajv.compile({ $ref: `openapi#/components/schemas/${schema}` });
    compiled.set(schema, validate);
    validate(body);
    return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  };
}

function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== 'object' || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, close(part)]));
  const isObject = schema['type'] === 'object' && typeof schema['properties'] === 'object';
  return isObject && !('additionalProperties' in schema)
    ? { ...schema, additionalProperties: false }
    : schema;
}
