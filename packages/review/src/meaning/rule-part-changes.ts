/** What changed in the parts of a detection rule that most rules leave empty, and in whatever has no words of its own. */

import { isDeepStrictEqual } from 'node:util';
import type {
  AuthoredRule,
  CalculatedField,
  DetectionRule,
  ReferenceTable,
  SourceRange,
} from '@signalwright/model';
import { listData, say, type Phrase } from '../phrase.ts';
import { listNotes, note, restNotes, type RestFields } from './note.ts';
import type { Note } from './report.ts';

/** How each field is told that nothing tells in words of its own. A new field does not compile before it stands here. */
const REST: RestFields<DetectionRule> = {
  kind: 'told',
  id: 'told',
  tunes: { topic: 'tuned rule', weight: 'attention' },
  name: 'told',
  type: 'told',
  enabled: 'told',
  tags: 'told',
  message: 'told',
  method: 'told',
  queries: 'told',
  cases: 'told',
  filters: 'told',
  groupSignalsBy: 'told',
  referenceTables: 'told',
  calculatedFields: 'told',
  schedule: 'told',
  evaluationWindowMs: 'told',
  keepAliveMs: 'told',
  maxSignalDurationMs: 'told',
  decreaseSeverityOutsideProduction: 'told',
  hasExtendedTitle: 'told',
  compliance: { topic: 'policy and its resources', weight: 'attention' },
  complianceSignals: { topic: 'signals of findings', weight: 'notice' },
  customName: { topic: 'own name', weight: 'quiet' },
  customMessage: { topic: 'own message', weight: 'quiet' },
  remoteId: { topic: 'remote id', weight: 'notice' },
  unknownFields: { topic: 'unknown fields', weight: 'notice' },
};

export function partNotes(before: AuthoredRule, after: AuthoredRule): readonly Note[] {
  const [old, young] = [before.object, after.object];
  const at = (key: string): SourceRange => after.origin.rangeOf([key]);
  return [
    ...groupNotes(old.groupSignalsBy, young.groupSignalsBy, at('groupSignalsBy')),
    ...listNotes(
      old.referenceTables.map(tableText),
      young.referenceTables.map(tableText),
      TABLES,
      at('referenceTables'),
    ),
    ...listNotes(
      old.calculatedFields.map(fieldText),
      young.calculatedFields.map(fieldText),
      FIELDS,
      at('calculatedFields'),
    ),
    ...scheduleNotes(old.schedule, young.schedule, at('schedule')),
    ...restNotes(old, young, REST, at),
  ];
}

const TABLES = {
  topic: 'reference tables',
  added: 'only counts events with',
  removed: 'no longer asks for',
  addedWeight: 'attention',
  removedWeight: 'attention',
} as const;

function tableText({
  tableName,
  columnName,
  logFieldPath,
  ruleQueryName,
  checkPresence,
}: ReferenceTable): string {
  return `${logFieldPath} ${checkPresence ? 'in' : 'not in'} ${tableName}.${columnName} (query ${ruleQueryName})`;
}

const FIELDS = {
  topic: 'calculated fields',
  added: 'now calculates',
  removed: 'no longer calculates',
  addedWeight: 'notice',
  removedWeight: 'notice',
} as const;

function fieldText({ name, expression }: CalculatedField): string {
  return `#${name} = ${expression}`;
}

function groupNotes(
  before: readonly string[],
  after: readonly string[],
  place: SourceRange,
): readonly Note[] {
  if (isDeepStrictEqual(before, after)) return [];
  const words = (groups: readonly string[]): Phrase =>
    groups.length === 0 ? ['each group of its queries'] : listData(groups, 10);
  return [
    note(
      'signal groups',
      'notice',
      say`one signal for ${words(after)} now, before for ${words(before)}`,
      place,
    ),
  ];
}

/** A rule that runs at times sees nothing between them until the next one. */
function scheduleNotes(
  before: DetectionRule['schedule'],
  after: DetectionRule['schedule'],
  place: SourceRange,
): readonly Note[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (before === undefined)
    return [note('schedule', 'attention', say`runs at times now, no longer live`, place)];
  if (after === undefined)
    return [note('schedule', 'attention', say`runs live now, no longer at times`, place)];
  const was = say`${before.rrule ?? ''} ${before.start ?? ''} ${before.timezone ?? ''}`;
  const text = say`runs at ${after.rrule ?? ''} ${after.start ?? ''} ${after.timezone ?? ''}, before at ${was}`;
  return [note('schedule', 'notice', text, place)];
}
