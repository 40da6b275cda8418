/** What exists at the target and carries a mark of ours. Objects of others are counted, never kept. */

import { setImmediate } from 'node:timers/promises';
import type { Address, Payload } from '@signalwright/model';
import {
  REMOTE_KINDS,
  attributesOf,
  normalisePayload,
  readOwnership,
  ruleNamesOf,
  type ApiClient,
  type ApiOutcome,
  type Ownership,
  type RemoteKind,
  type RemoteObject,
} from '@signalwright/wire';
import { contentDigest, remoteKey } from './desired.ts';
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
   * of Datadog that content tunes, and what is to be adopted.
   */
  readonly objects: readonly ObservedObject[];
  /** The others, by `remoteKey`: somebody else's, or nobody's. Their marks and nothing more is kept. */
  readonly foreign: ReadonlyMap<string, Ownership>;
  /** On record, and at the target no longer. */
  readonly gone: readonly Address[];
}

export interface Wanted {
  /** Ids of rules of Datadog that content tunes. */
  readonly tuned?: ReadonlySet<string>;
  /** Unmarked objects that content was imported from and takes over, by `remoteKey`. */
  readonly adopted?: ReadonlySet<string>;
}

/**
 * Lists all four kinds. A list that cannot be read as a whole is no observation: nothing is taken for absent.
 *
 * @param lastApplied what the journal knows; lists may lag behind writes, so an object on record that no list shows
 *   is asked for by its id before it counts as gone
 * @param wanted what is kept although it carries no mark yet
 */
export async function observe(
  client: ApiClient,
  stack: string,
  lastApplied: ReadonlyMap<Address, LastApplied> = new Map(),
  wanted: Wanted = {},
): Promise<ApiOutcome<ObservedState>> {
  const kinds = await Promise.all(REMOTE_KINDS.map((kind) => observeKind(client, kind, stack, wanted)));
  const objects: ObservedObject[] = [];
  const foreign = new Map<string, Ownership>();
  const refused = joinRefusals(kinds);
  if (refused !== undefined) return refused;
  for (const outcome of kinds) {
    if (outcome.kind !== 'done') return outcome;
    objects.push(...outcome.value.objects);
    for (const [key, ownership] of outcome.value.foreign) foreign.set(key, ownership);
  }
  const gone: Address[] = [];
  const listed = new Set(objects.map((object) => `${object.kind} ${object.remote.id}`));
  for (const [address, { remoteId }] of lastApplied) {
    const kind = remoteKindOf(address);
    if (listed.has(`${kind} ${remoteId}`)) continue;
    const read = await client.objects(kind).get(remoteId);
    if (read.kind === 'refused' && read.error.status === 404) {
      gone.push(address);
      continue;
    }
    if (read.kind !== 'done') return read;
    const ownership = readOwnership(read.value.payload);
    // Without the mark it is not ours any more: somebody took it over.
    if (carriesMark(ownership, stack, address)) objects.push(observeObject(read.value, ownership));
    else foreign.set(remoteKey(kind, remoteId), ownership);
  }
  return { kind: 'done', value: { stack, objects, foreign, gone } };
}

/** Whoever must ask for permissions asks for all of them at once. */
function joinRefusals(outcomes: readonly ApiOutcome<unknown>[]): ApiOutcome<never> | undefined {
  const refusals = outcomes.flatMap((outcome) => (outcome.kind === 'refused' ? [outcome.error] : []));
  const [first] = refusals;
  if (first === undefined) return undefined;
  const permissions = [...new Set(refusals.flatMap((error) => error.permissions ?? []))];
  return { kind: 'refused', error: { ...first, ...(permissions.length > 0 && { permissions }) } };
}

/** The marked objects of one kind. */
export async function observeKind(
  client: ApiClient,
  kind: RemoteKind,
  stack: string,
  wanted: Wanted = {},
): Promise<ApiOutcome<ObservedState>> {
  const isKept = (remote: RemoteObject): boolean => {
    const ownership = readOwnership(remote.payload);
    return mayBeOurs(ownership, stack) || isWanted(remote, ownership, wanted);
  };
  const contents = new Map<RemoteObject, ObservedContent>();
  const listed = await client.objects(kind).list(async (page) => {
    for (const [index, remote] of page.filter(isKept).entries()) {
      // The call for the next page is to leave, and its answer to come in.
      if (index % LOOKS_IN_A_ROW === 0) await setImmediate();
      contents.set(remote, observeContent(remote));
    }
  });
  if (listed.kind !== 'done') return listed;
  const objects: ObservedObject[] = [];
  const foreign = new Map<string, Ownership>();
  for (const remote of listed.value) {
    const ownership = readOwnership(remote.payload);
    if (!isKept(remote)) {
      foreign.set(remoteKey(kind, remote.id), ownership);
      continue;
    }
    const whole = await completeObject(client, remote);
    if (whole.kind !== 'done') return whole;
    // Gone between the list and the look.
    if (whole.value === undefined) continue;
    objects.push(observeObject(whole.value, ownership, contents.get(whole.value)));
  }
  return { kind: 'done', value: { stack, objects, foreign, gone: [] } };
}

/** Some milliseconds of work. */
const LOOKS_IN_A_ROW = 32;

function isWanted({ kind, id, payload }: RemoteObject, ownership: Ownership, wanted: Wanted): boolean {
  const { tuned = new Set(), adopted = new Set() } = wanted;
  if (ownership.kind === 'unmarked' && adopted.has(remoteKey(kind, id))) return true;
  return (
    kind === 'detection-rule' && ruleNamesOf(attributesOf(payload)).some((name) => tuned.has(String(name)))
  );
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

export type ObservedContent = Pick<ObservedObject, 'content' | 'digest'>;

/** The normal form of an object's payload, and its digest, which is only computed for those who ask. */
export function observeContent(remote: RemoteObject): ObservedContent {
  const content = normalisePayload(remote.kind, remote.payload);
  let digest: string | undefined;
  return {
    content,
    get digest() {
      return (digest ??= contentDigest(content));
    },
  };
}

export function observeObject(
  remote: RemoteObject,
  ownership: Ownership,
  observed = observeContent(remote),
): ObservedObject {
  return {
    kind: remote.kind,
    remote,
    ownership,
    content: observed.content,
    get digest() {
      return observed.digest;
    },
  };
}
