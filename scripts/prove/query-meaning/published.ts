/** The queries of published rules: small changes of each, and its nearest neighbours. Read where they lie. */

import { readFileSync } from 'node:fs';
import {
  allOf,
  anyOf,
  compareQueries,
  leaf,
  not,
  parseQuery,
  printQuery,
  queryPaths,
  type Query,
  type QueryVerdict,
  type Test,
} from '@signalwright/query';
import { MissingData, sharedData } from '../../harness/shared-data.ts';
import { naiveMatch } from './naive-match.ts';
import { treeOf } from './tree-of-query.ts';

export interface Published {
  readonly compared: number;
  readonly failures: readonly string[];
  readonly figures: unknown;
}

const FILE = 'datadog-api/rule-corpus.json';
const NEIGHBOURS = 5;
const MAX_CHANGES = 60;
const MAX_UNKNOWN_SHARE = 0.01;

export function tryPublished(log: (line: string) => void): Published {
  let path: string;
  try {
    path = sharedData(FILE);
  } catch (error) {
    if (!(error instanceof MissingData)) throw error;
    return { compared: 0, failures: [], figures: `left out: ${error.message}` };
  }
  const { rules, texts } = readQueries(path);
  const queries = [...new Set(texts)].map(parsed);
  log(`${queries.length} different queries of ${rules} published rules`);
  const neighbours = measure(nearPairs(queries));
  const changes = measure(
    queries.flatMap((query) =>
      changesOf(query)
        .slice(0, MAX_CHANGES)
        .map((to) => [query, to] as const),
    ),
  );
  const failures = [...neighbours.failures, ...changes.failures];
  for (const [name, { figures }] of Object.entries({ neighbours, changes })) {
    if (figures.unknownShare < MAX_UNKNOWN_SHARE) continue;
    failures.push(`${figures.unknownShare} of the verdicts on ${name} are UNKNOWN`);
  }
  return {
    compared: neighbours.figures.compared + changes.figures.compared,
    failures,
    figures: {
      rules,
      queries: texts.length,
      different: queries.length,
      neighbours: neighbours.figures,
      changes: changes.figures,
    },
  };
}

interface PublishedRule {
  readonly queries?: readonly { readonly query?: string }[];
  readonly filters?: readonly { readonly query?: string }[];
  readonly thirdPartyCases?: readonly { readonly query?: string }[];
  readonly options?: {
    readonly thirdPartyRuleOptions?: { readonly rootQueries?: readonly { readonly query?: string }[] };
  };
}

function readQueries(path: string): { readonly rules: number; readonly texts: readonly string[] } {
  const corpus = JSON.parse(readFileSync(path, 'utf8')) as readonly { readonly rule: PublishedRule }[];
  const texts = corpus.flatMap(({ rule }) => {
    const roots = rule.options?.thirdPartyRuleOptions?.rootQueries;
    const all = [
      ...(rule.queries ?? []),
      ...(rule.filters ?? []),
      ...(rule.thirdPartyCases ?? []),
      ...(roots ?? []),
    ];
    return all.flatMap(({ query }) => (query === undefined ? [] : [query]));
  });
  return { rules: corpus.length, texts };
}

function parsed(text: string): Query {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(`A published query does not parse: ${text}`);
  return result.query;
}

type QueryPair = readonly [before: Query, after: Query];

interface Measured {
  readonly failures: readonly string[];
  readonly figures: {
    readonly compared: number;
    readonly verdicts: Readonly<Record<string, number>>;
    readonly unknownShare: number;
    readonly reasons: Readonly<Record<string, number>>;
    /** Processor time of one comparison, both directions. */
    readonly ms: Readonly<Record<string, number>>;
  };
}

