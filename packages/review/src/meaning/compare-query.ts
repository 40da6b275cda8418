/** The verdict on one query that changed, in words, with events that show it. */

import type { QueryDataSource, SourceRange } from '@signalwright/model';
import {
  compareQueries,
  compileMatcher,
  parseQuery,
  queryPaths,
  singleValuedPaths,
  type Query,
  type QueryComparison,
  type QueryDocument,
  type QuerySource,
  type QueryVerdict,
} from '@signalwright/query';
import { say, type Phrase } from '../phrase.ts';
import { chooseFill } from './choose-fill.ts';
import { changedPaths, changedWords, compareClauses } from './compare-clauses.ts';
import type { QueryChange, QueryUse, Weight } from './report.ts';
import { showWitness, type Witness, type WitnessFocus } from './witness.ts';

export interface QueryPair {
  readonly use: QueryUse;
  readonly label?: string;
  /** Texts as written. What an empty one means depends on the use, see `parseUse`. */
  readonly before: string;
  readonly after: string;
  /** What it is run on, where that is known: decides which attributes hold one value. */
  readonly source?: QuerySource;
  /** Events or signals of the object's own sample and tests: witnesses are made to look like one of them. */
  readonly examples: readonly QueryDocument[];
  readonly place?: SourceRange;
}

/** What is known of the documents of a data source; of other sources no attribute is known to hold one value. */
export function sourceOf(dataSource: QueryDataSource): QuerySource | undefined {
  switch (dataSource) {
    case 'logs':
    case 'spans':
      return dataSource;
    case 'app_sec_spans':
      return 'spans';
    case 'security_signals':
      return 'signals';
    default:
      return undefined;
  }
}

/** @returns undefined when both texts are the same */
export function compareQueryPair(pair: QueryPair): QueryChange | undefined {
  const { use, label, place } = pair;
  if (pair.before === pair.after) return undefined;
  const before = parseUse(pair.before, use);
  const after = parseUse(pair.after, use);
  const compared = compareWithExamples(before, after, pair);
  const flaw = findFlaw(before, after, compared);
  const verdict = flaw === undefined ? compared.verdict : 'UNKNOWN';
  const reason = flaw ?? compared.reason;
  const focus: WitnessFocus = {
    decisive: changedPaths(before, after),
    hasWords: changedWords(before, after),
    mentioned: mentionedPaths(before, after),
  };
  const show = (document: QueryDocument | undefined): Witness | undefined =>
    document && flaw === undefined ? showWitness(document, focus) : undefined;
  const noLongerMatches = show(compared.noLongerMatches);
  const newlyMatches = show(compared.newlyMatches);
  return {
    use,
    ...(label !== undefined && { label }),
    before: pair.before,
    after: pair.after,
    verdict,
    ...(reason !== undefined && { reason }),
    ...(compared.assumed !== undefined && { assumed: compared.assumed }),
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
function compareWithExamples(before: Query, after: Query, { examples, source }: QueryPair): QueryComparison {
  const [old, young] = [compileMatcher(before), compileMatcher(after)];
  const decisive = changedPaths(before, after);
  const singleValued = source && singleValuedPaths(source);
  const compare = (shows: (document: QueryDocument) => boolean): QueryComparison => {
    const isNear = (document: QueryDocument): boolean => old(document) || young(document);
    const fill = chooseFill({ examples, decisive, shows, isNear });
    return compareQueries(before, after, {
      ...(fill !== undefined && { fill }),
      ...(singleValued !== undefined && { singleValued }),
    });
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
  const isSuppression = use === 'suppress-signals' || use === 'exclude-events' || use === 'suppressed-rules';
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
  'query-extension': {
    NARROWS: 'narrows by its extension: fewer events match',
    WIDENS: 'widens by its extension: more events match',
    INCOMPARABLE: 'matches other events by its extension: some stop, some start',
    EQUIVALENT: 'has an extension that is written differently and matches the same events',
    UNKNOWN: 'has another extension, and what that means was not decided',
  },
  'rule-filter': {
    NARROWS: 'filters more: fewer events count',
    WIDENS: 'filters less: more events count',
    INCOMPARABLE: 'filters other events: some stop to count, some start',
    EQUIVALENT: 'has filters that are written differently and let the same events count',
    UNKNOWN: 'has other filters, and what that means was not decided',
  },
  'root-query': {
    NARROWS: 'narrows: fewer events are passed on',
    WIDENS: 'widens: more events are passed on',
    INCOMPARABLE: 'passes on other events: some stop, some start',
    EQUIVALENT: 'is written differently and passes on the same events',
    UNKNOWN: 'changed, and what it passes on was not decided',
  },
  'case-query': {
    NARROWS: 'takes fewer events',
    WIDENS: 'takes more events',
    INCOMPARABLE: 'takes other events: some go, some come',
    EQUIVALENT: 'is written differently and takes the same events',
    UNKNOWN: 'changed, and what it takes was not decided',
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
  'suppressed-rules': {
    NARROWS: 'applies to fewer rules',
    WIDENS: 'applies to more rules',
    INCOMPARABLE: 'applies to other rules: some go, some come',
    EQUIVALENT: 'is written differently and applies to the same rules',
    UNKNOWN: 'changed, and whether it applies to more rules was not decided',
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

/** What a label is the name of. */
const NOUNS: Partial<Record<QueryUse, string>> = { 'root-query': 'root query', 'case-query': 'case' };

function headlineOf(use: QueryUse, verdict: QueryVerdict, label: string | undefined): Phrase {
  const words: Phrase = [WORDS[use][verdict]];
  return label === undefined ? words : say`${[NOUNS[use] ?? 'query']} ${label} ${words}`;
}
