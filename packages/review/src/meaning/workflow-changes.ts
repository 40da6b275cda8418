/**
 * What changed in a workflow: when it starts, what it may do, and which steps are other ones. What a run would
 * do differently is not claimed: that takes both workflows and a signal.
 */

import { isDeepStrictEqual } from 'node:util';
import { formatDuration, type AuthoredWorkflow, type SourceRange, type Workflow } from '@signalwright/model';
import { say, type Phrase } from '../phrase.ts';
import type { Draft } from './draft.ts';
import { listNotes, note, quietNote, testNotes } from './note.ts';
import type { Note } from './report.ts';

export function compareWorkflows(before: AuthoredWorkflow, after: AuthoredWorkflow): Draft {
  const [old, young] = [before.object, after.object];
  const at = (path: string): SourceRange => after.origin.rangeOf([path]);
  const calls = {
    topic: 'actions',
    added: 'may now call',
    removed: 'no longer calls',
    addedWeight: 'attention',
    removedWeight: 'notice',
  } as const;
  const notes = [
    ...triggerNotes(old, young, at('triggers')),
    ...(old.published === young.published ? [] : [publishedNote(young.published, at('published'))]),
    ...listNotes(actionsOf(old), actionsOf(young), calls, after.origin.keyRangeOf(['steps'])),
    ...stepNotes(before, after),
    ...(isDeepStrictEqual(old.inputs, young.inputs)
      ? []
      : [note('inputs', 'notice', say`takes other inputs`, at('inputs'))]),
    ...quietNote('name', old.name, young.name, at('name')),
    ...quietNote('description', old.description, young.description, at('description')),
    ...quietNote('tags', old.tags.toSorted(), young.tags.toSorted(), at('tags')),
    ...quietNote('sample', before.sample, after.sample, at('sample')),
    ...testNotes(before.tests, after.tests, at('tests')),
  ];
  return { queries: [], notes };
}

/** What a new workflow may do is its meaning. */
export function addWorkflow(after: AuthoredWorkflow): Draft {
  const { object, origin } = after;
  const actions = actionsOf(object);
  const words = {
    topic: 'actions',
    added: 'may call',
    removed: '',
    addedWeight: 'attention',
    removedWeight: 'quiet',
  } as const;
  const starts = object.triggers.security !== undefined && object.published;
  return {
    queries: [],
    notes: [
      ...(starts
        ? [note('triggers', 'attention', say`is started by notification rules`, origin.rangeOf(['triggers']))]
        : []),
      ...listNotes([], actions, words, origin.keyRangeOf(['steps'])),
    ],
  };
}

function actionsOf({ steps }: Workflow): readonly string[] {
  return [...new Set(steps.flatMap(({ does }) => (does.kind === 'action' ? [does.action] : [])))];
}

function triggerNotes(before: Workflow, after: Workflow, place: SourceRange): readonly Note[] {
  const [old, young] = [before.triggers.security, after.triggers.security];
  if (isDeepStrictEqual(old, young)) return [];
  if (old === undefined) {
    return [note('triggers', 'attention', say`can now be started by notification rules`, place)];
  }
  if (young === undefined) {
    return [note('triggers', 'attention', say`can no longer be started by notification rules`, place)];
  }
  const text = say`starts ${rateText(young.rateLimit)}, before ${rateText(old.rateLimit)}`;
  return [note('rate limit', 'notice', text, place)];
}

function rateText(limit: { readonly count: number; readonly perMs: number } | undefined): Phrase {
  return limit === undefined
    ? ['without a limit']
    : say`at most ${limit.count} times in ${formatDuration(limit.perMs)}`;
}

function publishedNote(isPublished: boolean, place: SourceRange): Note {
  return isPublished
    ? note('published', 'attention', say`is published: it starts by itself`, place)
    : note('published', 'attention', say`is no longer published: it runs by hand only`, place);
}

function stepNotes(before: AuthoredWorkflow, after: AuthoredWorkflow): readonly Note[] {
  const [olds, youngs] = [before.object.steps, after.object.steps];
  const ids = (steps: Workflow['steps']): readonly string[] => steps.map(({ id }) => id);
  const words = {
    topic: 'steps',
    added: 'has new steps:',
    removed: 'has no longer the steps:',
    addedWeight: 'notice',
    removedWeight: 'notice',
  } as const;
  const changed = youngs.flatMap((young, position) => {
    const old = olds.find(({ id }) => id === young.id);
    if (old === undefined) return [];
    const parts = (['does', 'after', 'join', 'retry'] as const).filter(
      (part) => !isDeepStrictEqual(old[part], young[part]),
    );
    if (parts.length === 0) return [];
    const what = parts.map((part) => STEP_PARTS[part]).join(' and ');
    const place = after.origin.rangeOf(['steps', position]);
    return [note('steps', 'notice', say`step ${young.id} ${[what]}`, place)];
  });
  return [...listNotes(ids(olds), ids(youngs), words, after.origin.keyRangeOf(['steps'])), ...changed];
}

const STEP_PARTS = {
  does: 'does something else',
  after: 'comes after other steps',
  join: 'waits in another way',
  retry: 'is repeated in another way',
} as const;
