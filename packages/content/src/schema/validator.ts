/** Checks plain data against the schemas. Compiled on first use, once a process. */

import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { RE2JS } from 're2js';
import { SCHEMA_NAMES, schemaFor, sharedDefinitions, type JsonSchema, type SchemaName } from './schemas.ts';

export type SchemaError = ErrorObject<string, Record<string, unknown>>;

/** Patterns run in linear time whatever the data is. Source: reliability F5. */
function compilePattern(pattern: string): { test(text: string): boolean; toString(): string } {
  // Most patterns of a schema meet no value in most folders.
  let compiled: RE2JS | undefined;
  return {
    test: (text) => (compiled ??= RE2JS.compile(pattern)).test(text),
    // ajv keeps one engine for each text that `toString` gives: without it, all patterns would share the first.
    toString: () => `re2:${pattern}`,
  };
}

/** Whether a text has the form that a schema asks for, as far as its pattern says. */
export function hasForm(text: string, schema: JsonSchema | undefined): boolean {
  const pattern = schema?.['pattern'];
  return typeof pattern !== 'string' || compilePattern(pattern).test(text);
}

/** An ajv with our engine for patterns: no `$data`, all errors, each with the schema that it failed. */
export function newAjv(options: { readonly strict: boolean }): Ajv2020 {
  const ajv = new Ajv2020({
    strict: options.strict,
    // A closed object with a `oneOf` of required keys is what we mean.
    strictRequired: false,
    strictTypes: false,
    strictTuples: false,
    allErrors: true,
    verbose: true,
    // `code` stands for the engine in generated source, which is never written out here.
    // Tidying the source that ajv makes takes a third of the compilation, and what runs it tidies it anyway.
    code: { regExp: Object.assign(compilePattern, { code: 'compilePattern' }), optimize: false },
    // The schemas are our own, or a manifest's: a test holds ours against the metaschema, whose compilation alone
    // would take longer than checking a folder of content.
    meta: false,
    validateSchema: false,
  });
  ajvFormats.default(ajv, ['date-time']);
  return ajv;
}

let shared: Ajv2020 | undefined;

function schemas(): Ajv2020 {
  if (shared === undefined) {
    shared = newAjv({ strict: true });
    shared.addSchema(sharedDefinitions());
    for (const name of SCHEMA_NAMES) shared.addSchema(schemaFor(name));
  }
  return shared;
}

/** Errors of `data` against a schema or one of its definitions (`detection-rule.json#/$defs/test`); empty when valid. */
export function schemaErrors(reference: string, data: unknown): readonly SchemaError[] {
  const validate = schemas().getSchema(reference);
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
