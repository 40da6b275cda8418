/**
 * Drift that was accepted until a day: those fields of an object stay as they are at the target, and the rest is what
 * content asks for. Pure.
 */

import type { AcceptedDrift, FieldChange, Payload } from '@signalwright/model';
import { normalisePayload, readOwnership } from '@signalwright/wire';
import { isDeepStrictEqual } from 'node:util';
import { contentDigest, type DesiredObject } from './desired.ts';
import { diffFields } from './diff-fields.ts';
import type { ObservedObject } from './observe.ts';
import { withField } from './put-field.ts';

/** A field that is left alone: `before` as content asks for it, `after` as it is. */
export interface KeptField extends FieldChange {
  /** The last day, `2026-12-24`. */
  readonly until: string;
  readonly reason: string;
}

export type Kept =
  /** The object with those fields as they are at the target. */
  | { readonly ok: true; readonly object: DesiredObject; readonly fields: readonly KeptField[] }
  /** A sentence. */
  | { readonly ok: false; readonly reason: string };

/** @param accepted what holds today, of any object */
export function keepAccepted(
  object: DesiredObject,
  observed: ObservedObject | undefined,
  accepted: readonly AcceptedDrift[],
): Kept {
  const ours = accepted.filter((each) => each.object === object.address);
  if (observed === undefined || ours.length === 0) return { ok: true, object, fields: [] };
  const fields = diffFields(object.content, observed.content).flatMap((field): readonly KeptField[] => {
    const found = ours.find((each) => each.fields.some((name) => isWithin(field.path, name)));
    return found === undefined ? [] : [{ ...field, until: found.until, reason: found.reason }];
  });
  if (fields.length === 0) return { ok: true, object, fields };
  const body = fields.toReversed().reduce(withField, object.body);
  const content = normalisePayload(object.kind, body);
  const wanted = new Map(diffFields(object.content, content).map(({ path, after }) => [path, after]));
  const isExact =
    wanted.size === fields.length &&
    fields.every(({ path, after }) => wanted.has(path) && isDeepStrictEqual(wanted.get(path), after));
  const isMarked = isDeepStrictEqual(readOwnership(body), readOwnership(object.body));
  if (!isExact || !isMarked) {
    const paths = fields.map(({ path }) => path).join(', ');
    return { ok: false, reason: `acceptDrift cannot leave ${paths} alone: it does not stand by itself.` };
  }
  return { ok: true, object: { ...object, body, content, digest: contentDigest(content) }, fields };
}

/** Normal form of an object at the target, with what is kept there put back to what content asks for. */
export function withoutKept(content: Payload, kept: readonly KeptField[]): Payload {
  return kept
    .toReversed()
    .reduce((rest, { path, before }) => withField(rest, { path, before: undefined, after: before }), content);
}

/** `options` holds `options.keepAlive`, and `cases` holds `cases[0].status`. */
function isWithin(path: string, name: string): boolean {
  return path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`);
}
