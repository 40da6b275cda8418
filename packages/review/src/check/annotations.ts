/** What a review says about lines of files: findings, failed tests, and what a changed line means. */

import { CONFIG_FILE } from '@signalwright/content';
import type { SourceRange } from '@signalwright/model';
import { inertTerminal, maskSecrets } from '@signalwright/template';
import { becauseText } from '../meaning/because.ts';
import type { ObjectChange, QueryChange } from '../meaning/report.ts';
import { witnessText } from '../meaning/witness.ts';
import { plainText } from '../phrase.ts';
import { failedTests, type FailedTest, type Review } from '../review.ts';

/** Shape of the check runs API; plain text, not Markdown. */
export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  /** Only where the range lies on one line. */
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: 'failure' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

/** Chosen: ten requests' worth; who has more reads the command line. */
const MAX_ANNOTATIONS = 500;
const MAX_TITLE_CHARS = 200;
const MAX_MESSAGE_CHARS = 4_000;

/**
 * The gravest first, at most MAX_ANNOTATIONS.
 *
 * @param prefix folder of the content in the repository: empty, or with a `/` at its end
 */
export function reviewAnnotations(review: Review, prefix: string): readonly Annotation[] {
  const { meaning } = review;
  const all = [
    ...review.diagnostics.map(({ severity, code, message, hint, range }) =>
      annotate(prefix, range, LEVELS[severity], code, hint === undefined ? message : `${message}\n${hint}`),
    ),
    ...failedTests(review.tests).map((failed) =>
      annotate(
        prefix,
        review.places.get(failed.address),
        'failure',
        `test fails: ${failed.outcome.name}`,
        failureText(failed),
      ),
    ),
    ...(meaning.kind === 'compared'
      ? meaning.report.objects
          .filter(({ what }) => what !== 'removed')
          .flatMap((object) => objectAnnotations(object, prefix))
      : []),
  ];
  const ranks = ['failure', 'warning', 'notice'];
  return all
    .toSorted((a, b) => ranks.indexOf(a.annotation_level) - ranks.indexOf(b.annotation_level))
    .slice(0, MAX_ANNOTATIONS);
}

const LEVELS = { error: 'failure', warning: 'warning', info: 'notice' } as const;

/** One for each query whose meaning changed and each other change that counts, at its line. */
function objectAnnotations(object: ObjectChange, prefix: string): readonly Annotation[] {
  const title = object.address;
  const queries = object.queries
    .filter(({ weight }) => weight !== 'quiet')
    .map((change) =>
      annotate(prefix, change.place ?? object.place, levelOf(change), title, queryText(change)),
    );
  const notes = object.notes
    .filter(({ weight }) => weight === 'attention')
    .map(({ text, place }) => annotate(prefix, place ?? object.place, 'warning', title, plainText(text)));
  return [...queries, ...notes];
}

function levelOf({ weight }: QueryChange): Annotation['annotation_level'] {
  return weight === 'attention' ? 'warning' : 'notice';
}

function queryText(change: QueryChange): string {
  const { noLongerMatches, newlyMatches } = change;
  const why = becauseText(change.because);
  return [
    `${change.verdict}: ${plainText(change.headline)}`,
    ...(why.length === 0 ? [] : [`because ${plainText(why)}`]),
    ...(noLongerMatches === undefined
      ? []
      : ['only before:', ...noLongerMatches.lines.map((line) => `  ${witnessText(line)}`)]),
    ...(newlyMatches === undefined
      ? []
      : ['only after:', ...newlyMatches.lines.map((line) => `  ${witnessText(line)}`)]),
  ].join('\n');
}

function failureText({ outcome }: FailedTest): string {
  return outcome.differences
    .map(
      ({ path, expected, actual }) =>
        `${path}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}`,
    )
    .join('\n');
}

function annotate(
  prefix: string,
  range: SourceRange | undefined,
  level: Annotation['annotation_level'],
  title: string,
  message: string,
): Annotation {
  // A finding about the folder as a whole has no file; the configuration stands for it.
  const file = range === undefined || range.file === '.' ? CONFIG_FILE : range.file;
  const start = range?.start ?? { line: 1, col: 1 };
  const end = range?.end ?? start;
  const isOneLine = start.line === end.line;
  return {
    path: `${prefix}${file}`,
    start_line: start.line,
    end_line: end.line,
    ...(isOneLine && { start_column: start.col, end_column: Math.max(start.col, end.col - 1) }),
    annotation_level: level,
    title: inert(title, MAX_TITLE_CHARS).replaceAll('\n', ' '),
    message: inert(message, MAX_MESSAGE_CHARS) || '(no text)',
  };
}

/** Annotations are shown as plain text, in logs too: without the secrets whose form is known. */
function inert(text: string, most: number): string {
  const safe = maskSecrets(inertTerminal(text));
  return safe.length > most ? `${safe.slice(0, most - 1)}…` : safe;
}
