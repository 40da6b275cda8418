/** Which steps of a workflow came, went, or do what they do in another way. */

import { isDeepStrictEqual } from 'node:util';
import {
  formatDuration,
  type AuthoredWorkflow,
  type SourceRange,
  type StepBody,
  type StepCondition,
  type StepRetry,
  type WorkflowStep,
} from '@signalwright/model';
import { countOf, list, say, type Phrase } from '../phrase.ts';
import { inputTexts, shortText } from './input-changes.ts';
import { listNotes, note } from './note.ts';
import type { Note } from './report.ts';

export function stepNotes(before: AuthoredWorkflow, after: AuthoredWorkflow): readonly Note[] {
  const [olds, youngs] = [before.object.steps, after.object.steps];
  const ids = (steps: readonly WorkflowStep[]): readonly string[] => steps.map(({ id }) => id);
  const words = {
    topic: 'steps',
    added: 'has new steps:',
    removed: 'has no longer the steps:',
    addedWeight: 'notice',
    removedWeight: 'notice',
  } as const;
  const changed = youngs.flatMap((young, position) => {
    const old = olds.find(({ id }) => id === young.id);
    return old === undefined ? [] : changesOf(old, young, after.origin.rangeOf(['steps', position]));
  });
  return [...listNotes(ids(olds), ids(youngs), words, after.origin.keyRangeOf(['steps'])), ...changed];
}

/** One note a step. */
function changesOf(old: WorkflowStep, young: WorkflowStep, place: SourceRange): readonly Note[] {
  const keys = (Object.keys(PARTS) as (keyof WorkflowStep)[]).filter(
    (key) => !isDeepStrictEqual(old[key], young[key]),
  );
  const parts = keys.flatMap((key): readonly Phrase[] => {
    if (key === 'does') return bodyTexts(old.does, young.does);
    if (key === 'retry')
      return [say`is tried again ${retryText(young.retry)}, before ${retryText(old.retry)}`];
    return [[PARTS[key]]];
  });
  return parts.length === 0 ? [] : [note('steps', 'notice', say`step ${young.id} ${list(parts)}`, place)];
}

/** A new part of a step does not compile before it has words here; some are told in more detail. */
const PARTS: Readonly<Record<keyof Required<WorkflowStep>, string>> = {
  id: '',
  does: 'does something else',
  after: 'comes after other steps',
  join: 'waits in another way',
  retry: 'is tried again in another way',
  onError: 'goes on in another way when it fails',
  waitUntil: 'waits for something else',
  connection: 'acts with another connection',
};

function retryText(retry: StepRetry | undefined): Phrase {
  if (retry === undefined || retry.times === 0) return ['never'];
  return say`${[countOf(retry.times, 'time')]}, ${formatDuration(retry.everyMs)} apart`;
}

function bodyTexts(old: StepBody, young: StepBody): readonly Phrase[] {
  if (old.kind === 'if' && young.kind === 'if') {
    return [say`goes on where ${conditionsText(young)}, before where ${conditionsText(old)}`];
  }
  if (old.kind === 'if' || young.kind === 'if') return [['does something else']];
  const texts = old.action === young.action ? [] : [say`calls ${young.action}, before ${old.action}`];
  return [...texts, ...inputTexts(old.inputs, young.inputs)];
}

/** More of them are looked up where they stand. */
const MAX_CONDITIONS = 4;

function conditionsText({ needs, conditions }: StepBody & { readonly kind: 'if' }): Phrase {
  const shown = conditions.slice(0, MAX_CONDITIONS).map(conditionText);
  const more = conditions.length - shown.length;
  const all = more > 0 ? [...shown, [`${more} more`]] : shown;
  return all.length === 1 ? (all[0] ?? []) : say`${[needs === 'all' ? 'all of' : 'one of']} ${list(all)}`;
}

function conditionText({ left, operator, right }: StepCondition): Phrase {
  const end = right === undefined ? [] : say` ${shortText(right)}`;
  return say`${shortText(left)} ${[operator]}${end}`;
}
