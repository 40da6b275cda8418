/** A folder of YAML becomes diagnostics and a linked workspace. */

export { CONFIG_FILE, FOLDERS, MAX_FILES } from './folders.ts';
export { MAX_FILE_BYTES } from './parse/decode-utf8.ts';
export { MAX_DEPTH, MAX_NODES } from './parse/guard-tokens.ts';
export { fixContent, type FixedContent } from './fix/fix-content.ts';
export { formatSource, type FormatResult } from './format/format-source.ts';
export { FORMAT_VERSION } from './format/format-version.ts';
export { formatOf, migrateSource } from './format/migrate-source.ts';
export {
  importPayloads,
  type ImportedFile,
  type ImportedObject,
  type ImportOptions,
  type ImportResult,
  type ImportSource,
  type RefusedPayload,
} from './import/import-payloads.ts';
export {
  MAX_RESOURCES,
  listResources,
  type TerraformDocument,
  type TerraformResource,
} from './import/terraform/list-resources.ts';
export { readHcl } from './import/terraform/read-hcl.ts';
export { listPayloads, MAX_PAYLOADS, type FoundPayload, type PayloadList } from './import/payload-list.ts';
export { readYaml, type ReadYaml } from './parse/read-yaml.ts';
export { didYouMean } from './nearest.ts';
export { type IgnoredDiagnostic } from './policy/apply-policy.ts';
export { diagnosticSuites, renderJUnit, type JUnitCase, type JUnitSuite } from './report/render-junit.ts';
export { renderSarif, type SarifInput } from './report/render-sarif.ts';
export { editorSchema, publishedSchema } from './schema/publish.ts';
export { renderDiagnostic, type RenderOptions } from './render-diagnostic.ts';
export {
  schemaFor,
  SCHEMA_NAMES,
  sharedDefinitions,
  type JsonSchema,
  type SchemaName,
} from './schema/schemas.ts';
export { pinnedBodyOf } from './write/tuned-rule.ts';
export { layoutFileOf, writeLayout } from './workflow-layout-file.ts';
export { sourceText, type SourceText } from './source-text.ts';
export { CheckCache, type CacheCounts, type CacheUpdate } from './load/check-cache.ts';
export {
  checkFiles,
  checkWorkspace,
  loadFromFiles,
  loadProjectConfig,
  loadWorkspace,
  type CheckOptions,
  type CheckResult,
  type LoadOptions,
  type LoadResult,
  type Workspace,
} from './workspace.ts';
