/**
 * What changed in a detection rule besides the meaning of its queries. Fields are named in plain words; how
 * often the rule will fire is not claimed here, since that takes more than looking at one field.
 */

import { isDeepStrictEqual } from 'node:util';
import {
  TYPE_DATA_SOURCE,
  formatDuration,
  severityRank,
  unreachable,
  type Aggregation,
  type AuthoredRule,
  type CaseAction,
  type DetectionMethod,
  type RuleCase,
  type RuleQuery,
  type SourceRange,
} from '@signalwright/model';
import { listData, say, type Phrase } from '../phrase.ts';
import type { Draft } from './draft.ts';
import { durationNote, listNotes, note, quietNote, testNotes } from './note.ts';
import type { Objects } from './objects.ts';
import type { Note } from './report.ts';
import { partNotes } from './rule-part-changes.ts';
import {
  coupleQueries,
  labelled,
  queryChanges,
  thirdPartyNotes,
  type LabelledQuery,
} from './rule-query-changes.ts';
import { reachNotes } from './rule-reach.ts';

/** @param objects the new side: who is told of the rule's signals, and what hides them */
export function compareRules(before: AuthoredRule, after: AuthoredRule, objects: Objects): Draft {
  const [old, young] = [before.object, after.object];
  const at = (...path: (string | number)[]): SourceRange => after.origin.rangeOf(path);
  const notes = [
    ...enabledNotes(old.enabled, young.enabled, at('enabled')),
    ...(old.type === young.type
      ? []
      : [note('type', 'attention', say`type ${old.type} became ${young.type}`, at('type'))]),
    ...methodNotes(old.method, young.method, at('method'), at(young.method.kind)),
    ...queryListNotes(before, after),
    ...thirdPartyNotes(before, after),
    ...caseNotes(before, after),
    ...durationNote('window', old.evaluationWindowMs, young.evaluationWindowMs, at('evaluationWindow')),
    ...durationNote('keep-alive', old.keepAliveMs, young.keepAliveMs, at('keepAlive')),
    ...durationNote(
      'longest signal',
      old.maxSignalDurationMs,
      young.maxSignalDurationMs,
      at('maxSignalDuration'),
    ),
    ...decreaseNotes(
      old.decreaseSeverityOutsideProduction ?? false,
      young.decreaseSeverityOutsideProduction ?? false,
      at(),
    ),
    ...partNotes(before, after),
    ...reachNotes(before, after, objects),
    ...quietNote('name', old.name, young.name, at('name')),
    ...quietNote('message', old.message, young.message, at('message')),
    ...quietNote('tags', old.tags.toSorted(), young.tags.toSorted(), at('tags')),
    ...quietNote('extended title', old.hasExtendedTitle, young.hasExtendedTitle, at()),
    ...quietNote('sample', before.sample, after.sample, at('sample')),
    ...testNotes(before.tests, after.tests, at('tests')),
  ];
  return { queries: queryChanges(before, after), notes };
}

export function enabledNotes(before: boolean, after: boolean, place: SourceRange): readonly Note[] {
  if (before === after) return [];
  return [
    after
      ? note('enabled', 'notice', say`is switched on`, place)
      : note('enabled', 'attention', say`is switched off`, place),
  ];
}

/** The queries and cases of a third party rule are told by themselves. */
function methodNotes(
  before: DetectionMethod,
  after: DetectionMethod,
  place: SourceRange,
  optionsPlace: SourceRange,
): readonly Note[] {
  if (before.kind !== after.kind) {
    return [note('method', 'attention', say`method ${before.kind} became ${after.kind}`, place)];
  }
  if (isDeepStrictEqual(withoutQueries(before), withoutQueries(after))) return [];
  return [note('method', 'notice', say`options of ${after.kind} changed`, optionsPlace)];
}

function withoutQueries(method: DetectionMethod): unknown {
  if (method.kind !== 'third_party') return method;
  return { ...method, rootQueries: [], cases: [] };
}

function decreaseNotes(before: boolean, after: boolean, place: SourceRange): readonly Note[] {
  if (before === after) return [];
  const text = after
    ? say`severity is one level lower outside production`
    : say`severity is no longer lowered outside production`;
  return [note('severity', after ? 'attention' : 'notice', text, place)];
}

