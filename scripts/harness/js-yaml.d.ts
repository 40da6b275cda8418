/** What benchmarks and proofs compare with; the package brings no types. */
declare module 'js-yaml' {
  /** Null, booleans and numbers of YAML 1.2, no dates. */
  export const CORE_SCHEMA: unknown;
  export function load(text: string, options?: { readonly schema?: unknown }): unknown;
}
