import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { compilePattern } from './pattern.ts';

export interface AjvOptions {
  readonly strict: boolean;
  /** Keeps the source of validators, to be written out as a module. @default false */
  readonly keepSource?: boolean;
}

/** An ajv with our engine for patterns: no `$data`, all errors, each with the schema that it failed. */
export function newAjv({ strict, keepSource = false }: AjvOptions): Ajv2020 {
  const ajv = new Ajv2020({
    strict,
    // A closed object with a `oneOf` of required keys is what we mean.
    strictRequired: false,
    strictTypes: false,
    strictTuples: false,
    allErrors: true,
    verbose: true,
    code: {
      // `code` is the name of the engine in source that is written out.
      regExp: Object.assign(compilePattern, { code: compilePattern.name }),
      source: keepSource,
      esm: keepSource,
      // Tidying the source that ajv makes takes a third of the compilation, and what runs it tidies it anyway.
      optimize: keepSource,
    },
    // The schemas are our own, or a manifest's: a test holds ours against the metaschema, whose compilation alone
    // would take longer than checking a folder of content.
    meta: false,
    validateSchema: false,
  });
  ajvFormats.default(ajv, ['date-time']);
  return ajv;
}
