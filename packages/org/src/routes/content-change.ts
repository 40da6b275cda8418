/** What the four kinds of content share when they are created, changed and deleted. */

import {
  MAX_CONTENT_OBJECTS,
  countContent,
  createContent,
  deleteContent,
  readContent,
  updateContent,
  type ContentFields,
  type ContentKind,
  type StoredContent,
} from '@signalwright/signals';
import type { Actor } from '@signalwright/model';

import type { OrgServices } from '../org-services.ts';

export type Created =
  | { readonly ok: true; readonly stored: StoredContent }
  | { readonly ok: false; readonly reason: 'full' };

/** Stores a new object under a fresh id, and lets the pipeline run it. */
export async function createObject(
  services: OrgServices,
  actor: Actor,
  kind: ContentKind,
  fields: ContentFields,
  newId: (random: OrgServices['context']['random']) => string,
): Promise<Created> {
  const { db, nowMs, random } = services.context;
  const created = await db.write((): Created => {
    if (countContent(db, kind) >= MAX_CONTENT_OBJECTS) return { ok: false, reason: 'full' };
    let id = newId(random);
    while (readContent(db, kind, id) !== undefined) id = newId(random);
    return { ok: true, stored: createContent(db, actor, { kind, id, fields }, nowMs()) };
  });
  if (created.ok) services.pipeline.reload();
  return created;
}

export type Changed =
  | { readonly ok: true; readonly stored: StoredContent }
  | { readonly ok: false; readonly reason: 'not_found' }
  | { readonly ok: false; readonly reason: 'conflict'; readonly current: number };

/**
 * Changes an object. `change` is called with the stored object inside the transaction, so that nothing can come
 * between what it saw and what is written.
 *
 * @param version what the caller saw; another one is a conflict, undefined asks for none
 */
export async function changeObject(
  services: OrgServices,
  actor: Actor,
  target: { readonly kind: ContentKind; readonly id: string; readonly version?: number | undefined },
  change: (before: StoredContent) => ContentFields,
): Promise<Changed> {
  const { db, nowMs } = services.context;
  const changed = await db.write((): Changed => {
    const before = readContent(db, target.kind, target.id);
    if (before === undefined) return { ok: false, reason: 'not_found' };
    if (target.version !== undefined && target.version !== before.version) {
      return { ok: false, reason: 'conflict', current: before.version };
    }
    return { ok: true, stored: updateContent(db, actor, before, change(before), nowMs()) };
  });
  if (changed.ok) services.pipeline.reload();
  return changed;
}

/** @returns false when there was nothing to delete */
export async function deleteObject(
  services: OrgServices,
  actor: Actor,
  kind: ContentKind,
  id: string,
): Promise<boolean> {
  const { db, nowMs } = services.context;
  const deleted = await db.write(() => {
    const before = readContent(db, kind, id);
    if (before !== undefined) deleteContent(db, actor, before, nowMs());
    return before !== undefined;
  });
  if (deleted) services.pipeline.reload();
  return deleted;
}
