/**
 * What changed in a workflow: when it starts, what it may do, and which steps are other ones. What a run would
 * do differently is not claimed: that takes both workflows and a signal.
 */

import { isDeepStrictEqual } from 'node:util';
import {
  DEFAULT_RATE_MS,
  formatDuration,
  triggerOf,
  type AuthoredWorkflow,
  type RateLimit,
  type SourceRange,
  type TriggerKind,
  type Workflow,
  type WorkflowStep,
  type WorkflowTrigger,
} from '@signalwright/model';
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
    ...triggerNotes(before, after),
    ...(old.published === young.published ? [] : [publishedNote(young.published, at('published'))]),
    ...bindingNotes(before, after),
    ...listNotes(actionsOf(old), actionsOf(young), calls, after.origin.keyRangeOf(['steps'])),
    ...stepNotes(before, after),
    ...(isDeepStrictEqual(old.inputs, young.inputs)
      ? []
      : [note('inputs', 'notice', say`takes other inputs`, at('inputs'))]),
    ...(isDeepStrictEqual(old.outputs, young.outputs)
      ? []
      : [note('outputs', 'notice', say`gives other outputs`, at('outputs'))]),
    ...quietNote('name', old.name, young.name, at('name')),
    ...quietNote('description', old.description, young.description, at('description')),
    ...quietNote('tags', old.tags.toSorted(), young.tags.toSorted(), at('tags')),
    ...quietNote('annotations', old.annotations, young.annotations, at('annotations')),
    ...quietNote('layout', old.layout, young.layout, at('id')),
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
  const starts = object.published ? object.triggers : [];
  return {
    queries: [],
    notes: [
      ...starts.map(({ kind }) =>
        note(
          'triggers',
          'attention',
          say`is started by ${starterOf(kind)}`,
          origin.rangeOf(['triggers', kind]),
        ),
      ),
      ...listNotes([], actions, words, origin.keyRangeOf(['steps'])),
    ],
  };
}

function actionsOf({ steps }: Workflow): readonly string[] {
  return [...new Set(steps.flatMap(({ does }) => (does.kind === 'action' ? [does.action] : [])))];
}

function triggerNotes(before: AuthoredWorkflow, after: AuthoredWorkflow): readonly Note[] {
  const [olds, youngs] = [before.object.triggers, after.object.triggers];
  const place = after.origin.rangeOf(['triggers']);
  const gone = olds
    .filter(({ kind }) => triggerOf(youngs, kind) === undefined)
    .map(({ kind }) =>
      note('triggers', 'attention', say`can no longer be started by ${starterOf(kind)}`, place),
    );
  const others = youngs.flatMap((young) => {
    const old = triggerOf(olds, young.kind);
    return triggerNote(old, young, after.origin.rangeOf(['triggers', young.kind]));
  });
  return [...gone, ...others];
}

function triggerNote(
  old: WorkflowTrigger | undefined,
  young: WorkflowTrigger,
  place: SourceRange,
): readonly Note[] {
  const starter = starterOf(young.kind);
  if (old === undefined) {
    return [note('triggers', 'attention', say`can now be started by ${starter}`, place)];
  }
  if (isDeepStrictEqual(old, young)) return [];
  const [oldLimit, youngLimit] = [rateLimitOf(old), rateLimitOf(young)];
  if (!isDeepStrictEqual(oldLimit, youngLimit)) {
    const text = say`starts ${rateText(youngLimit)}, before ${rateText(oldLimit)}`;
    return [note('rate limit', 'notice', text, place)];
  }
  return [note('triggers', 'attention', say`is started by ${starter} in another way`, place)];
}

/** Signals reach a workflow through notification rules; the others are called as in the file. */
function starterOf(kind: TriggerKind): Phrase {
  return kind === 'security' ? ['notification rules'] : say`the trigger ${kind}`;
}

function rateLimitOf(trigger: WorkflowTrigger): RateLimit | undefined {
  return 'rateLimit' in trigger ? trigger.rateLimit : undefined;
}

function rateText(limit: RateLimit | undefined): Phrase {
  if (limit === undefined) return ['without a limit'];
  const { count, perMs = DEFAULT_RATE_MS } = limit;
  return say`at most ${count} times in ${formatDuration(perMs)}`;
}

/** Whose rights it uses, and who may call it. */
function bindingNotes(before: AuthoredWorkflow, after: AuthoredWorkflow): readonly Note[] {
  const parts = [
    ['handle', ['handle'], say`is started by another handle`],
    ['runAs', ['runAs'], say`runs in another name`],
    ['webhookSecret', ['webhookSecret'], say`takes webhooks that another secret signs`],
    ['connections', ['connections', 'connectionGroups'], say`acts with other connections`],
  ] as const;
  return parts.flatMap(([topic, keys, text]) => {
    const isSame = keys.every((key) => isDeepStrictEqual(before.object[key], after.object[key]));
    return isSame ? [] : [note(topic, 'attention', text, after.origin.rangeOf([topic]))];
  });
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
    const parts = (Object.keys(STEP_PARTS) as (keyof typeof STEP_PARTS)[]).filter(
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
  onError: 'goes on in another way when it fails',
  waitUntil: 'waits for something else',
  connection: 'acts with another connection',
} as const satisfies Partial<Record<keyof WorkflowStep, string>>;
