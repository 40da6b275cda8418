/** What changed in the cases of a detection rule: when each is true, how severe it is, whom it tells, what it does. */

import {
  formatDuration,
  severityRank,
  type AuthoredRule,
  type CaseAction,
  type RuleCase,
  type SourceRange,
} from '@signalwright/model';
import { say, type Phrase } from '../phrase.ts';
import { listNotes, note } from './note.ts';
import type { Note } from './report.ts';

/** A case is known by its name; one without a name by its condition, else its place. */
export function caseNotes(before: AuthoredRule, after: AuthoredRule): readonly Note[] {
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

export function actionText(action: CaseAction): string {
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
