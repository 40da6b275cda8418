/**
 * An object that somebody has changed at the target while content changed too: what each side did since the last
 * apply, laid together where they did not touch the same. Pure.
 */

import { isDeepStrictEqual } from 'node:util';
import type { FieldChange, Payload } from '@signalwright/model';
import { parseFieldPath } from '@signalwright/wire';
import { diffFields } from './diff-fields.ts';
import type { DriftedObject } from './drift.ts';
import { withField } from './put-field.ts';

export type MergedDrift =
  /** The object as the target has it, with the changes of content. */
  | { readonly ok: true; readonly payload: Payload }
  /** Fields that both sides have changed, each in its own way. */
  | { readonly ok: false; readonly fields: readonly string[] };

/**
 * @param wanted normal form of what content asks for
 * @returns undefined where nothing tells what the last apply left
 */
export function mergeDrift({ evidence }: DriftedObject, wanted: Payload): MergedDrift | undefined {
  const { left, now, remote } = evidence;
  if (left === undefined || now === undefined || remote === undefined) return undefined;
  const theirs = diffFields(left, now);
  const ours = diffFields(left, wanted).filter((our) => !theirs.some((their) => isSameChange(our, their)));
  const clashes = ours.filter((our) => theirs.some((their) => isOneField(our.path, their.path)));
  if (clashes.length > 0) return { ok: false, fields: clashes.map(({ path }) => path) };
  return { ok: true, payload: ours.toReversed().reduce(withField, remote.payload) };
}

function isSameChange(our: FieldChange, their: FieldChange): boolean {
  return our.path === their.path && isDeepStrictEqual(our.after, their.after);
}

/** Lists are taken as a whole: where one side has put something in, the positions of the other mean something else. */
function isOneField(a: string, b: string): boolean {
  const [shorter, longer] = [untilList(a), untilList(b)].toSorted((x, y) => x.length - y.length);
  return shorter?.every((name, index) => longer?.[index] === name) ?? false;
}

function untilList(path: string): readonly string[] {
  const steps = parseFieldPath(path) ?? [];
  const list = steps.findIndex((step) => typeof step === 'number');
  return (list === -1 ? steps : steps.slice(0, list)).map(String);
}
