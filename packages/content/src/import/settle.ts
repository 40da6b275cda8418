/**
 * Drafts become files that `check` has no error against: whatever has one is taken out and kept under `unknownFields`,
 * and a draft that has errors all the same is refused.
 */

import type { ActionManifest, Diagnostic } from '@signalwright/model';
import { CheckCache } from '../load/check-cache.ts';
import { checkFiles } from '../workspace.ts';
import type { IdentifiedPayload } from './assign-ids.ts';
import { keepRest, printPart, type Draft, type DraftPart } from './draft.ts';
import { isErrorOfContent, takeOut } from './take-out.ts';

/** Each round takes out a place of each file, and then what holds it; nothing nests deeper. */
const MAX_ROUNDS = 20;

export interface SettleOptions {
  readonly stack: string;
  readonly manifest?: ActionManifest | undefined;
  readonly nowMs?: number | undefined;
  /** Whose content it is; see `ImportOptions`. */
  readonly environment?: string | undefined;
  /** Called before each check of all content, which takes a while. */
  readonly onRound?: (round: number) => void;
}

export interface Settled {
  readonly draft: Draft;
  readonly warnings: readonly Diagnostic[];
}

type FoundByFile = ReadonlyMap<string, readonly Diagnostic[]>;

export type Refuse = (source: IdentifiedPayload, reason: string) => void;

/** Checks the drafts beside all other content, and takes out what has errors, until none has any. */
export function settle(
  drafts: readonly Draft[],
  files: ReadonlyMap<string, string>,
  options: SettleOptions,
  refuse: Refuse,
): readonly Settled[] {
  const tried = new Map<string, Set<string>>();
  // Each round changes few of the files.
  const cache = new CheckCache('import');
  const said = (of: readonly Draft[], isWanted: (diagnostic: Diagnostic) => boolean): FoundByFile =>
    check(of, files, { ...options, cache }, isWanted);
  let open: readonly Draft[] = drafts;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    options.onRound?.(round + 1);
    const errors = said(open, isErrorOfContent);
    if (errors.size === 0) break;
    const isLast = round === MAX_ROUNDS - 1;
    open = open.flatMap((draft) => mend(draft, errors, tried, isLast, refuse) ?? []);
  }
  const kept = open.flatMap((draft) => {
    const whole = keepRest(draft, options.stack);
    if (typeof whole !== 'string') return whole;
    refuse(draft.source, whole);
    return [];
  });
  const found = said(kept, ({ code }) => !code.startsWith('lint/'));
  return kept.flatMap((draft) => {
    const findings = draft.parts.flatMap(({ file }) => found.get(file) ?? []);
    const error = findings.find(isErrorOfContent);
    if (error === undefined) return { draft, warnings: findings };
    refuse(draft.source, error.message);
    return [];
  });
}

/** @returns undefined when it was refused */
function mend(
  draft: Draft,
  errors: FoundByFile,
  tried: Map<string, Set<string>>,
  isLast: boolean,
  refuse: Refuse,
): Draft | undefined {
  const parts: DraftPart[] = [];
  for (const part of draft.parts) {
    const found = errors.get(part.file) ?? [];
    const memory = tried.get(part.file) ?? new Set();
    tried.set(part.file, memory);
    const data = found.length === 0 ? part.data : takeOut(part.data, part.text, found, memory);
    if (data === undefined || (isLast && found.length > 0)) {
      refuse(draft.source, found[0]?.message ?? 'It has errors.');
      return undefined;
    }
    parts.push(found.length === 0 ? part : printPart(part.file, data));
  }
  return { ...draft, parts };
}

/** Findings in the files of the drafts. */
function check(
  drafts: readonly Draft[],
  files: ReadonlyMap<string, string>,
  { manifest, nowMs, environment, cache }: SettleOptions & { readonly cache: CheckCache },
  isWanted: (diagnostic: Diagnostic) => boolean,
): FoundByFile {
  const parts = drafts.flatMap((draft) => draft.parts);
  const texts = new Map([...files, ...parts.map(({ file, text }) => [file, text] as const)]);
  const names = new Set(parts.map(({ file }) => file));
  const { diagnostics } = checkFiles(texts, { manifest, nowMs, environment, cache });
  const found = new Map<string, Diagnostic[]>();
  for (const each of diagnostics) {
    const { file } = each.range;
    if (names.has(file) && isWanted(each)) found.set(file, [...(found.get(file) ?? []), each]);
  }
  return found;
}
