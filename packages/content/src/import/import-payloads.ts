/**
 * Payloads of the public API become files of content. Each is read as far as it can be, written, read back and
 * compiled; what does not come out the same is kept under `unknownFields`. So nothing is lost, and whatever cannot be
 * brought in whole is refused by name.
 */

import type { ActionManifest, Diagnostic, Kind, Payload } from '@signalwright/model';
import { attributesOf, remoteIdOf } from '@signalwright/wire';
import { CONFIG_FILE } from '../folders.ts';
import { loadFromFiles, loadProjectConfig } from '../workspace.ts';
import { assignIds, type IdentifiedPayload, type KnownPayload } from './assign-ids.ts';
import { draftOf, finalText, keepRest, printDraft, type Draft, type UnchangedDraft } from './draft.ts';
import { ExistingContent } from './existing-content.ts';
import { loadToAscii } from './object-id.ts';
import { nameOfPayload } from './payload-object.ts';
import { isErrorOfContent, takeOut } from './settle.ts';

export interface ImportSource {
  readonly payload: Payload;
  /** Undefined when the shape did not tell; such a payload is refused. */
  readonly kind?: Kind;
  /** Where it was read, for messages: `rules.json data[3]`. */
  readonly where: string;
}

export interface ImportedFile {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
  /** Path relative to the root. */
  readonly file: string;
  readonly status: 'created' | 'updated' | 'unchanged';
  readonly text: string;
  readonly where: string;
  /** Findings about the file, besides lints: what a person should look at. */
  readonly warnings: readonly Diagnostic[];
}

export interface RefusedPayload {
  readonly where: string;
  readonly name: string;
  readonly reason: string;
}

export interface ImportResult {
  /** Sorted by file. */
  readonly files: readonly ImportedFile[];
  readonly refused: readonly RefusedPayload[];
}

