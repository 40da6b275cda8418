/**
 * Payloads of the public API become files of content. Each is read as far as it can be, written, read back and
 * compiled; what does not come out the same is kept under `unknownFields`. So nothing is lost, and whatever cannot be
 * brought in whole is refused by name.
 */

import type { ActionManifest, Diagnostic, Kind, Payload } from '@signalwright/model';
import { attributesOf, isDeprecatedRule, isOwnedRule, remoteIdOf } from '@signalwright/wire';
import { CONFIG_FILE } from '../folders.ts';
import { loadProjectConfig } from '../workspace.ts';
import { assignIds, type IdentifiedPayload, type KnownPayload } from './assign-ids.ts';
import {
  draftOf,
  finalTexts,
  isUntuned,
  newlyKept,
  tooLarge,
  type Draft,
  type FinalText,
  type UnchangedDraft,
} from './draft.ts';
import { ExistingContent } from './existing-content.ts';
import { loadToAscii } from './object-id.ts';
import { nameOfPayload } from './payload-object.ts';
import { settle, type Refuse, type Settled } from './settle.ts';

export interface ImportSource {
  readonly payload: Payload;
  /** Undefined when the shape did not tell; such a payload is refused. */
  readonly kind?: Kind;
  /** Where it was read, for messages: `rules.json data[3]`. */
  readonly where: string;
}

export interface ImportedObject {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
  readonly where: string;
  /** Of all its files together. */
  readonly status: 'created' | 'updated' | 'unchanged';
  /** Its own first: the body of a rule that Datadog owns and the layout of a workflow stand beside it. */
  readonly files: readonly ImportedFile[];
  /** Findings about the files, besides lints: what a person should look at. */
  readonly warnings: readonly Diagnostic[];
  /** Fields that content has no words for and no file has held so far: they stand under `unknownFields`. */
  readonly newlyKept: readonly string[];
}

export interface ImportedFile {
  /** Path relative to the root. */
  readonly file: string;
  readonly status: 'created' | 'updated' | 'unchanged';
  readonly text: string;
}

export interface RefusedPayload {
  readonly where: string;
  readonly name: string;
  readonly reason: string;
}

export interface ImportResult {
  /** Sorted by file. */
  readonly objects: readonly ImportedObject[];
  readonly refused: readonly RefusedPayload[];
  /** How many rules of Datadog were left out because nobody tuned them. */
  readonly untuned: number;
  /** How many were left out because Datadog has deprecated them. */
  readonly deprecated: number;
}

