/** Checks plain data against the schemas. */

import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { compilePattern } from './pattern.ts';
import { schemaValidator } from './schema-validator.ts';
import type { JsonSchema, SchemaName } from './schemas.ts';

export type SchemaError = ErrorObject<string, Record<string, unknown>>;

/** Whether a text has the form that a schema asks for, as far as its pattern says. */
export function hasForm(text: string, schema: JsonSchema | undefined): boolean {
  const pattern = schema?.['pattern'];
  return typeof pattern !== 'string' || compilePattern(pattern).test(text);
}

/** Errors of `data` against a schema or one of its definitions (`detection-rule.json#/$defs/test`); empty when valid. */
export function schemaErrors(reference: string, data: unknown): readonly SchemaError[] {
  const validate = schemaValidator(reference);
  if (validate === undefined) throw new Error(`No schema ${reference}.`);
  return errorsOf(validate, data);
}

export function errorsOf(validate: ValidateFunction, data: unknown): readonly SchemaError[] {
  const isValid = validate(data);
  return isValid === true ? [] : ((validate.errors ?? []) as SchemaError[]);
}

/** The reference by which a branch of `oneOf` can be checked on its own. */
export function branchReference(branch: JsonSchema, base: SchemaName): string | undefined {
  const ref = branch['$ref'];
  if (typeof ref !== 'string') return undefined;
  return ref.startsWith('#') ? `${base}.json${ref}` : ref;
}