export interface ImportOptions {
  readonly manifest?: ActionManifest | undefined;
  readonly nowMs?: number | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Each round takes out a place of each file, and then what holds it; nothing nests deeper. */
const MAX_ROUNDS = 20;

/** @param files content as it stands, path to text, with a sound `signalwright.yaml`. Nothing is written here. */
export async function importPayloads(
  files: ReadonlyMap<string, string>,
  sources: readonly ImportSource[],
  options: ImportOptions = {},
): Promise<ImportResult> {
  const stack = loadProjectConfig(files.get(CONFIG_FILE) ?? '').config?.stack;
  if (stack === undefined) throw new Error(`${CONFIG_FILE} was not checked before the import.`);
  const refused: RefusedPayload[] = [];
  const refuse = ({ where, payload }: ImportSource, reason: string): void =>
    void refused.push({ where, name: nameOfPayload(payload), reason });
  const known = sources.flatMap((source) => {
    if (source.kind !== undefined) return { ...source, kind: source.kind };
    refuse(source, 'Its kind cannot be told from its shape: say --kind.');
    return [];
  });
  const existing = new ExistingContent(files, stack);
  const identified = assignIds(newestOfEach(known), existing, { stack, toAscii: await loadToAscii() });
  const context = { stack, existing, isWorkflow: workflowIndex(identified, existing) };
  const unchanged: UnchangedDraft[] = [];
  const drafts: Draft[] = [];
  const seen = new Set<string>();
  for (const [index, source] of identified.entries()) {
    options.onProgress?.(index, identified.length);
    const address = `${source.kind}/${source.id}`;
    // Somebody cloned a marked object, or gave two workflows one handle.
    const draft = seen.has(address) ? `Another object is ${address} too.` : draftOf(source, context);
    seen.add(address);
    if (typeof draft === 'string') refuse(source, draft);
    else if ('unchanged' in draft) unchanged.push(draft);
    else drafts.push(draft);
  }
  const settled = settle(drafts, files, stack, options, refuse);
  const written = settled.flatMap(({ draft, warnings }) => {
    const text = finalText(draft);
    if (text !== undefined) return importedFile(draft, text, warnings);
    refuse(
      draft.source,
      `${draft.file} is laid out in a way that cannot be edited: put it in order, or remove it.`,
    );
    return [];
  });
  const all = [...written, ...unchanged.map((draft) => importedFile(draft, draft.unchanged, []))];
  return { files: all.toSorted((a, b) => (a.file < b.file ? -1 : 1)), refused };
}

function importedFile(
  { source, file }: Draft | UnchangedDraft,
  text: string,
  warnings: readonly Diagnostic[],
): ImportedFile {
  const { kind, id, payload, where, existing } = source;
  const status = existing === undefined ? 'created' : existing.text === text ? 'unchanged' : 'updated';
  return { kind, id, name: nameOfPayload(payload), file, status, text, where, warnings };
}

/** One object may be answered several times; of its versions the newest counts, else the last one. */
function newestOfEach(payloads: readonly KnownPayload[]): readonly KnownPayload[] {
  const newest = new Map<string, KnownPayload>();
  for (const each of payloads) {
    const key = `${each.kind}/${remoteIdOf(each.payload) ?? JSON.stringify(each.payload)}`;
    const other = newest.get(key);
    if (other === undefined || versionOf(each) >= versionOf(other)) newest.set(key, each);
  }
  return [...newest.values()];
}

function versionOf({ payload }: KnownPayload): number {
  const { version } = attributesOf(payload);
  return typeof version === 'number' ? version : 0;
}

/** Workflows of content, and those that are imported with it, that the handle of their id starts. */
function workflowIndex(
  identified: readonly IdentifiedPayload[],
  existing: ExistingContent,
): (id: string) => boolean {
  const ids = new Set([
    ...identified.flatMap(({ kind, id, payload }) =>
      kind === 'workflow' && handleOf(payload) === id ? [id] : [],
    ),
    ...existing.all().flatMap(({ read }) => {
      const object = read?.object.object;
      return object?.kind === 'workflow' && object.handle === object.id ? [object.id] : [];
    }),
  ]);
  return (id) => ids.has(id);
}

function handleOf(payload: Payload): unknown {
  const { spec } = attributesOf(payload);
  return typeof spec === 'object' && spec !== null && 'handle' in spec ? spec.handle : undefined;
}

interface Settled {
  readonly draft: Draft;
  readonly warnings: readonly Diagnostic[];
}

/** Checks the drafts beside all other content, and takes out what has errors, until none has any. */
function settle(
  drafts: readonly Draft[],
  files: ReadonlyMap<string, string>,
  stack: string,
  options: ImportOptions,
  refuse: (source: IdentifiedPayload, reason: string) => void,
): readonly Settled[] {
  const tried = new Map<string, Set<string>>(drafts.map(({ file }) => [file, new Set()]));
  let open: readonly Draft[] = drafts;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const errors = check(open, files, options, isErrorOfContent);
    if (errors.size === 0) break;
    open = open.flatMap((draft) => {
      const found = errors.get(draft.file) ?? [];
      if (found.length === 0) return draft;
      const data = takeOut(draft.data, draft.text, found, tried.get(draft.file) ?? new Set());
      if (data !== undefined && round < MAX_ROUNDS - 1) return printDraft(draft, data);
      refuse(draft.source, found[0]?.message ?? 'It has errors.');
      return [];
    });
  }
  const kept = open.flatMap((draft) => {
    const whole = keepRest(draft, stack);
    if (typeof whole !== 'string') return whole;
    refuse(draft.source, whole);
    return [];
  });
  const found = check(kept, files, options, ({ code }) => !code.startsWith('lint/'));
  return kept.flatMap((draft) => {
    const findings = found.get(draft.file) ?? [];
    const error = findings.find(isErrorOfContent);
    if (error === undefined) return { draft, warnings: findings };
    refuse(draft.source, error.message);
    return [];
  });
}

/** Findings in the files of the drafts. */
function check(
  drafts: readonly Draft[],
  files: ReadonlyMap<string, string>,
  { manifest, nowMs }: ImportOptions,
  isWanted: (diagnostic: Diagnostic) => boolean,
): ReadonlyMap<string, readonly Diagnostic[]> {
  const texts = new Map([...files, ...drafts.map(({ file, text }) => [file, text] as const)]);
  const names = new Set(drafts.map(({ file }) => file));
  const { diagnostics } = loadFromFiles(texts, { manifest, nowMs });
  const found = new Map<string, Diagnostic[]>();
  for (const each of diagnostics) {
    const { file } = each.range;
    if (names.has(file) && isWanted(each)) found.set(file, [...(found.get(file) ?? []), each]);
  }
  return found;
}
