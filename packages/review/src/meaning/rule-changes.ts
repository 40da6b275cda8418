/**
 * What changed in a detection rule besides the meaning of its queries. Fields are named in plain words; how
 * often the rule will fire is not claimed here, since that takes more than looking at one field.
 */

import { isDeepStrictEqual } from 'node:util';
import type { AuthoredRule, DetectionMethod, SourceRange } from '@signalwright/model';
import { listData, say, type Phrase } from '../phrase.ts';
import type { Draft } from './draft.ts';
import { durationNote, note, quietNote, testNotes } from './note.ts';
import type { Objects } from './objects.ts';
import type { Note } from './report.ts';
import { actionText, caseNotes } from './rule-case-notes.ts';
import { partNotes } from './rule-part-changes.ts';
import { queryChanges, thirdPartyNotes } from './rule-query-changes.ts';
import { queryListNotes } from './rule-query-notes.ts';
import { reachNotes } from './rule-reach.ts';

/** @param objects the new side: who is told of the rule's signals, and what hides them */
export function compareRules(before: AuthoredRule, after: AuthoredRule, objects: Objects): Draft {
  const [old, young] = [before.object, after.object];
  const at = (...path: (string | number)[]): SourceRange => after.origin.rangeOf(path);
  const notes = [
    ...enabledNotes(old.enabled, young.enabled, at('enabled')),
    ...stageNotes(before, after),
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

/** Either way it is grave: people stop to be told, or what the cases say begins to happen. */
function stageNotes(before: AuthoredRule, after: AuthoredRule): readonly Note[] {
  if (before.stage === after.stage) return [];
  const place = after.origin.rangeOf(['stage']);
  const cases = effectsOf(after);
  return [
    after.stage === 'shadow'
      ? note('stage', 'attention', say`is a shadow now: severity info, tells nobody, does nothing`, place)
      : note('stage', 'attention', say`goes live, no longer a shadow: ${cases}`, place),
  ];
}

/** `high, tells @slack-appsec, does block_ip 1h`: what a shadow does not do. */
function effectsOf({ object }: AuthoredRule): Phrase {
  const cases = object.method.kind === 'third_party' ? object.method.cases : object.cases;
  const severities = [...new Set(cases.map(({ severity }) => severity))];
  const handles = [...new Set(cases.flatMap(({ notifications }) => notifications))];
  const actions = [...new Set(object.cases.flatMap((each) => each.actions.map(actionText)))];
  return [
    severities.join(' or '),
    ...(handles.length === 0 ? [] : [', tells ', ...listData(handles)]),
    ...(actions.length === 0 ? [] : [', does by itself ', ...listData(actions)]),
  ];
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
