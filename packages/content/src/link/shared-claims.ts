/** What only one object may claim: an id, a handle, the rule of Datadog that it tunes, the object that it came from. */

import { addressOf, type ContentObject, type Diagnostic, type DiagnosticCode } from '@signalwright/model';
import { diagnostic, quoted } from '../diagnostic.ts';
import { baseName } from '../folders.ts';
import type { ContentEntry, Outline } from './content-entry.ts';

/** @param entries sorted by file */
export function checkSharedClaims(entries: readonly ContentEntry[]): readonly Diagnostic[] {
  return [
    ...duplicateIds(entries),
    ...tunedTwice(entries),
    ...importedTwice(entries),
    ...duplicateHandles(entries),
  ];
}

/** An entry whose claim an earlier one has made. */
export interface ClaimedTwice {
  readonly entry: ContentEntry;
  readonly first: ContentEntry;
  readonly claim: string;
}

export function claimedTwice(
  entries: readonly ContentEntry[],
  claimOf: (outline: Outline, entry: ContentEntry) => string | undefined,
): readonly ClaimedTwice[] {
  const firstOf = new Map<string, ContentEntry>();
  return entries.flatMap((entry) => {
    const claim = claimOf(entry.outline, entry);
    if (claim === undefined) return [];
    const first = firstOf.get(claim);
    if (first !== undefined) return { entry, first, claim };
    firstOf.set(claim, entry);
    return [];
  });
}

/** What is said of the two, kept while both are as they were: where it stands is known only to who reads both files. */
export function sayOfBoth(
  code: DiagnosticCode,
  { entry, first }: Pick<ClaimedTwice, 'entry' | 'first'>,
  say: (object: ContentObject, other: ContentObject) => Omit<Diagnostic, 'code' | 'severity'>,
): Diagnostic {
  const madeOf = JSON.stringify([entry, first].map(({ file, digest, outline }) => [file, digest, outline]));
  const find = (): { readonly madeOf: string; readonly said: Diagnostic } => {
    const { range, message, ...details } = say(entry.load().object, first.load().object);
    return { madeOf, said: diagnostic(code, range, message, details) };
  };
  return entry.answers.answer(code, find, (kept) => kept.madeOf === madeOf).said;
}

/** The file that is named after the id is taken for the rightful one, else the first. */
function duplicateIds(entries: readonly ContentEntry[]): readonly Diagnostic[] {
  const isNamed = ({ file, outline }: ContentEntry): boolean => baseName(file) === outline.id;
  const ownerOf = new Map<string, ContentEntry>();
  for (const entry of entries) {
    const address = addressIn(entry);
    const owner = ownerOf.get(address);
    if (owner === undefined || (isNamed(entry) && !isNamed(owner))) ownerOf.set(address, entry);
  }
  return entries.flatMap((entry) => {
    const first = ownerOf.get(addressIn(entry));
    if (first === undefined || first === entry) return [];
    return sayOfBoth('link/duplicate-id', { entry, first }, (object, owner) => ({
      range: object.origin.rangeOf(['id']),
      message: `The id ${quoted(object.object.id)} is already taken by ${owner.origin.file}.`,
      hint: 'Each object of a kind has an id of its own.',
      related: [{ message: 'Written here as well.', range: owner.origin.rangeOf(['id']) }],
    }));
  });
}

/** Two files that tune one rule would undo each other's work at each apply. */
function tunedTwice(entries: readonly ContentEntry[]): readonly Diagnostic[] {
  return claimedTwice(entries, ({ tunes }) => tunes).map((both) =>
    sayOfBoth('tuning/tuned-twice', both, (object, first) => ({
      range: object.origin.rangeOf(['default']),
      message: `The rule ${quoted(both.claim)} is tuned by ${first.origin.file} already.`,
      hint: 'Tune each rule in one file.',
      related: [{ message: 'Tuned here as well.', range: first.origin.rangeOf(['default']) }],
    })),
  );
}

/** One of the two takes the object over, and the other can never be applied. */
function importedTwice(entries: readonly ContentEntry[]): readonly Diagnostic[] {
  const claimOf = ({ kind, remoteId }: Outline): string | undefined =>
    remoteId === undefined ? undefined : `${kind}/${remoteId}`;
  return claimedTwice(entries, claimOf)
    .filter(haveOtherIds)
    .map((both) =>
      sayOfBoth('link/imported-twice', both, (object, first) => ({
        range: object.origin.rangeOf(['remoteId']),
        message: `${quoted(both.entry.outline.remoteId)} is what ${first.origin.file} came from already.`,
        hint: 'Leave remoteId: out of the one that was copied: it is an object of its own.',
        related: [{ message: 'Written here as well.', range: first.origin.rangeOf(['remoteId']) }],
      })),
    );
}

/** Notifications name a workflow by its handle, so two workflows cannot share one. */
function duplicateHandles(entries: readonly ContentEntry[]): readonly Diagnostic[] {
  return claimedTwice(entries, ({ handle }) => handle)
    .filter(haveOtherIds)
    .map((both) =>
      sayOfBoth('link/duplicate-handle', both, (object, first) => ({
        range: object.origin.rangeOf([handleKey(both.entry)]),
        message: `The handle ${quoted(both.claim)} is already taken by ${first.origin.file}.`,
        hint: 'A notification could start either: give this workflow another handle.',
        related: [{ message: 'The other workflow.', range: first.origin.rangeOf([handleKey(both.first)]) }],
      })),
    );
}

function handleKey({ outline: { handle, id } }: ContentEntry): string {
  return handle === id ? 'id' : 'handle';
}

/** Two of one id are a mistake of their own. */
function haveOtherIds({ entry, first }: ClaimedTwice): boolean {
  return addressIn(entry) !== addressIn(first);
}

function addressIn({ outline }: ContentEntry): string {
  return addressOf(outline.kind, outline.id);
}
