/**
 * The mark on a remote object that says whose it is: a tag where the API has tags, a suffix of the name where it
 * has none (notification rules). Only marked objects are ever changed. Source: docs/architecture.md, identity.
 */

import { createHash } from 'node:crypto';
import { addressOf, parseAddress, type Kind, type Payload } from '@signalwright/model';
import { isJsonObject } from './payload-reader.ts';

const TAG_KEY = 'signalwright';
const SUFFIX_HEX = 8;
const SUFFIX = /^(?<name>[\s\S]*?) ?\[sw:(?<mark>[0-9a-f]{8})\]$/;

/** Kinds that exist at Datadog; saved views have no public API. */
export type RemoteKind = Exclude<Kind, 'saved-view'>;

export const REMOTE_KINDS = [
  'detection-rule',
  'workflow',
  'suppression',
  'notification-rule',
] as const satisfies readonly RemoteKind[];

export type Ownership =
  | { readonly kind: 'unmarked' }
  | { readonly kind: 'tag'; readonly stack: string; readonly id: string }
  /** A digest: only someone who knows stack and id can tell what it stands for. */
  | { readonly kind: 'suffix'; readonly mark: string }
  /** Two different marks: somebody cloned or edited it by hand. Never touched, always reported. */
  | { readonly kind: 'ambiguous'; readonly marks: readonly string[] };

/** `signalwright:<stack>/<id>` */
export function ownershipTag(stack: string, id: string): string {
  return `${TAG_KEY}:${ownershipValue(stack, id)}`;
}

/** Fields of an object with its mark: always there, whatever the fields themselves say of tags. */
export function withOwnershipTag(fields: Payload, stack: string, id: string): Payload {
  const tags: readonly unknown[] = Array.isArray(fields['tags']) ? fields['tags'] : [];
  return { ...fields, tags: [...tags, ownershipTag(stack, id)] };
}

/** The value of the tag, `<stack>/<id>`, as queries over rules and signals compare it. */
export function ownershipValue(stack: string, id: string): string {
  return `${stack}/${id}`;
}

export const OWNERSHIP_TAG_KEY = TAG_KEY;

/** 8 hexadecimal digits of sha256(`<stack>/<id>`). */
export function ownershipMark(stack: string, id: string): string {
  return createHash('sha256').update(ownershipValue(stack, id)).digest('hex').slice(0, SUFFIX_HEX);
}

/** What ends the name of a notification rule: ` [sw:1a2b3c4d]`. */
export function ownershipSuffix(stack: string, id: string): string {
  return ` [sw:${ownershipMark(stack, id)}]`;
}

/** @returns the name without the suffix, and the mark when there was one */
export function splitName(name: string): { readonly name: string; readonly mark?: string } {
  const groups = SUFFIX.exec(name)?.groups;
  return groups === undefined ? { name } : { name: groups['name'] ?? '', mark: groups['mark'] ?? '' };
}

/** Reads `<stack>/<id>` from a tag; undefined for every other tag. */
export function parseOwnershipTag(tag: string): { readonly stack: string; readonly id: string } | undefined {
  if (!tag.startsWith(`${TAG_KEY}:`)) return undefined;
  return parseOwnershipValue(tag.slice(TAG_KEY.length + 1));
}

export function parseOwnershipValue(
  value: string,
): { readonly stack: string; readonly id: string } | undefined {
  const slash = value.lastIndexOf('/');
  const stack = value.slice(0, slash);
  const id = value.slice(slash + 1);
  return slash > 0 && isId(id) ? { stack, id } : undefined;
}

/** Whether `text` may be the id of content, see ID_PATTERN of `model`. */
export function isId(text: string): boolean {
  return parseAddress(addressOf('workflow', text)) !== undefined;
}

/** Whose object this is, from an API answer's payload (a rule, or a JSON:API resource with or without `data`). */
export function readOwnership(payload: unknown): Ownership {
  const attributes = attributesOf(payload);
  const tags = Array.isArray(attributes['tags']) ? attributes['tags'] : [];
  const marks = new Map(
    tags
      .filter((tag): tag is string => typeof tag === 'string')
      .flatMap((tag) => {
        const owner = parseOwnershipTag(tag);
        return owner === undefined ? [] : [[tag, owner] as const];
      }),
  );
  if (marks.size > 1) return { kind: 'ambiguous', marks: [...marks.keys()].toSorted() };
  for (const owner of marks.values()) return { kind: 'tag', ...owner };
  const name = attributes['name'];
  const mark = typeof name === 'string' ? splitName(name).mark : undefined;
  return mark === undefined ? { kind: 'unmarked' } : { kind: 'suffix', mark };
}

/** The fields of an object: a rule itself, or `attributes` of a JSON:API resource, with or without `data` around. */
export function attributesOf(payload: unknown): Readonly<Record<string, unknown>> {
  if (!isJsonObject(payload)) return {};
  const data = payload['data'];
  if (isJsonObject(data)) return attributesOf(data);
  const attributes = payload['attributes'];
  return isJsonObject(attributes) ? attributes : payload;
}

/** The remote id of an answer's payload, undefined when it has none (a create body). */
export function remoteIdOf(payload: unknown): string | undefined {
  if (!isJsonObject(payload)) return undefined;
  const data = payload['data'];
  if (isJsonObject(data)) return remoteIdOf(data);
  const id = payload['id'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}