function queryListNotes(before: AuthoredRule, after: AuthoredRule): readonly Note[] {
  const couples = coupleQueries(before, after);
  const words = {
    topic: 'queries',
    added: 'counts with new queries:',
    removed: 'no longer counts with queries:',
    addedWeight: 'notice',
    removedWeight: 'notice',
  } as const;
  const alone = (queries: readonly LabelledQuery[], taken: readonly LabelledQuery[]): readonly string[] =>
    queries
      .filter(({ position }) => !taken.some((each) => each.position === position))
      .map(({ label }) => label);
  const gone = alone(
    labelled(before),
    couples.map(({ old }) => old),
  );
  const fresh = alone(
    labelled(after),
    couples.map(({ young }) => young),
  );
  const notes = [...listNotes(gone, fresh, words, after.origin.keyRangeOf(['queries']))];
  if (couples.some(({ old }, at) => at > 0 && old.position < (couples[at - 1]?.old.position ?? 0))) {
    notes.push(
      note('query order', 'quiet', say`queries stand in another order`, after.origin.rangeOf(['queries'])),
    );
  }
  for (const { old: was, young } of couples) {
    const { label, position, query } = young;
    const old = was.query;
    const place = after.origin.rangeOf(['queries', position]);
    if (was.label !== label) {
      notes.push(note('query name', 'quiet', say`query ${was.label} is called ${label} now`, place));
    }
    if (!isDeepStrictEqual(old.groupBy, query.groupBy)) {
      const text = say`query ${label} is grouped by ${groupText(query)}, before by ${groupText(old)}`;
      notes.push(note('group by', 'notice', text, place));
    }
    if (old.optionalGroupBy !== query.optionalGroupBy) {
      const text = query.optionalGroupBy
        ? say`query ${label} now counts events without a group value, as ${'N/A'}`
        : say`query ${label} no longer counts events without a group value`;
      notes.push(note('group by', 'notice', text, place));
    }
    if (old.dataSource !== query.dataSource) {
      const [reads, read] = [
        query.dataSource ?? defaultSource(after),
        old.dataSource ?? defaultSource(before),
      ];
      if (reads !== read) {
        notes.push(
          note('data source', 'attention', say`query ${label} reads ${reads}, before ${read}`, place),
        );
      }
    }
    if (!isDeepStrictEqual([old.indexes, old.index], [query.indexes, query.index])) {
      notes.push(note('indexes', 'notice', say`query ${label} reads other indexes`, place));
    }
    if (!isDeepStrictEqual(old.correlation, query.correlation)) {
      const text = say`query ${label} counts ${correlationText(query)}, before ${correlationText(old)}`;
      notes.push(note('correlation', 'attention', text, place));
    }
    if (!isDeepStrictEqual(old.aggregation, query.aggregation)) {
      const text = say`query ${label} takes ${aggregationText(query.aggregation)}, before ${aggregationText(old.aggregation)}`;
      notes.push(note('aggregation', 'notice', text, place));
    }
  }
  return notes;
}