function measure(pairs: readonly QueryPair[]): Measured {
  const verdicts: Partial<Record<QueryVerdict, number>> = {};
  const reasons: Record<string, number> = {};
  const times: number[] = [];
  const failures: string[] = [];
  for (const [before, after] of pairs) {
    const started = process.cpuUsage();
    const { verdict, reason, noLongerMatches, newlyMatches } = compareQueries(before, after);
    const { user, system } = process.cpuUsage(started);
    times.push((user + system) / 1_000);
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    if (reason !== undefined) reasons[reason] = (reasons[reason] ?? 0) + 1;
    const [old, young] = [treeOf(before), treeOf(after)];
    const isShown =
      (noLongerMatches === undefined ||
        (naiveMatch(old, noLongerMatches) && !naiveMatch(young, noLongerMatches))) &&
      (newlyMatches === undefined || (naiveMatch(young, newlyMatches) && !naiveMatch(old, newlyMatches)));
    if (!isShown || reason?.startsWith('internal') === true) {
      failures.push(
        `${printQuery(before)}  ->  ${printQuery(after)}: ${reason ?? 'a witness shows nothing'}`,
      );
    }
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number =>
    Number((times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(2));
  const unknownShare = (verdicts.UNKNOWN ?? 0) / Math.max(1, pairs.length);
  const ms = { half: at(0.5), of99: at(0.99), of999: at(0.999), longest: at(1) };
  return { failures, figures: { compared: pairs.length, verdicts, unknownShare, reasons, ms } };
}

/** Each query with those that share most of its leaves and paths. */
function nearPairs(queries: readonly Query[]): readonly QueryPair[] {
  const marks = queries.map(
    (query) => new Set([...leafTexts(query), ...queryPaths(query).map(({ path }) => path)]),
  );
  return queries.flatMap((query, at) => {
    const own = marks[at] ?? new Set();
    const near = queries
      .map((other, index) => ({ other, index, share: shareOf(own, marks[index] ?? new Set()) }))
      .filter(({ index }) => index !== at)
      .toSorted((a, b) => b.share - a.share)
      .slice(0, NEIGHBOURS);
    return near.map(({ other }) => [query, other] as const);
  });
}

function shareOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((mark) => b.has(mark)).length;
  return shared / Math.max(1, a.size + b.size - shared);
}

function leafTexts(query: Query): readonly string[] {
  if (query.kind === 'match') return [printQuery(query)];
  if (query.kind === 'not') return leafTexts(query.child);
  return query.kind === 'and' || query.kind === 'or' ? query.children.flatMap(leafTexts) : [];
}

/** Clauses dropped, negated and changed, at any depth. */
function changesOf(query: Query): readonly Query[] {
  switch (query.kind) {
    case 'not':
      return [query.child, ...changesOf(query.child).map((child) => not(child))];
    case 'and':
    case 'or': {
      const join = query.kind === 'and' ? allOf : anyOf;
      return query.children.flatMap((child, at) => {
        const dropped = join(query.children.filter((_, index) => index !== at));
        const changed = changesOf(child).slice(0, 4);
        return [
          dropped,
          ...changed.map((to) => join(query.children.map((old, index) => (index === at ? to : old)))),
        ];
      });
    }
    case 'match':
      return [not(query), ...changedTests(query.test).map((test) => leaf(query.field, test))];
    default:
      return [];
  }
}

function changedTests(test: Test): readonly Test[] {
  switch (test.kind) {
    case 'equals': {
      const parts = [{ kind: 'text', text: test.value }, { kind: 'any-run' }] as const;
      const other =
        test.value === test.value.toUpperCase() ? test.value.toLowerCase() : test.value.toUpperCase();
      return [
        { ...test, kind: 'pattern', parts },
        { ...test, value: other },
        { ...test, value: `${test.value}x` },
      ];
    }
    case 'pattern': {
      const swapped = test.parts.map((part) =>
        part.kind === 'any-run' ? ({ kind: 'any-one' } as const) : part,
      );
      return [{ ...test, parts: swapped }];
    }
    case 'compare':
      return test.bound.kind === 'number'
        ? [{ ...test, bound: { ...test.bound, value: test.bound.value + 1 } }]
        : [];
    case 'range':
      return [{ ...test, inclusive: !test.inclusive }];
    default:
      return [];
  }
}
