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
  type WorkflowTrigger,
} from '@signalwright/model';
import { say, type Phrase } from '../phrase.ts';
import type { Draft } from './draft.ts';
import { listNotes, note, quietNote, restNotes, testNotes, type RestFields } from './note.ts';
import type { Note } from './report.ts';
import { stepNotes } from './workflow-step-changes.ts';

const REST: RestFields<Workflow> = {
  kind: 'told',
  id: 'told',
  name: { topic: 'name', weight: 'quiet' },
  description: { topic: 'description', weight: 'quiet' },
  tags: 'told',
  published: 'told',
  handle: 'told',
  runAs: 'told',
  webhookSecret: 'told',
  triggers: 'told',
  inputs: 'told',
  outputs: 'told',
  connections: 'told',
  connectionGroups: 'told',
  steps: 'told',
  annotations: { topic: 'annotations', weight: 'quiet' },
  layout: 'told',
  remoteId: { topic: 'remote id', weight: 'notice' },
  unknownFields: { topic: 'unknown fields', weight: 'notice' },
};

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
    ...quietNote('tags', old.tags.toSorted(), young.tags.toSorted(), at('tags')),
    ...quietNote('layout', old.layout, young.layout, at('id')),
    ...restNotes(old, young, REST, at),
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
  const notes: Note[] = [];
  if (!isDeepStrictEqual(oldLimit, youngLimit)) {
    const text = say`starts ${rateText(youngLimit)}, before ${rateText(oldLimit)}`;
    notes.push(note('rate limit', 'notice', text, place));
  }
  if (!isDeepStrictEqual({ ...old, rateLimit: undefined }, { ...young, rateLimit: undefined })) {
    notes.push(note('triggers', 'attention', say`is started by ${starter} in another way`, place));
  }
  return notes;
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
