/** The verdict on one query that changed, in words, with events that show it. */

import type { SourceRange } from '@signalwright/model';
import {
  compareQueries,
  compileMatcher,
  parseQuery,
  queryPaths,
  type Query,
  type QueryComparison,
  type QueryDocument,
  type QueryVerdict,
} from '@signalwright/query';
import { say, type Phrase } from '../phrase.ts';
import { chooseFill } from './choose-fill.ts';
import { changedPaths, compareClauses } from './compare-clauses.ts';
import type { QueryChange, QueryUse, Weight } from './report.ts';
import { showWitness, type Witness } from './witness.ts';

export interface QueryPair {
  readonly use: QueryUse;
  readonly label?: string;
  /** Texts as written. What an empty one means depends on the use, see `parseUse`. */
  readonly before: string;
  readonly after: string;
  /** Events or signals of the object's own sample and tests: witnesses are made to look like one of them. */
  readonly examples: readonly QueryDocument[];
  readonly place?: SourceRange;
}

/** @returns undefined when both texts are the same */
export function compareQueryPair(pair: QueryPair): QueryChange | undefined {
  const { use, label, place } = pair;
  if (pair.before === pair.after) return undefined;
  const before = parseUse(pair.before, use);
  const after = parseUse(pair.after, use);
  const compared = compareWithExamples(before, after, pair.examples);
  const flaw = findFlaw(before, after, compared);
  const verdict = flaw === undefined ? compared.verdict : 'UNKNOWN';
  const reason = flaw ?? compared.reason;
  const show = (document: QueryDocument | undefined): Witness | undefined =>
    document && flaw === undefined
      ? showWitness(document, changedPaths(before, after), mentionedPaths(before, after))
      : undefined;
  const noLongerMatches = show(compared.noLongerMatches);
  const newlyMatches = show(compared.newlyMatches);
  return {
    use,
    ...(label !== undefined && { label }),
    before: pair.before,
    after: pair.after,
    verdict,
    ...(reason !== undefined && { reason }),
    weight: weigh(use, verdict),
    headline: headlineOf(use, verdict, label),
    because: compareClauses(clausesIn(pair.before, before), clausesIn(pair.after, after)),
    ...(noLongerMatches !== undefined && { noLongerMatches }),
    ...(newlyMatches !== undefined && { newlyMatches }),
    ...(place !== undefined && { place }),
  };
}

/** Content was checked, so every query parses. An empty suppression query hides nothing; others ask nothing. */
export function parseUse(text: string, use: QueryUse): Query {
  if (text.trim() === '' && (use === 'suppress-signals' || use === 'exclude-events')) return NOTHING;
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(`A query of a checked workspace does not parse: ${text}`);
  return parsed.query;
}

const NOTHING: Query = { kind: 'match-none', start: 0, end: 0 };
const NO_CLAUSES: Query = { kind: 'match-all', start: 0, end: 0 };

/** What was never written has no clause that could be removed. */
function clausesIn(text: string, query: Query): Query {
  return text.trim() === '' ? NO_CLAUSES : query;
}

/** Each direction is filled from an example of its own. */
function compareWithExamples(
  before: Query,
  after: Query,
  examples: readonly QueryDocument[],
): QueryComparison {
  const [old, young] = [compileMatcher(before), compileMatcher(after)];
  const compare = (shows: (document: QueryDocument) => boolean): QueryComparison => {
    const fill = chooseFill({
      examples,
      decisive: changedPaths(before, after),
      shows,
      isNear: (document) => old(document) || young(document),
    });
    return compareQueries(before, after, fill === undefined ? {} : { fill });
  };
  const lost = compare((document) => old(document) && !young(document));
  if (lost.newlyMatches === undefined) return lost;
  const { newlyMatches } = compare((document) => young(document) && !old(document));
  return newlyMatches === undefined ? lost : { ...lost, newlyMatches };
}

/** The query room ran both matchers already; a witness that they do not agree on must never be printed. */
function findFlaw(before: Query, after: Query, compared: QueryComparison): string | undefined {
  const isOnly = (document: QueryDocument | undefined, yes: Query, no: Query): boolean =>
    document === undefined || (compileMatcher(yes)(document) && !compileMatcher(no)(document));
  return isOnly(compared.noLongerMatches, before, after) && isOnly(compared.newlyMatches, after, before)
    ? undefined
    : 'internal: a witness was refused by the matchers; please report this';
}

function mentionedPaths(before: Query, after: Query): ReadonlySet<string> {
  return new Set([...queryPaths(before), ...queryPaths(after)].map(({ path }) => path));
}

/** What a wider suppression hides is the first thing to look at; an undecided verdict needs a person. */
function weigh(use: QueryUse, verdict: QueryVerdict): Weight {
  if (verdict === 'UNKNOWN') return 'attention';
  if (verdict === 'EQUIVALENT') return 'quiet';
  const isSuppression = use === 'suppress-signals' || use === 'exclude-events';
  if (isSuppression && verdict !== 'NARROWS') return 'attention';
  return 'notice';
}

const WORDS: Readonly<Record<QueryUse, Readonly<Record<QueryVerdict, string>>>> = {
  'rule-query': {
    NARROWS: 'narrows: fewer events match',
    WIDENS: 'widens: more events match',
    INCOMPARABLE: 'matches other events: some stop, some start',
    EQUIVALENT: 'is written differently and matches the same events',
    UNKNOWN: 'changed, and what that means was not decided',
  },
  'suppress-signals': {
    NARROWS: 'hides less: some signals are shown again',
    WIDENS: 'hides more: signals that were shown can be suppressed',
    INCOMPARABLE: 'hides other signals: some that were shown can be suppressed',
    EQUIVALENT: 'is written differently and hides the same signals',
    UNKNOWN: 'changed, and whether it hides more was not decided',
  },
  'exclude-events': {
    NARROWS: 'excludes less: some events count again',
    WIDENS: 'excludes more: events that counted no longer do',
    INCOMPARABLE: 'excludes other events: some that counted no longer do',
    EQUIVALENT: 'is written differently and excludes the same events',
    UNKNOWN: 'changed, and whether it excludes more was not decided',
  },
  'notification-selector': {
    NARROWS: 'narrows: fewer signals are told',
    WIDENS: 'widens: more signals are told',
    INCOMPARABLE: 'tells of other signals: some stop, some start',
    EQUIVALENT: 'is written differently and tells of the same signals',
    UNKNOWN: 'changed, and who is told of what was not decided',
  },
  view: {
    NARROWS: 'narrows: shows fewer signals',
    WIDENS: 'widens: shows more signals',
    INCOMPARABLE: 'shows other signals: some go, some come',
    EQUIVALENT: 'is written differently and shows the same signals',
    UNKNOWN: 'changed, and what it shows was not decided',
  },
};

function headlineOf(use: QueryUse, verdict: QueryVerdict, label: string | undefined): Phrase {
  const words: Phrase = [WORDS[use][verdict]];
  return label === undefined ? words : say`query ${label} ${words}`;
}
