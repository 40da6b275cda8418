/**
 * What the changed queries of a detection rule mean: those it counts with, what it joins to the queries of a
 * rule that Datadog owns, the filters before all of them, and the root queries and cases of third party rules.
 */

import { isDeepStrictEqual } from 'node:util';
import {
  TYPE_DATA_SOURCE,
  queryLabel,
  severityRank,
  type AuthoredRule,
  type ContentPath,
  type QueryDataSource,
  type RuleFilter,
  type RootQuery,
  type RuleQuery,
  type SourceRange,
  type ThirdPartyCase,
} from '@signalwright/model';
import { allOf, not, printQuery } from '@signalwright/query';
import { compareQueryPair, parseUse, sourceOf } from './compare-query.ts';
import { exampleEvents } from './example-documents.ts';
import { say } from '../phrase.ts';
import { listNotes, note } from './note.ts';
import { pairUp, type Pairing } from './pair-up.ts';
import type { Note, QueryChange, QueryUse } from './report.ts';

export interface LabelledQuery {
  readonly label: string;
  readonly position: number;
  readonly query: RuleQuery;
}

export interface QueryCouple {
  readonly old: LabelledQuery;
  readonly young: LabelledQuery;
}

/** Queries of the same label; of those that are left over, the ones at the same place were given another name. */
export function coupleQueries(before: AuthoredRule, after: AuthoredRule): readonly QueryCouple[] {
  const [olds, youngs] = [labelled(before), labelled(after)];
  const isOld = (label: string): boolean => olds.some((each) => each.label === label);
  const isYoung = (label: string): boolean => youngs.some((each) => each.label === label);
  return youngs.flatMap((young) => {
    const old =
      olds.find(({ label }) => label === young.label) ??
      olds.find(
        ({ label, position }) => position === young.position && !isYoung(label) && !isOld(young.label),
      );
    return old === undefined ? [] : [{ old, young }];
  });
}

export function labelled(rule: AuthoredRule): readonly LabelledQuery[] {
  return rule.object.queries.map((query, position) => ({
    label: queryLabel(query, position),
    position,
    query,
  }));
}

/** One comparison; `path` leads to the query on the new side. */
interface Part {
  readonly use: QueryUse;
  readonly label?: string;
  readonly before: string;
  readonly after: string;
  readonly path: ContentPath;
  readonly reads: QueryDataSource;
}

export function queryChanges(before: AuthoredRule, after: AuthoredRule): readonly QueryChange[] {
  const parts = [
    ...countedParts(before, after),
    ...filterParts(before, after),
    ...thirdPartyParts(before, after),
  ];
  const changed = parts.filter((part) => part.before !== part.after);
  if (changed.length === 0) return [];
  const examples = [...exampleEvents(after), ...exampleEvents(before)];
  return changed.flatMap(({ path, reads, ...part }) => {
    const source = sourceOf(reads);
    const pair = {
      ...part,
      examples,
      place: after.origin.rangeOf(path),
      ...(source !== undefined && { source }),
    };
    const change = compareQueryPair(pair);
    return change === undefined ? [] : [change];
  });
}

function countedParts(before: AuthoredRule, after: AuthoredRule): readonly Part[] {
  return coupleQueries(before, after).flatMap(({ old, young }) => {
    const { label, position, query } = young;
    const reads = query.dataSource ?? TYPE_DATA_SOURCE[after.object.type];
    const [extension, newExtension] = [old.query.customQueryExtension, query.customQueryExtension];
    return [
      {
        use: 'rule-query',
        label,
        before: old.query.query,
        after: query.query,
        path: ['queries', position, 'query'],
        reads,
      },
      {
        use: 'query-extension',
        label,
        before: extension ?? '',
        after: newExtension ?? '',
        path: ['queries', position, 'customQueryExtension'],
        reads,
      },
    ] as const;
  });
}

/** The filters of one rule as one query: each `require`, and no `suppress`. */
function filterParts(before: AuthoredRule, after: AuthoredRule): readonly Part[] {
  const texts = { before: filterText(before.object.filters), after: filterText(after.object.filters) };
  return [{ use: 'rule-filter', ...texts, path: ['filters'], reads: TYPE_DATA_SOURCE[after.object.type] }];
}

