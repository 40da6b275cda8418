/** Scalars of the written form: the inverse of `decode/scalar.ts`. */

import { formatDuration, present, type UnknownFields } from '@signalwright/model';

/** `5m`; nothing is `0s`, since nobody thinks of it in milliseconds. */
export function durationText(durationMs: number): string {
  return durationMs === 0 ? '0s' : formatDuration(durationMs);
}

/** 0000-01-01 and the end of 9999: RFC 3339 has no other years. */
const FIRST_MS = -62_167_219_200_000;
const LAST_MS = 253_402_300_799_999;

/** RFC 3339 in UTC, with a fraction only where there is one; what it has no year for is written as the nearest. */
export function timestampText(ms: number): string {
  const written = Math.max(FIRST_MS, Math.min(LAST_MS, ms));
  return new Date(written).toISOString().replace('.000Z', 'Z');
}

const OWNER_TAG = /^team:([a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)$/;

/** The team that a tag names becomes the owner, where there is exactly one; the others stay tags. */
export function ownerAndTags(tags: readonly string[]): {
  readonly owner?: string;
  readonly tags?: readonly string[];
} {
  const teams = tags.filter((tag) => tag.startsWith('team:'));
  const owner = teams.length === 1 ? OWNER_TAG.exec(teams[0] ?? '')?.[1] : undefined;
  const others = owner === undefined ? tags : tags.filter((tag) => tag !== teams[0]);
  return { ...(owner !== undefined && { owner }), ...unlessEmpty('tags', others) };
}

/** A list that holds something. */
export function unlessEmpty<K extends string, T>(
  key: K,
  list: readonly T[],
): { readonly [P in K]?: readonly T[] } {
  return list.length === 0 ? {} : ({ [key]: list } as { readonly [P in K]: readonly T[] });
}

interface WrittenByImport {
  readonly remoteId?: string;
  readonly unknownFields?: UnknownFields;
}

/** What import writes beside the object's own keys. */
export function importedParts({ remoteId, unknownFields = {} }: WrittenByImport): WrittenByImport {
  return {
    ...present({ remoteId }),
    ...(Object.keys(unknownFields).length > 0 && { unknownFields }),
  };
}
