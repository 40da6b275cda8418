/** Two sides that were read become a review. Pure. */

import { CONFIG_FILE, type LoadResult } from '@signalwright/content';
import { CODES, type Diagnostic } from '@signalwright/model';
import { compareWorkspaces } from './meaning/compare-workspaces.ts';
import type { Side } from './meaning/objects.ts';
import { countOf, listData, say, type Phrase } from './phrase.ts';
import type { Meaning, ObjectTests, Review, ReviewPlan } from './review.ts';

export interface ReviewSide {
  /** A commit id or `working tree`, for people. */
  readonly name: string;
  readonly loaded: LoadResult;
  /** Files that are there and could not be read. */
  readonly skipped: readonly string[];
}

export interface ReviewInput {
  readonly base: ReviewSide;
  readonly head: ReviewSide;
  /** Of the new side; empty when it does not load. */
  readonly tests: readonly ObjectTests[];
  readonly plan: ReviewPlan;
}

export function makeReview({ base, head, tests, plan }: ReviewInput): Review {
  const objects = head.loaded.workspace?.objects ?? [];
  return {
    compared: { base: base.name, head: head.name },
    meaning: meaningOf(base, head),
    // Remarks of the kind info ask for habits; `check` makes them, and a review is about what must be looked at.
    diagnostics: [...head.skipped.map(unread), ...head.loaded.diagnostics].filter(
      ({ severity }) => severity !== 'info',
    ),
    tests,
    plan,
    places: new Map(objects.map(({ address, origin }) => [address, origin.rangeOf(['id'])])),
  };
}

function meaningOf(base: ReviewSide, head: ReviewSide): Meaning {
  const after = head.loaded.workspace;
  if (after === undefined || head.skipped.length > 0) {
    return { kind: 'not-compared', why: say`the content of ${head.name} has errors` };
  }
  const before = base.loaded.workspace ?? emptyBase(base, after);
  if (before === undefined) {
    const errors = base.loaded.diagnostics.filter(({ severity }) => severity === 'error').length;
    return {
      kind: 'not-compared',
      why: say`the content of ${base.name}, which is compared with, has ${[countOf(errors, 'error')]}`,
    };
  }
  return { kind: 'compared', report: compareWorkspaces(before, after), remarks: remarksOn(base) };
}

/** A base from before there was any content is no error: everything is new. */
function emptyBase({ loaded, skipped }: ReviewSide, after: Side): Side | undefined {
  const hasContent = skipped.length > 0 || [...loaded.sources.keys()].some((file) => file !== CONFIG_FILE);
  return hasContent ? undefined : { config: after.config, objects: [], get: () => undefined };
}

/** What was not read on the old side would look new on the other: say so. */
function remarksOn({ skipped, name }: ReviewSide): readonly Phrase[] {
  if (skipped.length === 0) return [];
  return [say`in ${name} these files could not be read, so what they hold looks new: ${listData(skipped)}`];
}

/** A file that is there and not read must never look deleted. */
function unread(file: string): Diagnostic {
  const start = { line: 1, col: 1 };
  return {
    code: 'file/unreadable',
    severity: CODES['file/unreadable'].severity,
    message: 'The file is a link, too large, or not UTF-8, and was not read.',
    range: { file, start, end: start },
    hint: 'Nothing is compared as long as a file cannot be read.',
  };
}