function defaultSource({ object }: AuthoredRule): string {
  return TYPE_DATA_SOURCE[object.type];
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

/** A case is known by its name; one without a name by its condition, else its place. */
function caseNotes(before: AuthoredRule, after: AuthoredRule): readonly Note[] {
  const notes: Note[] = [];
  const left = new Set(before.object.cases);
  const pairs = after.object.cases.map((young, position) => {
    const old = findCase(young, position, before.object.cases, left);
    if (old !== undefined) left.delete(old);
    return { young, old, position };
  });
  for (const { young, old, position } of pairs) {
    const place = after.origin.rangeOf(['cases', position]);
    if (old === undefined) {
      const text = say`new case ${caseLabel(young, position)}: ${conditionText(young)} is ${young.severity}`;
      notes.push(
        note('cases', 'notice', text, place),
        ...actionNotes([], young.actions, caseLabel(young, position), place),
      );
    } else {
      notes.push(...compareCase(old, young, position, after));
    }
  }
  for (const gone of left) {
    const at = before.object.cases.indexOf(gone);
    const text = say`case ${caseLabel(gone, at)} is gone: ${conditionText(gone)} was ${gone.severity}`;
    notes.push(note('cases', 'attention', text, after.origin.keyRangeOf(['cases'])));
  }
  const order = pairs.flatMap(({ old }) => (old === undefined ? [] : [before.object.cases.indexOf(old)]));
  if (order.some((place, at) => at > 0 && place < (order[at - 1] ?? 0))) {
    const text = say`cases stand in another order, and the first true one decides`;
    notes.push(note('case order', 'notice', text, after.origin.keyRangeOf(['cases'])));
  }
  return notes;
}

/** Methods that decide by themselves have cases without a condition. */
function conditionText({ condition = '' }: RuleCase): Phrase {
  return condition === '' ? ['the method says so'] : say`${condition}`;
}

function findCase(
  wanted: RuleCase,
  position: number,
  cases: readonly RuleCase[],
  left: ReadonlySet<RuleCase>,
): RuleCase | undefined {
  const free = cases.filter((each) => left.has(each));
  if (wanted.name !== '') return free.find(({ name }) => name === wanted.name);
  const same = free.find(({ name, condition }) => name === '' && condition === wanted.condition);
  const there = cases[position];
  return same ?? (there !== undefined && there.name === '' && left.has(there) ? there : undefined);
}

function compareCase(old: RuleCase, young: RuleCase, position: number, after: AuthoredRule): readonly Note[] {
  const label = caseLabel(young, position);
  const at = (key: string): SourceRange => after.origin.rangeOf(['cases', position, key]);
  const notes: Note[] = [];
  if (old.condition !== young.condition) {
    const text = say`case ${label} is true when ${conditionText(young)}, before when ${conditionText(old)}`;
    notes.push(note('condition', 'notice', text, at('condition')));
  }
  if (old.severity !== young.severity) {
    const isLower = severityRank(young.severity) < severityRank(old.severity);
    const text = say`case ${label} is ${[isLower ? 'only ' : '']}${young.severity}, before ${old.severity}`;
    notes.push(note('severity', isLower ? 'attention' : 'notice', text, at('severity')));
  }
  if (old.customSeverity !== young.customSeverity) {
    const [is, was] = [young.customSeverity ?? young.severity, old.customSeverity ?? old.severity];
    const isLower = severityRank(is) < severityRank(was);
    const text = say`case ${label} is laid over with ${is}, before ${was}`;
    notes.push(note('severity', isLower ? 'attention' : 'notice', text, at('customSeverity')));
  }
  const told = {
    topic: 'notifications',
    added: `also tells:`,
    removed: `no longer tells:`,
    addedWeight: 'notice',
    removedWeight: 'attention',
  } as const;
  const handles = listNotes(old.notifications, young.notifications, told, at('notifications'));
  notes.push(...handles.map((each) => ({ ...each, text: say`case ${label} ${each.text}` })));
  notes.push(...actionNotes(old.actions, young.actions, label, at('actions')));
  return notes;
}

/** What a rule does to the world by itself is never quiet. */
function actionNotes(
  before: readonly CaseAction[],
  after: readonly CaseAction[],
  label: string,
  place: SourceRange,
): readonly Note[] {
  const words = {
    topic: 'actions',
    added: 'now does by itself:',
    removed: 'no longer does by itself:',
    addedWeight: 'attention',
    removedWeight: 'attention',
  } as const;
  const notes = listNotes(before.map(actionText), after.map(actionText), words, place);
  return notes.map((each) => ({ ...each, text: say`case ${label} ${each.text}` }));
}

function actionText(action: CaseAction): string {
  switch (action.kind) {
    case 'block_ip':
    case 'block_user':
      return `${action.kind} ${action.durationMs === undefined ? 'permanent' : formatDuration(action.durationMs)}`;
    case 'user_behavior':
      return `user_behavior ${action.behavior}`;
    default:
      return `flag_ip ${action.flag}`;
  }
}

function caseLabel({ name }: RuleCase, position: number): string {
  return name === '' ? String(position + 1) : name;
}
