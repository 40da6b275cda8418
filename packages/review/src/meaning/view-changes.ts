/** What changed in a saved view: what it shows, and how. */

import type { AuthoredView, SavedView, SourceRange, ViewTime } from '@signalwright/model';
import { compareQueryPair } from './compare-query.ts';
import type { Draft } from './draft.ts';
import { exampleSignals } from './example-documents.ts';
import { durationNote, listNotes, quietNote, restNotes, testNotes, type RestFields } from './note.ts';
import { ruleIdsOf, type Objects } from './objects.ts';
import type { Note } from './report.ts';

const REST: RestFields<SavedView> = {
  kind: 'told',
  id: 'told',
  teams: 'told',
  time: 'told',
  query: 'told',
  name: { topic: 'name', weight: 'quiet' },
  columns: { topic: 'columns', weight: 'quiet' },
  sort: { topic: 'sorting', weight: 'quiet' },
  analytics: { topic: 'analytics', weight: 'quiet' },
  timeline: { topic: 'timeline', weight: 'quiet' },
  facets: { topic: 'facets', weight: 'quiet' },
  aggregateByRule: { topic: 'aggregation', weight: 'quiet' },
  logs: { topic: 'options of logs', weight: 'quiet' },
  unknownFields: { topic: 'unknown fields', weight: 'notice' },
};

export function compareViews(before: AuthoredView, after: AuthoredView, objects: Objects): Draft {
  const [old, young] = [before.object, after.object];
  const at = (path: string): SourceRange => after.origin.rangeOf([path]);
  const query = compareQueryPair({
    use: 'view',
    before: old.query,
    after: young.query,
    source: 'signals',
    examples: exampleSignals(after.tests, ruleIdsOf(objects), objects),
    place: at('query'),
  });
  const teams = {
    topic: 'teams',
    added: 'is shared with',
    removed: 'is no longer shared with',
    addedWeight: 'notice',
    removedWeight: 'notice',
  } as const;
  const notes = [
    ...listNotes(old.teams, young.teams, teams, at('teams')),
    ...timeNotes(old.time, young.time, at('time')),
    ...restNotes(old, young, REST, at),
    ...testNotes(before.tests, after.tests, at('tests')),
  ];
  return { queries: query === undefined ? [] : [query], notes };
}

/** Two ranges of one sort are compared by their length; any other change is said by its name. */
function timeNotes(before: ViewTime, after: ViewTime, place: SourceRange): readonly Note[] {
  if (before.kind !== 'fixed' && before.kind === after.kind) {
    return durationNote('time', before.pastMs, after.pastMs, place);
  }
  return quietNote('time', before, after, place);
}
