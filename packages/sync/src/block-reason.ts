/** Why an object cannot be applied as it stands: what the API never does, and what only a person can decide. */

import type { FieldChange, Payload } from '@signalwright/model';
import {
  FIXED_FIELDS,
  attributesOf,
  isDeprecatedRule,
  isOwnedRule,
  isRuleOf,
  ownershipSuffix,
  ownershipTag,
  type Ownership,
} from '@signalwright/wire';
import { remoteKey, type DesiredObject } from './desired.ts';
import { diffFields } from './diff-fields.ts';
import type { LastApplied } from './journal-entry.ts';
import type { ObservedObject, ObservedState } from './observe.ts';

/** What marks stand on everything that is there, by `remoteKey`. */
export interface MarkedState {
  readonly stack: string;
  readonly marks: ReadonlyMap<string, Ownership>;
}

export function marksIn({ stack, objects, foreign }: ObservedState): MarkedState {
  const ours = objects.map(({ kind, remote, ownership }) => [remoteKey(kind, remote.id), ownership] as const);
  return { stack, marks: new Map([...ours, ...foreign]) };
}

export interface Block {
  /** Sentences: what is so, and what to do. */
  readonly reason: string;
  /** Where one field is to blame. */
  readonly field?: FieldChange;
}

/**
 * @param observed the remote object that it stands for
 * @param state everything that is there
 * @param last what the last apply left
 * @returns undefined when nothing stands in the way
 */
export function findBlock(
  object: DesiredObject,
  observed: ObservedObject | undefined,
  state: MarkedState,
  last: LastApplied | undefined,
): Block | undefined {
  if (object.tunes !== undefined) return asBlock(tuningReason(object, object.tunes, observed));
  if (observed === undefined)
    return asBlock(creationReason(object) ?? secondReason(object, state) ?? strayReason(object, state, last));
  if (isOwnedRule(attributesOf(observed.remote.payload))) {
    return asBlock(
      `${observed.remote.id} carries its mark and belongs to Datadog. Tune it with default: ${observed.remote.id}, or remove the mark.`,
    );
  }
  // Most objects are as they should be: nothing is compared of them.
  return observed.digest === object.digest ? undefined : fixedBlock(object, observed);
}

function asBlock(reason: string | undefined): Block | undefined {
  return reason === undefined ? undefined : { reason };
}

/** Source: the API answers these rules and has no payload that creates one. */
function creationReason({ body, kind }: DesiredObject): string | undefined {
  if (kind !== 'detection-rule' || body['type'] !== 'infrastructure_configuration') return undefined;
  return 'The API cannot create rules of type infrastructure_configuration. Tune the one of Datadog with default:.';
}

/** What it was imported from is there, and is not ours: a create would make the same thing once more. */
function secondReason({ kind, importedFrom }: DesiredObject, state: MarkedState): string | undefined {
  if (importedFrom === undefined) return undefined;
  const key = remoteKey(kind, importedFrom);
  const ownership = state.marks.get(key);
  if (ownership === undefined) return undefined;
  const what = `${importedFrom}, which this was imported from, is at the target`;
  return ownership.kind === 'unmarked'
    ? `${what} without our mark, and a create would make a second one. --adopt puts the mark on it; without remoteId: in the file it is an object of its own.`
    : `${what} and ${markText(ownership)}, so that it is not taken over: remove this file, or remoteId: from it, which makes an object of its own.`;
}

/** The object that an apply made is there, and its mark is not: who edited it may not know what else hangs on it. */
function strayReason(
  { kind, id }: DesiredObject,
  state: MarkedState,
  last: LastApplied | undefined,
): string | undefined {
  if (last === undefined) return undefined;
  const key = remoteKey(kind, last.remoteId);
  const ownership = state.marks.get(key);
  if (ownership === undefined) return undefined;
  const mark =
    kind === 'notification-rule'
      ? `${ownershipSuffix(state.stack, id).trim()} at the end of its name`
      : `the tag ${ownershipTag(state.stack, id)}`;
  return `${last.remoteId}, which an apply made for this file, ${markText(ownership)}: a create would make a second one. Put ${mark} back there, or delete it there. If it belongs to others now, remove this file, or give it another id.`;
}

function markText(ownership: Ownership): string {
  switch (ownership.kind) {
    case 'unmarked':
      return 'does not carry our mark any more';
    case 'tag':
      return `carries the mark of ${ownership.stack}/${ownership.id}`;
    case 'suffix':
      return `carries another mark (${ownership.mark})`;
    case 'ambiguous':
      return `carries the marks ${ownership.marks.join(', ')}`;
  }
}

/** A rule of Datadog is there or not: it is changed, never created. */
function tuningReason(
  object: DesiredObject,
  ruleId: string,
  observed: ObservedObject | undefined,
): string | undefined {
  if (observed === undefined) {
    return `The target has no rule ${ruleId}: a rule of Datadog can be tuned, not created. Check default:; an embedded org takes its rules of Datadog from content when it starts.`;
  }
  const rule = attributesOf(observed.remote.payload);
  if (!isRuleOf(rule, ruleId)) {
    return `${observed.remote.id} carries its mark, and default: says ${ruleId}. Remove the mark from the one that is not meant.`;
  }
  if (!isOwnedRule(rule)) {
    return `${ruleId} belongs to this organisation, not to Datadog: write it as a rule of your own.`;
  }
  const changed = observed.digest !== object.digest;
  if (isDeprecatedRule(rule) && changed) {
    return `Datadog has deprecated ${ruleId} and takes no changes of it. Remove the file.`;
  }
  for (const part of ['queries', 'cases'] as const) {
    const [pinned, there] = [countOf(object.content, part), countOf(observed.content, part)];
    if (pinned === there) continue;
    return `Datadog has changed ${ruleId} since its body was pinned: ${there} ${part}, ${pinned} pinned. Import it again.`;
  }
  return undefined;
}

function countOf(content: Payload, part: 'queries' | 'cases'): number {
  const list = content[part];
  return Array.isArray(list) ? list.length : 0;
}

/** A field that the API takes at creation only: a new object is needed, which is for a person to decide. */
function fixedBlock(object: DesiredObject, observed: ObservedObject): Block | undefined {
  const field = diffFields(observed.content, object.content).find(({ path }) =>
    FIXED_FIELDS[object.kind].includes(path),
  );
  if (field === undefined) return undefined;
  const { path, before, after } = field;
  return {
    field,
    reason:
      `The API takes ${path} at creation only: it is ${show(before)} there and ${show(after)} here. There are two ways. ` +
      'Give this file another id, and apply with --prune: the new object is made, then the old one is switched off and deleted later. ' +
      `Or delete ${observed.remote.id} there and apply: the object is made anew, and nothing watches in between.`,
  };
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
