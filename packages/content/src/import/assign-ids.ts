/**
 * Which content object each payload is. A mark of ours says it; else a file that was imported from it before; else the
 * handle of a workflow; else the name becomes an id. Nothing depends on the order of the payloads.
 */

import type { Kind, Payload } from '@signalwright/model';
import { attributesOf, readOwnership, remoteIdOf } from '@signalwright/wire';
import { isId } from '@signalwright/model';
import { pinnedIdOf, type ExistingContent, type ExistingFile } from './existing-content.ts';
import { digestOf, isDeviceName, slugOf, suffixOf, withSuffix, type ToAscii } from './object-id.ts';
import { nameOfPayload, tunedIdOf } from './payload-object.ts';

export interface KnownPayload {
  readonly kind: Kind;
  readonly payload: Payload;
  /** Where it was read, for messages. */
  readonly where: string;
}

export interface IdentifiedPayload extends KnownPayload {
  readonly id: string;
  readonly existing?: ExistingFile;
  /** Of the remote object, while it does not carry our mark. */
  readonly remoteId?: string;
}

export function assignIds(
  payloads: readonly KnownPayload[],
  existing: ExistingContent,
  options: { readonly stack: string; readonly toAscii: ToAscii },
): readonly IdentifiedPayload[] {
  const certain = payloads.map((each) => certainIdentity(each, existing, options.stack));
  const named = payloads.map(({ kind, payload }, index): Named | undefined =>
    certain[index] === undefined
      ? { kind, slug: slugOf(nameOfPayload(kind, payload), options.toAscii), remoteId: remoteIdOf(payload) }
      : undefined,
  );
  const addressesOf = (ids: readonly (string | undefined)[]): readonly string[] =>
    ids.flatMap((id, index) => (id === undefined ? [] : [`${payloads[index]?.kind}/${id}`]));
  const taken = addressesOf(certain.map((each) => each?.id));
  const bySlug = countBy([...taken, ...addressesOf(named.map((each) => each?.slug))]);
  const withName = named.map((each, index) => {
    if (each === undefined) return undefined;
    const { kind, slug, remoteId } = each;
    const suffixed = withSuffix(slug, suffixOf(remoteId, payloads[index]?.payload));
    // Told apart in an earlier import from another one that is known by now, or not imported this time.
    const earlier = existing.find(kind, suffixed);
    if (earlier !== undefined && mayBe(earlier, payloads[index])) return suffixed;
    const there = existing.find(kind, slug);
    const isFree =
      slug !== '' &&
      (there !== undefined || !isDeviceName(slug)) &&
      bySlug.get(`${kind}/${slug}`) === 1 &&
      (there === undefined || mayBe(there, payloads[index]));
    return isFree ? slug : suffixed;
  });
  const byName = countBy([...taken, ...addressesOf(withName)]);
  return payloads.map((each, index): IdentifiedPayload => {
    const { kind, payload } = each;
    const known = certain[index];
    if (known !== undefined) return { ...each, ...known };
    const name = withName[index] ?? '';
    const id =
      byName.get(`${kind}/${name}`) === 1 ? name : withSuffix(named[index]?.slug ?? '', digestOf(payload));
    const found = existing.find(kind, id);
    const remoteId = pinOf(each);
    return {
      ...each,
      id,
      ...(found !== undefined && { existing: found }),
      ...(remoteId !== undefined && { remoteId }),
    };
  });
}

interface Named {
  readonly kind: Kind;
  readonly slug: string;
  readonly remoteId: string | undefined;
}

/** The remote id, where a file can hold it. */
function pinOf({ kind, payload }: KnownPayload): string | undefined {
  const remoteId = kind === 'saved-view' ? undefined : remoteIdOf(payload);
  return remoteId !== undefined && /^[A-Za-z0-9_-]{1,100}$/.test(remoteId) ? remoteId : undefined;
}

type Identity = Pick<IdentifiedPayload, 'id' | 'existing' | 'remoteId'>;

function certainIdentity(
  known: KnownPayload,
  existing: ExistingContent,
  stack: string,
): Identity | undefined {
  const { kind, payload } = known;
  const ownership = readOwnership(payload);
  if (ownership.kind === 'tag' && ownership.stack === stack)
    return identity(existing.find(kind, ownership.id), ownership.id);
  if (ownership.kind === 'suffix' && kind === 'notification-rule') {
    const marked = existing.findByMark(ownership.mark);
    if (marked !== undefined) return identity(marked, marked.id);
  }
  const remoteId = pinOf(known);
  const pinned = remoteId === undefined ? undefined : existing.findByRemoteId(kind, remoteId);
  const pin = remoteId === undefined ? {} : { remoteId };
  if (pinned !== undefined) return { ...identity(pinned, pinned.id), ...pin };
  const handle = kind === 'workflow' ? handleOf(payload) : undefined;
  const there = handle === undefined ? undefined : existing.find(kind, handle);
  if (handle !== undefined && (there === undefined || mayBe(there, known)))
    return { ...identity(there, handle), ...pin };
  return undefined;
}

function identity(existing: ExistingFile | undefined, id: string): Identity {
  return { id, ...(existing !== undefined && { existing }) };
}

/** A file that was imported from another object is not this one; nor is a copy of a rule that Datadog owns. */
function mayBe(file: ExistingFile, known: KnownPayload | undefined): boolean {
  const object = file.read?.object.object;
  if (object === undefined || known === undefined || object.kind === 'saved-view') return true;
  const isTuned = object.kind === 'detection-rule' && object.tunes !== undefined;
  if (isTuned !== (tunedIdOf(known.payload) !== undefined)) return false;
  const pin = pinnedIdOf(object);
  const remoteId = pinOf(known);
  return pin === undefined || remoteId === undefined || pin === remoteId;
}

function handleOf(payload: Payload): string | undefined {
  const spec = attributesOf(payload)['spec'];
  const handle = typeof spec === 'object' && spec !== null && 'handle' in spec ? spec.handle : undefined;
  return typeof handle === 'string' && isId(handle) ? handle : undefined;
}

function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
