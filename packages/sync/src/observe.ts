/** What exists at the target and carries a mark of ours. Objects of others are counted, never kept. */

import type { Address, Payload } from '@signalwright/model';
import {
  REMOTE_KINDS,
  attributesOf,
  isRuleOf,
  normalisePayload,
  readOwnership,
  type ApiClient,
  type ApiOutcome,
  type Ownership,
  type RemoteKind,
  type RemoteObject,
} from '@signalwright/wire';
import { contentDigest } from './desired.ts';
import type { LastApplied } from './journal-entry.ts';
import { carriesMark, remoteKindOf } from './ownership-match.ts';

export interface ObservedObject {
  readonly kind: RemoteKind;
  readonly remote: RemoteObject;
  readonly ownership: Ownership;
  /** Normal form of its payload. */
  readonly content: Payload;
  readonly digest: string;
}

export interface ObservedState {
  readonly stack: string;
  /**
   * Tagged for this stack, or with a suffix (which says no stack), or with several tags, one of them ours; and rules
   * of Datadog that content tunes.
   */
  readonly objects: readonly ObservedObject[];
  /** How many others there are: somebody else's, or nobody's. */
  readonly foreign: number;
}

/**
 * Lists all four kinds. A list that cannot be read as a whole is no observation: nothing is taken for absent.
 *
 * @param lastApplied what the journal knows; lists may lag behind writes, so an object on record that no list shows
 *   is asked for by its id before it counts as gone
 * @param tuned ids of rules of Datadog that content tunes: kept although they carry no mark yet
 */
export async function observe(
  client: ApiClient,
  stack: string,
  lastApplied: ReadonlyMap<Address, LastApplied> = new Map(),
  tuned: ReadonlySet<string> = new Set(),
): Promise<ApiOutcome<ObservedState>> {
  const kinds = await Promise.all(REMOTE_KINDS.map((kind) => observeKind(client, kind, stack, tuned)));
  const objects: ObservedObject[] = [];
  let foreign = 0;
  for (const outcome of kinds) {
    if (outcome.kind !== 'done') return outcome;
    objects.push(...outcome.value.objects);
    foreign += outcome.value.foreign;
  }
  const listed = new Set(objects.map((object) => `${object.kind} ${object.remote.id}`));
  for (const [address, { remoteId }] of lastApplied) {
    const kind = remoteKindOf(address);
    if (listed.has(`${kind} ${remoteId}`)) continue;
    const read = await client.objects(kind).get(remoteId);
    if (read.kind === 'refused' && read.error.status === 404) continue;
    if (read.kind !== 'done') return read;
    const ownership = readOwnership(read.value.payload);
    // Without the mark it is not ours any more: somebody took it over.
    if (carriesMark(ownership, stack, address)) objects.push(observeObject(read.value, ownership));
  }
  return { kind: 'done', value: { stack, objects, foreign } };
}

/** The marked objects of one kind. */
export async function observeKind(
  client: ApiClient,
  kind: RemoteKind,
  stack: string,
  tuned: ReadonlySet<string> = new Set(),
): Promise<ApiOutcome<ObservedState>> {
  const listed = await client.objects(kind).list();
  if (listed.kind !== 'done') return listed;
  const objects: ObservedObject[] = [];
  for (const remote of listed.value) {
    const ownership = readOwnership(remote.payload);
    if (!mayBeOurs(ownership, stack) && !isTuned(remote, tuned)) continue;
    const whole = await completeObject(client, remote);
    if (whole.kind !== 'done') return whole;
    // Gone between the list and the look.
    if (whole.value !== undefined) objects.push(observeObject(whole.value, ownership));
  }
  return { kind: 'done', value: { stack, objects, foreign: listed.value.length - objects.length } };
}

function isTuned({ kind, payload }: RemoteObject, tuned: ReadonlySet<string>): boolean {
  return kind === 'detection-rule' && [...tuned].some((ruleId) => isRuleOf(attributesOf(payload), ruleId));
}

function mayBeOurs(ownership: Ownership, stack: string): boolean {
  switch (ownership.kind) {
    case 'unmarked':
      return false;
    case 'tag':
      return ownership.stack === stack;
    case 'suffix':
      return true;
    case 'ambiguous':
      return ownership.marks.some((mark) => mark.startsWith(`signalwright:${stack}/`));
  }
}

/** Lists of workflows may come without the spec: then the object itself is read. */
async function completeObject(
  client: ApiClient,
  remote: RemoteObject,
): Promise<ApiOutcome<RemoteObject | undefined>> {
  const spec = attributesOf(remote.payload)['spec'];
  if (remote.kind !== 'workflow' || (spec !== null && spec !== undefined))
    return { kind: 'done', value: remote };
  const whole = await client.workflows.get(remote.id);
  const gone = whole.kind === 'refused' && whole.error.status === 404;
  return gone ? { kind: 'done', value: undefined } : whole;
}

function observeObject(remote: RemoteObject, ownership: Ownership): ObservedObject {
  return { kind: remote.kind, remote, ownership, ...observeContent(remote) };
}

/** The normal form of an object's payload, and its digest. */
export function observeContent(remote: RemoteObject): Pick<ObservedObject, 'content' | 'digest'> {
  const content = normalisePayload(remote.kind, remote.payload);
  return { content, digest: contentDigest(content) };
}
