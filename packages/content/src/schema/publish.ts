/**
 * The schemas as editors and other tools get them: one file a kind, each stands alone. What the schemas share is
 * copied into the file under `$defs`, so that nothing has to be fetched.
 */

import { FORMAT_VERSION } from '../format/format-version.ts';
import { resolveDocument, schemaFor, type JsonSchema, type SchemaName } from './schemas.ts';

/**
 * A schema without references to other files.
 *
 * `$id` is relative on purpose: it names kind and format, and promises no place on the network.
 */
export function publishedSchema(name: SchemaName): JsonSchema {
  return publish(name, schemaFor(name));
}

/**
 * What an editor is given for the files of a folder. One folder holds both forms of a detection rule, so that of
 * rules holds both, and `default:` says which one counts.
 */
export function editorSchema(name: SchemaName): JsonSchema {
  if (name !== 'detection-rule') return publishedSchema(name);
  const { $schema, title, description } = schemaFor(name);
  return publish(name, {
    $schema,
    title,
    description,
    type: 'object',
    if: { required: ['default'] },
    // oxlint-disable-next-line no-thenable -- a keyword of JSON Schema
    then: { $ref: 'default-rule.json' },
    else: { $ref: 'detection-rule.json' },
  });
}

function publish(name: SchemaName, source: JsonSchema): JsonSchema {
  const { $schema, $id: _, $defs: own = {}, ...schema } = source;
  const shared = new Map<string, unknown>();
  const published = inlineRefs(schema, '', shared) as JsonSchema;
  const definitions = inlineRefs(own, '', shared) as JsonSchema;
  return {
    $schema,
    $id: `signalwright/v${FORMAT_VERSION}/${name}.json`,
    ...published,
    $defs: { ...definitions, ...Object.fromEntries([...shared].toSorted(([a], [b]) => (a < b ? -1 : 1))) },
  };
}

/** @param home file that `node` comes from; empty is the schema that is published */
function inlineRefs(node: unknown, home: string, shared: Map<string, unknown>): unknown {
  if (Array.isArray(node)) return node.map((item) => inlineRefs(item, home, shared));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string'
        ? localRef(value, home, shared)
        : inlineRefs(value, home, shared),
    ]),
  );
}

/** `parts.json#/$defs/id` becomes `#/$defs/parts.id`, and the definition is copied once. */
function localRef(ref: string, home: string, shared: Map<string, unknown>): string {
  const [written = '', pointer = ''] = ref.split('#/$defs/');
  const file = written === '' ? home : written;
  if (!ref.includes('#')) return wholeRef(file, shared);
  if (pointer === '' || pointer.includes('/')) throw new Error(`${ref} does not name a definition`);
  if (file === '') return ref;
  const key = `${file.replace(/\.json$/, '')}.${pointer}`;
  if (!shared.has(key)) {
    // Before it is filled: a definition may refer to itself.
    shared.set(key, undefined);
    const definitions = resolveDocument(file)['$defs'] as JsonSchema | undefined;
    if (definitions?.[pointer] === undefined) throw new Error(`${ref} names no definition`);
    shared.set(key, inlineRefs(definitions[pointer], file, shared));
  }
  return `#/$defs/${key}`;
}

/** A whole other schema becomes a definition under its name. */
function wholeRef(file: string, shared: Map<string, unknown>): string {
  const key = file.replace(/\.json$/, '');
  if (!shared.has(key)) {
    shared.set(key, undefined);
    const { $schema: _schema, $id: _id, $defs: _defs, ...schema } = resolveDocument(file);
    shared.set(key, inlineRefs(schema, file, shared));
  }
  return `#/$defs/${key}`;
}
