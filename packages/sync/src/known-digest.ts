/** Most of what is at a target is what content asks for, and comparing costs a third of a digest. */

import type { Payload } from '@signalwright/model';
import type { ObservedObject } from './observe.ts';

/** The same object; its digest is that of `wanted`, and is not computed, where both have the same content. */
export function withKnownDigest(
  observed: ObservedObject,
  wanted: { readonly content: Payload; readonly digest: string },
): ObservedObject {
  if (!isEqual(observed.content, wanted.content)) return observed;
  const { kind, remote, ownership, content } = observed;
  return { kind, remote, ownership, content, digest: wanted.digest };
}

/** Of two JSON values; others may count as different. No answer nests deep enough to end the stack. */
function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [members, others] = [one as Payload, other as Payload];
  const names = Object.keys(members);
  if (names.length !== Object.keys(others).length) return false;
  // Not by a function for each name: this is asked of every part of every object of an organisation.
  for (const name of names) {
    if (!Object.hasOwn(others, name) || !isEqual(members[name], others[name])) return false;
  }
  return true;
}
