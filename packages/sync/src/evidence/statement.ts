/**
 * What is said about the applies to one environment, in the words of in-toto: the subjects are the journal and each
 * plan that was applied, by digest; the predicate is what the journal says.
 * Source: in-toto attestation framework, Statement v1.
 */

import type { JournalHead } from '@signalwright/store';
import { isJsonObject } from '@signalwright/wire';
import type { LoggedApply } from '../apply-log.ts';

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** Ours; what it holds is `HistoryPredicate`. */
export const PREDICATE_TYPE = 'urn:signalwright:apply-history:v1';

export interface HistoryPredicate {
  readonly stack: string;
  readonly environment: string;
  /** Stack and address of the API of each target, in the order of their first apply. */
  readonly targets: readonly string[];
  readonly journal: {
    /** Hash of the first record. */
    readonly id: string;
    /** How much of the file the subject's digest is of: it may have grown since. */
    readonly bytes: number;
    readonly entries: number;
    readonly head: JournalHead;
  };
  /** Commits that were applied, each once. */
  readonly commits: readonly string[];
  readonly applies: readonly LoggedApply[];
  /** Unix time in milliseconds, by the clock of who exported it. */
  readonly exportedAtMs: number;
}

export interface Subject {
  readonly name: string;
  readonly digest: { readonly sha256: string };
}

export interface HistoryStatement {
  readonly _type: typeof STATEMENT_TYPE;
  /** The journal first. */
  readonly subject: readonly Subject[];
  readonly predicateType: typeof PREDICATE_TYPE;
  readonly predicate: HistoryPredicate;
}

export interface ExportedHistory extends Omit<HistoryPredicate, 'targets' | 'commits'> {
  /** Of the first `journal.bytes` bytes of its file. */
  readonly journalSha256: string;
}

export function makeStatement({ journalSha256, ...said }: ExportedHistory): HistoryStatement {
  const { applies, environment } = said;
  const plans = unique(applies.map(({ planDigest }) => planDigest));
  const journal: Subject = { name: `journal/${environment}.ndjson`, digest: { sha256: journalSha256 } };
  return {
    _type: STATEMENT_TYPE,
    subject: [
      journal,
      ...plans.map((sha256) => ({ name: `plan/${sha256.slice(0, 12)}`, digest: { sha256 } })),
    ],
    predicateType: PREDICATE_TYPE,
    predicate: {
      ...said,
      targets: unique(applies.map(({ target }) => target)),
      commits: unique(applies.flatMap(({ commit }) => commit ?? [])),
    },
  };
}

/** Of a payload whose signature holds; the rest is as whoever signed it wrote it. */
export function isHistoryStatement(value: unknown): value is HistoryStatement {
  if (!isJsonObject(value) || value['_type'] !== STATEMENT_TYPE || value['predicateType'] !== PREDICATE_TYPE)
    return false;
  const { subject, predicate } = value;
  if (!Array.isArray(subject) || !isSubject(subject[0]) || !isJsonObject(predicate)) return false;
  const { stack, environment, applies, journal, exportedAtMs } = predicate;
  if (typeof stack !== 'string' || typeof environment !== 'string' || !Array.isArray(applies)) return false;
  if (!isJsonObject(journal) || !isJsonObject(journal['head']) || !Number.isSafeInteger(exportedAtMs))
    return false;
  const { head, bytes, entries, id } = journal;
  const { seq, hash } = head as Readonly<Record<string, unknown>>;
  const counts = [bytes, entries, seq].every(
    (count) => Number.isSafeInteger(count) && (count as number) >= 0,
  );
  return counts && typeof id === 'string' && typeof hash === 'string';
}

function isSubject(value: unknown): value is Subject {
  return (
    isJsonObject(value) && isJsonObject(value['digest']) && typeof value['digest']['sha256'] === 'string'
  );
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