export interface ImportOptions {
  /** Leave out rules of Datadog that nobody tuned and no file tunes: an organisation has more than a thousand. */
  readonly leaveUntuned?: boolean | undefined;
  /** Leave out rules that Datadog has deprecated and no file tunes: it takes no changes of them. */
  readonly leaveDeprecated?: boolean | undefined;
  readonly manifest?: ActionManifest | undefined;
  readonly nowMs?: number | undefined;
  /** Whose objects the payloads are; the default environment when left out. */
  readonly environment?: string | undefined;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export type ImportProgress =
  | { readonly stage: 'reading'; readonly done: number; readonly total: number }
  /** All files are checked, and again after something was taken out of some; nobody knows how often. */
  | { readonly stage: 'checking'; readonly round: number };

/** @param files content as it stands, path to text, with a sound `signalwright.yaml`. Nothing is written here. */
export async function importPayloads(
  files: ReadonlyMap<string, string>,
  sources: readonly ImportSource[],
  options: ImportOptions = {},
): Promise<ImportResult> {
  const stack = loadProjectConfig(files.get(CONFIG_FILE) ?? '').config?.stack;
  if (stack === undefined) throw new Error(`${CONFIG_FILE} was not checked before the import.`);
  const refused: RefusedPayload[] = [];
  const refuse = ({ where, kind, payload }: ImportSource, reason: string): void =>
    void refused.push({ where, name: nameOfPayload(kind, payload), reason });
  const known = sources.flatMap((source) => {
    if (source.kind !== undefined) return { ...source, kind: source.kind };
    refuse(source, 'Its kind cannot be told from its shape: say --kind.');
    return [];
  });
  const existing = new ExistingContent(files, stack, options.environment);
  const identified = assignIds(newestOfEach(known), existing, { stack, toAscii: await loadToAscii() });
  const context = { stack, existing, workflowOf: workflowIndex(identified, existing) };
  const unchanged: UnchangedDraft[] = [];
  const drafts: Draft[] = [];
  const seen = new Set<string>();
  let untuned = 0;
  let deprecated = 0;
  for (const [index, source] of identified.entries()) {
    options.onProgress?.({ stage: 'reading', done: index, total: identified.length });
    const address = `${source.kind}/${source.id}`;
    // Somebody cloned a marked object, or gave two workflows one handle.
    const draft = seen.has(address) ? `Another object is ${address} too.` : draftOf(source, context);
    seen.add(address);
    if (typeof draft === 'string') refuse(source, draft);
    else if ('unchanged' in draft) unchanged.push(draft);
    else if (options.leaveDeprecated === true && isDeprecated(source)) deprecated += 1;
    else if (options.leaveUntuned === true && isUntuned(draft)) untuned += 1;
    else drafts.push(draft);
  }
  const onRound = (round: number): void => options.onProgress?.({ stage: 'checking', round });
  const written = settle(drafts, files, { stack, ...options, onRound }, refuse).flatMap(
    (settled) => finish(settled, existing, refuse) ?? [],
  );
  const others = unchanged.map(({ source, unchanged: file }) => {
    const text = existing.textOf(file) ?? '';
    return importedObject(source, [{ file, text, before: text }], []);
  });
  const objects = [...written, ...others].toSorted((a, b) => compareText(ownFile(a), ownFile(b)));
  return { objects, refused, untuned, deprecated };
}

function isDeprecated({ kind, payload, existing }: IdentifiedPayload): boolean {
  const rule = attributesOf(payload);
  return kind === 'detection-rule' && existing === undefined && isOwnedRule(rule) && isDeprecatedRule(rule);
}

/** @returns undefined when it was refused */
function finish(
  { draft, warnings }: Settled,
  existing: ExistingContent,
  refuse: Refuse,
): ImportedObject | undefined {
  const texts = finalTexts(draft, existing);
  if (texts === undefined) {
    const file = draft.parts[0]?.file ?? '';
    refuse(
      draft.source,
      `${file} is laid out in a way that cannot be edited: put it in order, or remove it.`,
    );
    return undefined;
  }
  const reason = tooLarge(texts);
  if (reason === undefined) return importedObject(draft.source, texts, warnings, newlyKept(draft));
  refuse(draft.source, reason);
  return undefined;
}

function ownFile({ files }: ImportedObject): string {
  return files[0]?.file ?? '';
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function importedObject(
  { kind, id, payload, where }: IdentifiedPayload,
  texts: readonly FinalText[],
  warnings: readonly Diagnostic[],
  kept: readonly string[] = [],
): ImportedObject {
  const files = texts.map(({ file, text, before }): ImportedFile => ({
    file,
    text,
    status: before === undefined ? 'created' : before === text ? 'unchanged' : 'updated',
  }));
  const status =
    files[0]?.status === 'created'
      ? 'created'
      : files.every((each) => each.status === 'unchanged')
        ? 'unchanged'
        : 'updated';
  return { kind, id, name: nameOfPayload(kind, payload), where, status, files, warnings, newlyKept: kept };
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

/** Workflows of content, and those that are imported with it, by their handles. */
function workflowIndex(
  identified: readonly IdentifiedPayload[],
  existing: ExistingContent,
): (handle: string) => string | undefined {
  const ids = new Map<unknown, string>();
  for (const { read } of existing.all()) {
    const object = read?.object.object;
    if (object?.kind === 'workflow') ids.set(object.handle, object.id);
  }
  for (const { kind, id, payload } of identified) if (kind === 'workflow') ids.set(handleOf(payload), id);
  return (handle) => ids.get(handle);
}

function handleOf(payload: Payload): unknown {
  const { spec } = attributesOf(payload);
  return typeof spec === 'object' && spec !== null && 'handle' in spec ? spec.handle : undefined;
}
