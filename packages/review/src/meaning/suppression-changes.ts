/** What changed in a suppression: what more it hides, of which rules, and for how long. */

import {
  TYPE_DATA_SOURCE,
  addressOf,
  type AuthoredSuppression,
  type SourceRange,
  type Suppression,
} from '@signalwright/model';
import { anyOf, compileMatcher, leaf, printQuery, type QuerySource } from '@signalwright/query';
import { ruleDocument } from '@signalwright/detect';
import { listData, say, type Phrase } from '../phrase.ts';
import { compareQueryPair, parseUse, sourceOf } from './compare-query.ts';
import type { Draft } from './draft.ts';
import { exampleEventsOfRules, exampleRules, exampleSignals } from './example-documents.ts';
import { listNotes, note, quietNote, restNotes, testNotes, type RestFields } from './note.ts';
import { ruleIdsOf, type Objects } from './objects.ts';
import type { Note, QueryChange } from './report.ts';

const REST: RestFields<Suppression> = {
  kind: 'told',
  id: 'told',
  name: 'told',
  enabled: 'told',
  reason: 'told',
  tags: 'told',
  rules: 'told',
  startsAtMs: 'told',
  expiresAtMs: 'told',
  suppressSignals: 'told',
  excludeEvents: 'told',
  remoteId: { topic: 'remote id', weight: 'notice' },
  unknownFields: { topic: 'unknown fields', weight: 'notice' },
};

/** @param objects the new side: its rules are those that the suppression applies to */
export function compareSuppressions(
  before: AuthoredSuppression,
  after: AuthoredSuppression,
  objects: Objects,
): Draft {
  const [old, young] = [before.object, after.object];
  const at = (path: string): SourceRange => after.origin.rangeOf([path]);
  const notes = [
    ...switchNotes(old.enabled, young.enabled, at('enabled')),
    ...ruleNotes(old, young, objects, at('rules')),
    ...timeNotes(old, young, after),
    ...quietNote('reason', old.reason, young.reason, at('reason')),
    ...quietNote('name', old.name, young.name, at('name')),
    ...quietNote('tags', old.tags.toSorted(), young.tags.toSorted(), at('tags')),
    ...restNotes(old, young, REST, at),
    ...testNotes(before.tests, after.tests, at('tests')),
  ];
  const queries = [...appliesChanges(old, after, objects), ...hidingChanges(old, after, objects)];
  return { queries, notes };
}

/** A new suppression, compared with none: what it hides is its meaning. */
export function addSuppression(after: AuthoredSuppression, objects: Objects): Draft {
  const { object, origin } = after;
  const rules = rulesOf(object, objects);
  const of = rules.length === 0 ? say`no rule at all` : say`rules ${listData(rules)}`;
  const until = object.expiresAtMs === undefined ? say`for ever` : say`until ${dayOf(object.expiresAtMs)}`;
  const hides = say`applies to ${of} ${until}`;
  return {
    queries: hidingChanges({ suppressSignals: '', excludeEvents: '' }, after, objects),
    notes: [note('rules', 'attention', hides, origin.rangeOf(['rules']))],
  };
}

type Hiding = Pick<Suppression, 'suppressSignals' | 'excludeEvents'>;

/** Rules by id on both sides are a list, and told as one. */
function appliesChanges(
  before: Suppression,
  after: AuthoredSuppression,
  objects: Objects,
): readonly QueryChange[] {
  const { rules } = after.object;
  if (before.rules.kind === 'ids' && rules.kind === 'ids') return [];
  const change = compareQueryPair({
    use: 'suppressed-rules',
    before: ruleQueryOf(before),
    after: ruleQueryOf(after.object),
    source: 'rules',
    examples: exampleRules(objects),
    place: after.origin.rangeOf([rules.kind === 'query' ? 'ruleQuery' : 'rules']),
  });
  return change === undefined ? [] : [change];
}

/** Ids as the rule search would find them. */
function ruleQueryOf({ rules }: Suppression): string {
  if (rules.kind === 'query') return rules.query;
  const field = { kind: 'reserved', name: 'ruleId', start: 0, end: 0 } as const;
  return printQuery(
    anyOf(rules.ids.map((value) => leaf(field, { kind: 'equals', value, start: 0, end: 0 }))),
  );
}

