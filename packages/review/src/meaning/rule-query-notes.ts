/** What changed in the queries of a detection rule besides their meaning: what each reads, groups by and takes. */

import { isDeepStrictEqual } from 'node:util';
import {
  TYPE_DATA_SOURCE,
  unreachable,
  type Aggregation,
  type AuthoredRule,
  type RuleQuery,
} from '@signalwright/model';
import { listData, say, type Phrase } from '../phrase.ts';
import { listNotes, note } from './note.ts';
import type { Note } from './report.ts';
import { coupleQueries, labelled, type LabelledQuery, type QueryCouple } from './rule-query-changes.ts';

export function queryListNotes(before: AuthoredRule, after: AuthoredRule): readonly Note[] {
  const couples = coupleQueries(before, after);
  const isReordered = couples.some(
    ({ old }, at) => at > 0 && old.position < (couples[at - 1]?.old.position ?? 0),
  );
  const words = {
    topic: 'queries',
    added: 'counts with new queries:',
    removed: 'no longer counts with queries:',
    addedWeight: 'notice',
    removedWeight: 'notice',
  } as const;
  const place = after.origin.keyRangeOf(['queries']);
  const gone = labelsBesides(
    labelled(before),
    couples.map(({ old }) => old),
  );
  const fresh = labelsBesides(
    labelled(after),
    couples.map(({ young }) => young),
  );
  return [
    ...listNotes(gone, fresh, words, place),
    ...(isReordered
      ? [note('query order', 'quiet', say`queries stand in another order`, after.origin.rangeOf(['queries']))]
      : []),
    ...couples.flatMap((couple) => queryNotes(couple, before, after)),
  ];
}

function labelsBesides(
  queries: readonly LabelledQuery[],
  taken: readonly LabelledQuery[],
): readonly string[] {
  return queries
    .filter(({ position }) => !taken.some((each) => each.position === position))
    .map(({ label }) => label);
}

function queryNotes(
  { old: was, young: is }: QueryCouple,
  before: AuthoredRule,
  after: AuthoredRule,
): readonly Note[] {
  const { label, query: young } = is;
  const old = was.query;
  const place = after.origin.rangeOf(['queries', is.position]);
  const notes: Note[] = [];
  if (was.label !== label) {
    notes.push(note('query name', 'quiet', say`query ${was.label} is called ${label} now`, place));
  }
  if (!isDeepStrictEqual(old.groupBy, young.groupBy)) {
    const text = say`query ${label} is grouped by ${groupText(young)}, before by ${groupText(old)}`;
    notes.push(note('group by', 'notice', text, place));
  }
  if (old.optionalGroupBy !== young.optionalGroupBy) {
    const text = young.optionalGroupBy
      ? say`query ${label} now counts events without a group value, as ${'N/A'}`
      : say`query ${label} no longer counts events without a group value`;
    notes.push(note('group by', 'notice', text, place));
  }
  const [reads, read] = [sourceOf(young, after), sourceOf(old, before)];
  if (old.dataSource !== young.dataSource && reads !== read) {
    notes.push(note('data source', 'attention', say`query ${label} reads ${reads}, before ${read}`, place));
  }
  if (!isDeepStrictEqual([old.indexes, old.index], [young.indexes, young.index])) {
    notes.push(note('indexes', 'notice', say`query ${label} reads other indexes`, place));
  }
  if (!isDeepStrictEqual(old.correlation, young.correlation)) {
    const text = say`query ${label} counts ${correlationText(young)}, before ${correlationText(old)}`;
    notes.push(note('correlation', 'attention', text, place));
  }
  if (!isDeepStrictEqual(old.aggregation, young.aggregation)) {
    const text = say`query ${label} takes ${aggregationText(young.aggregation)}, before ${aggregationText(old.aggregation)}`;
    notes.push(note('aggregation', 'notice', text, place));
  }
  return notes;
}

function sourceOf({ dataSource }: RuleQuery, { object }: AuthoredRule): string {
  return dataSource ?? TYPE_DATA_SOURCE[object.type];
}

function correlationText({ correlation }: RuleQuery): Phrase {
  if (correlation === undefined) return ['events'];
  const { rule, correlatedByFields } = correlation;
  const name = rule.kind === 'content' ? rule.id : rule.kind === 'remote' ? rule.ruleId : rule.defaultRuleId;
  return correlatedByFields.length === 0
    ? say`signals of ${name}`
    : say`signals of ${name} joined by ${listData(correlatedByFields)}`;
}

function groupText({ groupBy }: RuleQuery): Phrase {
  return groupBy.length === 0 ? ['nothing'] : listData(groupBy, 10);
}

function aggregationText(aggregation: Aggregation): Phrase {
  switch (aggregation.kind) {
    case 'count':
      return ['the number of events'];
    case 'cardinality':
      return say`the number of different ${listData(aggregation.fields, 10)}`;
    case 'sum':
    case 'max':
      return say`the ${[aggregation.kind]} of ${aggregation.field}`;
    case 'new_value':
      return say`new values of ${listData(aggregation.fields, 10)}`;
    case 'geo_data':
      return say`the place in ${aggregation.field}`;
    case 'event_count':
      return ['the number of signals'];
    case 'none':
      return ['each event by itself'];
    default:
      return unreachable(aggregation);
  }
}
