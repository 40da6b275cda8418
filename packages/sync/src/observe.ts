/** What exists at the target and carries a mark of ours. Objects of others are counted, never kept. */

import type { Payload } from '@signalwright/model';
import {
  REMOTE_KINDS,
  attributesOf,
  normalisePayload,
  readOwnership,
  type ApiClient,
  type ApiOutcome,
  type Ownership,
  type RemoteKind,
  type RemoteObject,
} from '@signalwright/wire';
import { contentDigest } from './desired.ts';

export interface ObservedObject {
  readonly kind: RemoteKind;
  readonly remote: RemoteObject;
  readonly ownership: Exclude<Ownership, { kind: 'unmarked' }>;
  /** Normal form of its payload. */
  readonly content: Payload;
  readonly digest: string;
}

export interface ObservedState {
  readonly stack: string;
  /** Tagged for this stack, or with a suffix (which says no stack), or with several tags, one of them ours. */
  readonly objects: readonly ObservedObject[];
  /** How many others there are: somebody else's, or nobody's. */
  readonly foreign: number;
}

/** Lists all four kinds. A list that cannot be read as a whole is no observation: nothing is taken for absent. */
export async function observe(client: ApiClient, stack: string): Promise<ApiOutcome<ObservedState>> {
  const kinds = await Promise.all(REMOTE_KINDS.map((kind) => observeKind(client, kind, stack)));
  const objects: ObservedObject[] = [];
  let foreign = 0;
  for (const outcome of kinds) {
    if (outcome.kind !== 'done') return outcome;
    objects.push(...outcome.value.objects);
    foreign += outcome.value.foreign;
  }
  return { kind: 'done', value: { stack, objects, foreign } };
}

/** The marked objects of one kind. */
export async function observeKind(
  client: ApiClient,
  kind: RemoteKind,
  stack: string,
): Promise<ApiOutcome<ObservedState>> {
  const listed = await client.objects(kind).list();
  if (listed.kind !== 'done') return listed;
  const objects: ObservedObject[] = [];
  for (const remote of listed.value) {
    const ownership = readOwnership(remote.payload);
    if (ownership.kind === 'unmarked' || !mayBeOurs(ownership, stack)) continue;
    const whole = await completeObject(client, remote);
    if (whole.kind !== 'done') return whole;
    // Gone between the list and the look.
    if (whole.value !== undefined) objects.push(observeObject(whole.value, ownership));
  }
  return { kind: 'done', value: { stack, objects, foreign: listed.value.length - objects.length } };
}

function mayBeOurs(ownership: ObservedObject['ownership'], stack: string): boolean {
  switch (ownership.kind) {
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

function observeObject(remote: RemoteObject, ownership: ObservedObject['ownership']): ObservedObject {
  return { kind: remote.kind, remote, ownership, ...observeContent(remote) };
}

/** The normal form of an object's payload, and its digest. */
export function observeContent(remote: RemoteObject): Pick<ObservedObject, 'content' | 'digest'> {
  const content = normalisePayload(remote.kind, remote.payload);
  return { content, digest: contentDigest(content) };
}