function hidingChanges(before: Hiding, after: AuthoredSuppression, objects: Objects): readonly QueryChange[] {
  const ids = rulesOf(after.object, objects);
  const signals = compareQueryPair({
    use: 'suppress-signals',
    before: before.suppressSignals,
    after: after.object.suppressSignals,
    source: 'signals',
    examples: exampleSignals(after.tests, ids, objects),
    place: after.origin.rangeOf(['suppressSignals']),
  });
  const events = compareQueryPair({
    use: 'exclude-events',
    before: before.excludeEvents,
    after: after.object.excludeEvents,
    ...sourceOfRules(ids, objects),
    examples: exampleEventsOfRules(ids, objects),
    place: after.origin.rangeOf(['excludeEvents']),
  });
  return [signals, events].filter((change) => change !== undefined);
}

/** What the rules read, where all of them read the same. */
function sourceOfRules(ids: readonly string[], objects: Objects): { readonly source?: QuerySource } {
  const sources = new Set(
    ids.flatMap((id) => {
      const rule = objects.get(addressOf('detection-rule', id));
      return rule?.kind === 'detection-rule' ? [sourceOf(TYPE_DATA_SOURCE[rule.object.type])] : [];
    }),
  );
  const [source] = sources;
  return sources.size === 1 && source !== undefined ? { source } : {};
}

/** Ids of the rules of this side that the suppression applies to. */
function rulesOf({ rules }: Suppression, objects: Objects): readonly string[] {
  if (rules.kind === 'ids') return rules.ids;
  const matches = compileMatcher(parseUse(rules.query, 'rule-query'));
  return ruleIdsOf(objects).filter((id) => {
    const rule = objects.get(addressOf('detection-rule', id));
    return rule?.kind === 'detection-rule' && matches(ruleDocument(rule.object, id));
  });
}

function switchNotes(before: boolean, after: boolean, place: SourceRange): readonly Note[] {
  if (before === after) return [];
  return [
    after
      ? note('enabled', 'attention', say`is switched on and hides again`, place)
      : note('enabled', 'notice', say`is switched off and hides nothing`, place),
  ];
}

function ruleNotes(
  before: Suppression,
  after: Suppression,
  objects: Objects,
  place: SourceRange,
): readonly Note[] {
  const words = {
    topic: 'rules',
    added: 'also applies to',
    removed: 'no longer applies to',
    addedWeight: 'attention',
    removedWeight: 'notice',
  } as const;
  const notes = listNotes(rulesOf(before, objects), rulesOf(after, objects), words, place);
  const isRewritten = JSON.stringify(before.rules) !== JSON.stringify(after.rules);
  if (notes.length > 0 || !isRewritten) return notes;
  return [note('rules', 'notice', say`of the rules there are today it applies to the same`, place)];
}

function timeNotes(before: Suppression, after: Suppression, authored: AuthoredSuppression): readonly Note[] {
  const notes: Note[] = [];
  const [oldEnd, newEnd] = [before.expiresAtMs, after.expiresAtMs];
  if (oldEnd !== newEnd) {
    const isLonger = (newEnd ?? Number.POSITIVE_INFINITY) > (oldEnd ?? Number.POSITIVE_INFINITY);
    const text = say`hides ${[isLonger ? 'for longer: ' : 'for less long: ']}until ${endText(newEnd)}, before until ${endText(oldEnd)}`;
    notes.push(note('expiry', isLonger ? 'attention' : 'notice', text, authored.origin.rangeOf(['expires'])));
  }
  const [oldStart, newStart] = [before.startsAtMs, after.startsAtMs];
  if (oldStart !== newStart) {
    const isEarlier = (newStart ?? Number.NEGATIVE_INFINITY) < (oldStart ?? Number.NEGATIVE_INFINITY);
    const text = say`hides from ${startText(newStart)} on, before from ${startText(oldStart)} on`;
    notes.push(note('start', isEarlier ? 'attention' : 'notice', text, authored.origin.rangeOf(['starts'])));
  }
  return notes;
}

function endText(ms: number | undefined): Phrase {
  return ms === undefined ? ['no end'] : say`${dayOf(ms)}`;
}

function startText(ms: number | undefined): Phrase {
  return ms === undefined ? ['the first day'] : say`${dayOf(ms)}`;
}

/** `2026-11-28 18:00 UTC`. */
function dayOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
