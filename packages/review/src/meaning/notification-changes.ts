/** What changed in a notification rule: who stops or starts being told, and of what. */

import {
  targetName,
  type AuthoredNotificationRule,
  type NotificationRule,
  type NotificationSource,
  type NotificationTarget,
  type SourceRange,
  type TestSignal,
} from '@signalwright/model';
import { list, say } from '../phrase.ts';
import { compareQueryPair } from './compare-query.ts';
import type { Draft } from './draft.ts';
import { exampleSignals } from './example-documents.ts';
import { inputTexts } from './input-changes.ts';
import { listNotes, missingIn, note, restNotes, testNotes, type RestFields } from './note.ts';
import { ruleIdsOf, type Objects } from './objects.ts';
import type { Note } from './report.ts';
import { enabledNotes } from './rule-changes.ts';

const REST: RestFields<NotificationRule> = {
  kind: 'told',
  id: 'told',
  enabled: 'told',
  selectors: 'told',
  targets: 'told',
  name: { topic: 'name', weight: 'quiet' },
  timeAggregationMs: { topic: 'time aggregation', weight: 'quiet' },
  routing: { topic: 'routing', weight: 'attention' },
  remoteId: { topic: 'remote id', weight: 'notice' },
  unknownFields: { topic: 'unknown fields', weight: 'notice' },
};

export function compareNotificationRules(
  before: AuthoredNotificationRule,
  after: AuthoredNotificationRule,
  objects: Objects,
): Draft {
  const [old, young] = [before.object, after.object];
  const at = (...path: string[]): SourceRange => after.origin.rangeOf(path);
  const query = compareQueryPair({
    use: 'notification-selector',
    before: old.selectors.query,
    after: young.selectors.query,
    ...(young.selectors.source === 'security_signals' && { source: 'signals' as const }),
    examples: exampleSignals(signalTests(after), ruleIdsOf(objects), objects),
    place: at('selectors', 'query'),
  });
  const notes = [
    ...enabledNotes(old.enabled, young.enabled, at('enabled')),
    ...selectorNotes(
      'severities',
      old.selectors.severities,
      young.selectors.severities,
      at('selectors', 'severities'),
    ),
    ...selectorNotes(
      'rule types',
      old.selectors.ruleTypes,
      young.selectors.ruleTypes,
      at('selectors', 'ruleTypes'),
    ),
    ...sourceNotes(old.selectors.source, young.selectors.source, at('selectors', 'source')),
    ...targetNotes(old.targets, young.targets, at('targets')),
    ...restNotes(old, young, REST, at),
    ...testNotes(before.tests, after.tests, at('tests')),
  ];
  return { queries: query === undefined ? [] : [query], notes };
}

/** A witness over findings is made from nothing: what they hold is not known. */
function signalTests({ tests }: AuthoredNotificationRule): readonly { readonly signal: TestSignal }[] {
  return tests.flatMap(({ about }) => (about.kind === 'signal' ? [about] : []));
}

/** An empty list selects any. */
function selectorNotes(
  topic: string,
  before: readonly string[],
  after: readonly string[],
  place: SourceRange,
): readonly Note[] {
  if (before.length === 0 && after.length > 0) {
    const text = say`tells only of some ${[topic]} now: ${after.join(', ')}`;
    return [note(topic, 'attention', text, place)];
  }
  if (before.length > 0 && after.length === 0) {
    return [
      note(topic, 'notice', say`tells of all ${[topic]} now, before only of ${before.join(', ')}`, place),
    ];
  }
  const words = {
    topic,
    added: 'also tells of',
    removed: 'no longer tells of',
    addedWeight: 'notice',
    removedWeight: 'attention',
  } as const;
  return listNotes(before, after, words, place);
}

function sourceNotes(
  before: NotificationSource,
  after: NotificationSource,
  place: SourceRange,
): readonly Note[] {
  if (before === after) return [];
  return [note('source', 'attention', say`tells of ${after} now, before of ${before}`, place)];
}

/** A new recipient gets what signals hold; one that is gone is not told any more. Both are for an owner to see. */
function targetNotes(
  before: readonly NotificationTarget[],
  after: readonly NotificationTarget[],
  place: SourceRange,
): readonly Note[] {
  const words = {
    topic: 'targets',
    added: 'tells a new recipient:',
    removed: 'no longer tells',
    addedWeight: 'attention',
    removedWeight: 'attention',
  } as const;
  const [olds, youngs] = [before.map(targetName), after.map(targetName)];
  const notes = listNotes(olds, youngs, words, place);
  const inputs = after.flatMap((target) => {
    const old = before.find((each) => targetName(each) === targetName(target));
    if (old?.kind !== 'workflow' || target.kind !== 'workflow') return [];
    const texts = inputTexts(old.inputs, target.inputs);
    if (texts.length === 0) return [];
    return [note('inputs', 'notice', say`${list(texts)} to ${targetName(target)}`, place)];
  });
  return [...notes, ...inputs, ...orderNote(olds, youngs, place)];
}

function orderNote(before: readonly string[], after: readonly string[], place: SourceRange): readonly Note[] {
  const isSameSet = missingIn(before, after).length === 0 && missingIn(after, before).length === 0;
  if (!isSameSet || before.join('\n') === after.join('\n')) return [];
  return [note('targets', 'quiet', say`targets stand in another order`, place)];
}
