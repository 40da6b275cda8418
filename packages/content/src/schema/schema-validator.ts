/**
 * The validators of the schemas, compiled on first use, once a process. Where many files become one bundle, the module
 * that `standaloneValidators` writes stands in the place of this one.
 */

import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { newAjv } from './new-ajv.ts';
import { SCHEMA_NAMES, schemaFor, sharedDefinitions } from './schemas.ts';

let shared: Ajv2020 | undefined;

/** @param reference a schema or one of its definitions: `detection-rule.json#/$defs/test` */
export function schemaValidator(reference: string): ValidateFunction | undefined {
  shared ??= withSchemas(newAjv({ strict: true }));
  return shared.getSchema(reference);
}

/** @returns the same ajv, which now knows every schema by its name */
export function withSchemas(ajv: Ajv2020): Ajv2020 {
  ajv.addSchema(sharedDefinitions());
  for (const name of SCHEMA_NAMES) ajv.addSchema(schemaFor(name));
  return ajv;
}
