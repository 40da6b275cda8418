/** Why an object cannot be applied as it stands: what the API never does, and what only a person can decide. */

import type { Payload } from '@signalwright/model';
import {
  FIXED_FIELDS,
  attributesOf,
  isDeprecatedRule,
  isOwnedRule,
  isRuleOf,
  type Ownership,
} from '@signalwright/wire';
import { remoteKey, type DesiredObject } from './desired.ts';
import { diffFields } from './diff-fields.ts';
import type { ObservedObject, ObservedState } from './observe.ts';

/**
 * @param observed the remote object that it stands for
 * @param state everything that is there
 * @returns undefined when nothing stands in the way
 */
export function blockReason(
  object: DesiredObject,
  observed: ObservedObject | undefined,
  state: ObservedState,
): string | undefined {
  if (object.tunes !== undefined) return tuningReason(object, object.tunes, observed);
  if (observed === undefined) return creationReason(object) ?? secondReason(object, state);
  if (isOwnedRule(attributesOf(observed.remote.payload))) {
    return `${observed.remote.id} carries its mark and belongs to Datadog. Tune it with default: ${observed.remote.id}, or remove the mark.`;
  }
  // Most objects are as they should be: nothing is compared of them.
  return observed.digest === object.digest ? undefined : fixedReason(object, observed);
}

/** Source: the API answers these rules and has no payload that creates one. */
function creationReason({ body, kind }: DesiredObject): string | undefined {
  if (kind !== 'detection-rule' || body['type'] !== 'infrastructure_configuration') return undefined;
  return 'The API cannot create rules of type infrastructure_configuration. Tune the one of Datadog with default:.';
}

/** What it was imported from is there, and is not ours: a create would make the same thing once more. */
function secondReason({ kind, importedFrom }: DesiredObject, state: ObservedState): string | undefined {
  if (importedFrom === undefined) return undefined;
  const key = remoteKey(kind, importedFrom);
  const ownership = state.foreign.get(key) ?? ownedBy(key, state);
  if (ownership === undefined) return undefined;
  const what = `${importedFrom}, which this was imported from, is at the target`;
  return ownership.kind === 'unmarked'
    ? `${what} without our mark, and a create would make a second one. --adopt puts the mark on it; without remoteId: this is an object of its own.`
    : `${what} with a mark that is not of this file. Without remoteId: this is an object of its own.`;
}

function ownedBy(key: string, { objects }: ObservedState): Ownership | undefined {
  return objects.find(({ kind, remote }) => remoteKey(kind, remote.id) === key)?.ownership;
}

/** A rule of Datadog is there or not: it is changed, never created. */
function tuningReason(
  object: DesiredObject,
  ruleId: string,
  observed: ObservedObject | undefined,
): string | undefined {
  if (observed === undefined) {
    return `The target has no rule ${ruleId}: a rule of Datadog can be tuned, not created. Check default:.`;
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

/** A field that the API never changes after creation: a new object is needed, which is for a person to decide. */
function fixedReason(object: DesiredObject, observed: ObservedObject): string | undefined {
  const fixed = diffFields(observed.content, object.content).find((field) =>
    FIXED_FIELDS[object.kind].includes(field.path),
  );
  if (fixed === undefined) return undefined;
  return `The API cannot change ${fixed.path} from ${show(fixed.before)} to ${show(fixed.after)} after creation. Give the object a new id, or delete the old one first.`;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
