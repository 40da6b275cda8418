export { readManifest, type ManifestResult } from './read-manifest.ts';
export { type JsonSchema } from './schema-of-type.ts';
export { runManifestTool } from './run-manifest-tool.ts';
