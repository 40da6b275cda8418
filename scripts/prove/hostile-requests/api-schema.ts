/** What the specification says of a request: an example of its body, its parameters, and the types at a place of it. */

import { existsSync, readFileSync } from 'node:fs';
import { isObject } from '../../architecture/manifest.ts';
import { sharedData } from '../../harness/shared-data.ts';
import type { HostileValue } from './hostile-values.ts';
import type { Place } from './mutate-body.ts';

type Schema = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 8;

export interface ApiSchema {
  /** Undefined when the specification does not know the operation, or it has no body. */
  exampleOf(method: string, path: string): unknown;
  queryNamesOf(method: string, path: string): readonly string[];
  /** Whether the specification says that this value cannot stand there. */
  forbids(method: string, path: string, place: Place, value: HostileValue): boolean;
}

/** @returns undefined where the specification is not at hand */
export function readApiSchema(): ApiSchema | undefined {
  let path: string;
  try {
    path = sharedData('datadog-api/openapi.json');
  } catch {
    return undefined;
  }
  return existsSync(path) ? new OpenApi(JSON.parse(readFileSync(path, 'utf8')) as Schema) : undefined;
}

class OpenApi implements ApiSchema {
  readonly #document: Schema;
  readonly #operations = new Map<string, Schema>();

  constructor(document: Schema) {
    this.#document = document;
    for (const [path, methods] of entriesOf(document['paths'])) {
      for (const [method, operation] of entriesOf(methods)) {
        if (isObject(operation)) this.#operations.set(keyOf(method, path), operation);
      }
    }
  }

  exampleOf(method: string, path: string): unknown {
    const schema = this.#bodyOf(method, path);
    return schema === undefined ? undefined : this.#example(schema, MAX_DEPTH);
  }

  queryNamesOf(method: string, path: string): readonly string[] {
    const parameters = this.#operations.get(keyOf(method, path))?.['parameters'];
    if (!Array.isArray(parameters)) return [];
    return parameters
      .map((parameter) => this.#resolved(parameter))
      .filter((parameter) => parameter['in'] === 'query')
      .map((parameter) => String(parameter['name']));
  }

  forbids(method: string, path: string, place: Place, value: HostileValue): boolean {
    const body = this.#bodyOf(method, path);
    if (body === undefined) return false;
    let schemas = this.#alternatives(body);
    let parents: readonly Schema[] = [];
    for (const key of place) {
      parents = schemas;
      schemas = schemas.flatMap((schema) => this.#childrenOf(schema, key));
    }
    // Clients of the API send null for what they leave out.
    if (value.kind === 'null' && !parents.every((parent) => requires(parent, place.at(-1)))) return false;
    const said = schemas.filter((schema) => schema['type'] !== undefined);
    if (said.length === 0 || said.length < schemas.length) return false;
    return said.every((schema) => !allows(schema, value));
  }

  #bodyOf(method: string, path: string): Schema | undefined {
    const body = this.#operations.get(keyOf(method, path))?.['requestBody'];
    if (body === undefined) return undefined;
    const [media] = entriesOf(this.#resolved(body)['content']).map(([, each]) => each);
    return isObject(media) && isObject(media['schema']) ? media['schema'] : undefined;
  }

  #resolved(schema: unknown): Schema {
    if (!isObject(schema)) return {};
    const reference = schema['$ref'];
    if (typeof reference !== 'string') return schema;
    const target = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), this.#document);
    return this.#resolved(target);
  }

  #alternatives(schema: unknown): readonly Schema[] {
    const resolved = this.#resolved(schema);
    const union = resolved['oneOf'] ?? resolved['anyOf'];
    if (Array.isArray(union)) return union.flatMap((each) => this.#alternatives(each));
    const parts = resolved['allOf'];
    if (Array.isArray(parts)) return parts.flatMap((each: unknown) => this.#alternatives(each));
    return [resolved];
  }

  #childrenOf(schema: Schema, key: string | number): readonly Schema[] {
    if (typeof key === 'number') return isObject(schema['items']) ? this.#alternatives(schema['items']) : [];
    const { properties, additionalProperties } = schema;
    if (isObject(properties) && properties[key] !== undefined) return this.#alternatives(properties[key]);
    return isObject(additionalProperties) ? this.#alternatives(additionalProperties) : [];
  }

  #example(schema: unknown, depth: number): unknown {
    const resolved = this.#resolved(schema);
    if (resolved['example'] !== undefined) return resolved['example'];
    if (resolved['default'] !== undefined) return resolved['default'];
    if (Array.isArray(resolved['enum'])) return resolved['enum'][0];
    if (Array.isArray(resolved['allOf'])) {
      return Object.assign({}, ...resolved['allOf'].map((each) => this.#example(each, depth)));
    }
    const union = resolved['oneOf'] ?? resolved['anyOf'];
    if (Array.isArray(union)) return this.#example(union[0], depth);
    if (depth === 0) return null;
    switch (resolved['type']) {
      case 'array':
        return [this.#example(resolved['items'], depth - 1)];
      case 'string':
        return resolved['format'] === 'date-time' ? '2026-11-22T10:00:00Z' : 'text';
      case 'integer':
      case 'number':
        return 1;
      case 'boolean':
        return true;
      default:
        return Object.fromEntries(
          entriesOf(resolved['properties'])
            .filter(([, each]) => this.#resolved(each)['readOnly'] !== true)
            .map(([name, each]) => [name, this.#example(each, depth - 1)]),
        );
    }
  }
}

function requires(schema: Schema, key: string | number | undefined): boolean {
  const { required } = schema;
  return Array.isArray(required) && required.includes(key);
}

function allows(schema: Schema, { kind, json, name }: HostileValue): boolean {
  if (kind === 'null') return schema['nullable'] === true;
  switch (schema['type']) {
    case 'integer':
      return kind === 'number' && name !== 'a fraction' && name !== '1e400';
    case 'number':
      return kind === 'number' && name !== '1e400';
    case 'string': {
      const words = schema['enum'];
      return kind === 'string' && (!Array.isArray(words) || words.includes(JSON.parse(json)));
    }
    default:
      return schema['type'] === kind;
  }
}

/** `post /a/:id` and `POST /a/{name}` are one operation. */
function keyOf(method: string, path: string): string {
  return `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}|:\w+/g, ':x')}`;
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}
