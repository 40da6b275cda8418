/** What every decoder needs besides the payload: the id of an object whose payload does not say it. */

import { attributesOf, isId, parseOwnershipTag, remoteIdOf } from './ownership.ts';
import type { PayloadReader } from './payload-reader.ts';

export interface EncodeContext {
  /** Names the owner of remote objects, see `ProjectConfig`. */
  readonly stack: string;
  /** Of a rule: what is made is its shadow, see `shadowOf`. */
  readonly stage?: 'shadow' | undefined;
}

export interface DecodeContext {
  /** Wins over the ownership tag and the remote id. Notification rules carry only a digest of theirs. */
  readonly id?: string;
}

/** Id of the model: what the caller says, else the ownership tag, else the handle, else the remote id. */
export function decodeId(
  payload: unknown,
  ctx: DecodeContext,
  reader: PayloadReader,
  handle?: unknown,
): string {
  const id = ctx.id ?? contentIdOf(payload, handle);
  if (id !== undefined) return id;
  reader.refuse('id', 'The object has neither an ownership tag nor an id.');
  return '';
}

/** Id of the content that a payload says it is: the ownership tag, else the handle, else the remote id. */
export function contentIdOf(payload: unknown, handle?: unknown): string | undefined {
  const tags = attributesOf(payload)['tags'];
  const owners = (Array.isArray(tags) ? tags : []).flatMap((tag) =>
    typeof tag === 'string' ? (parseOwnershipTag(tag) ?? []) : [],
  );
  const named = typeof handle === 'string' && isId(handle) ? handle : remoteIdOf(payload);
  const id = owners.length === 1 ? owners[0]?.id : named;
  return id !== undefined && isId(id) ? id : undefined;
}

/** The tags that content wrote: without the ownership tag, each once, in the order given. */
export function ownTags(tags: readonly string[]): readonly string[] {
  return [...new Set(tags)].filter((tag) => parseOwnershipTag(tag) === undefined);
}