function filterText(filters: readonly RuleFilter[]): string {
  if (filters.length === 0) return '';
  const parts = filters.map(({ action, query }) => {
    const parsed = parseUse(query, 'rule-filter');
    return action === 'require' ? parsed : not(parsed);
  });
  return printQuery(allOf(parts));
}

/** Root queries and cases of a third party rule, each with what it was; undefined where a side is no such rule. */
function thirdParty(
  before: AuthoredRule,
  after: AuthoredRule,
): { readonly roots: Pairing<RootQuery>; readonly cases: Pairing<ThirdPartyCase> } | undefined {
  const [old, young] = [before.object.method, after.object.method];
  if (old.kind !== 'third_party' || young.kind !== 'third_party') return undefined;
  return {
    roots: pairUp(
      old.rootQueries,
      young.rootQueries,
      ({ query }) => query,
      () => '',
    ),
    cases: pairUp(
      old.cases,
      young.cases,
      ({ name, query }) => JSON.stringify([name, query]),
      ({ name }) => name,
    ),
  };
}

function thirdPartyParts(before: AuthoredRule, after: AuthoredRule): readonly Part[] {
  const found = thirdParty(before, after);
  if (found === undefined) return [];
  const reads = TYPE_DATA_SOURCE[after.object.type];
  const roots = found.roots.pairs.map(({ old, young, position }): Part => {
    const path = ['third_party', 'rootQueries', position, 'query'];
    const label = String(position + 1);
    return { use: 'root-query', label, before: old.query, after: young.query, path, reads };
  });
  const cases = found.cases.pairs.map(({ old, young, position }): Part => {
    const path = ['third_party', 'cases', position, 'query'];
    const label = young.name === '' ? String(position + 1) : young.name;
    return { use: 'case-query', label, before: old.query, after: young.query, path, reads };
  });
  return [...roots, ...cases];
}

/** Root queries and cases that a third party rule gained or lost. */
export function thirdPartyNotes(before: AuthoredRule, after: AuthoredRule): readonly Note[] {
  const found = thirdParty(before, after);
  if (found === undefined) return [];
  const place = (key: string): SourceRange => after.origin.rangeOf(['third_party', key]);
  const { roots, cases } = found;
  const caseText = ({ name, query, severity }: ThirdPartyCase): string =>
    `${name === '' ? query : name} (${severity})`;
  return [
    ...listNotes(
      roots.gone.map(({ query }) => query),
      roots.fresh.map(({ item }) => item.query),
      { topic: 'root queries', added: 'also takes', removed: 'no longer takes', ...GAINED_OR_LOST },
      place('rootQueries'),
    ),
    ...roots.pairs.flatMap(({ old, young, position }) =>
      rootNotes(old, young, position, place('rootQueries')),
    ),
    ...cases.pairs.flatMap(({ old, young, position }) => caseNotes(old, young, position, place('cases'))),
    ...listNotes(
      cases.gone.map(caseText),
      cases.fresh.map(({ item }) => caseText(item)),
      { topic: 'cases', added: 'new cases:', removed: 'cases that are gone:', ...GAINED_OR_LOST },
      place('cases'),
    ),
  ];
}

function rootNotes(old: RootQuery, young: RootQuery, position: number, place: SourceRange): readonly Note[] {
  const { query: _was, ...before } = old;
  const { query: _is, ...after } = young;
  if (isDeepStrictEqual(before, after)) return [];
  return [note('group by', 'notice', say`root query ${position + 1} groups in another way`, place)];
}

function caseNotes(
  old: ThirdPartyCase,
  young: ThirdPartyCase,
  position: number,
  place: SourceRange,
): readonly Note[] {
  const label = young.name === '' ? String(position + 1) : young.name;
  const { query: _was, severity: before, ...others } = old;
  const { query: _is, severity: after, ...rest } = young;
  const notes: Note[] = [];
  if (before !== after) {
    const isLower = severityRank(after) < severityRank(before);
    const text = say`case ${label} is ${[isLower ? 'only ' : '']}${after}, before ${before}`;
    notes.push(note('severity', isLower ? 'attention' : 'notice', text, place));
  }
  if (!isDeepStrictEqual(others, rest)) {
    notes.push(note('cases', 'notice', say`case ${label} is named or told in another way`, place));
  }
  return notes;
}

const GAINED_OR_LOST = { addedWeight: 'notice', removedWeight: 'attention' } as const;
