/**
 * The validators of the schemas as the source of a module, so that a bundle need not compile them: that is a quarter
 * of what `signalwright check` takes on a small folder.
 */

import standaloneCode from 'ajv/dist/standalone/index.js';
import { newAjv } from '../schema/new-ajv.ts';
import { withSchemas } from '../schema/schema-validator.ts';
import { SCHEMA_NAMES, schemaFor, sharedDefinitions, type JsonSchema } from '../schema/schemas.ts';
import { branchReference } from '../schema/validator.ts';

/** Below `src/` of this room: the module whose place the source takes. */
export const REPLACED_MODULE = 'schema/schema-validator.ts';

/**
 * @returns an ES module with the one export of `schema-validator.ts` that others use, `schemaValidator`. It calls
 *   `require` for the runtime of ajv, as ajv writes it: for a bundler, which follows that
 */
export function standaloneValidators(): string {
  const ajv = withSchemas(newAjv({ strict: true, keepSource: true }));
  const references = askedFor().filter((reference) => ajv.getSchema(reference) !== undefined);
  const names = new Map(references.map((reference, index) => [`validator${index}`, reference]));
  const code = standaloneCode.default(ajv, Object.fromEntries(names));
  return [
    "import { compilePattern } from './pattern.ts';",
    code,
    `const validators = new Map([${[...names].map(([name, reference]) => `[${JSON.stringify(reference)}, ${name}]`).join(', ')}]);`,
    'export const schemaValidator = (reference) => validators.get(reference);',
    '',
  ].join('\n');
}

/** Every schema, and every branch of a choice that is described by reference: `schemaErrors` is asked for no other. */
function askedFor(): readonly string[] {
  const found = new Set(SCHEMA_NAMES.map((name) => `${name}.json`));
  const documents = [sharedDefinitions(), ...SCHEMA_NAMES.map((name) => schemaFor(name))];
  for (const branch of documents.flatMap((document) => branchesOf(document))) {
    for (const base of SCHEMA_NAMES) {
      const reference = branchReference(branch, base);
      if (reference !== undefined) found.add(reference);
    }
  }
  return [...found];
}

function branchesOf(value: unknown): JsonSchema[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'oneOf' in value && Array.isArray(value.oneOf) ? (value.oneOf as JsonSchema[]) : [];
  return [...own, ...Object.values(value).flatMap((part) => branchesOf(part))];
}
