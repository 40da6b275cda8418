/** What the kinds of content share when they are created, changed and deleted. */

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

/** What else is looked at inside the transaction, because another write may come between a check and the write. */
type Admits = () => boolean;

export type Created =
  | { readonly ok: true; readonly stored: StoredContent }
  | { readonly ok: false; readonly reason: 'full' | 'not_admitted' };

/** Stores a new object under a fresh id, and lets the pipeline run it. */
export async function createObject(
  services: OrgServices,
  actor: Actor,
  kind: ContentKind,
  fields: ContentFields,
  newId: (random: OrgServices['context']['random']) => string,
  admits: Admits = () => true,
): Promise<Created> {
  const { db, nowMs, random } = services.context;
  const created = await db.write((): Created => {
    if (countContent(db, kind) >= MAX_CONTENT_OBJECTS) return { ok: false, reason: 'full' };
    if (!admits()) return { ok: false, reason: 'not_admitted' };
    let id = newId(random);
    while (readContent(db, kind, id) !== undefined) id = newId(random);
    return { ok: true, stored: createContent(db, actor, { kind, id, fields }, nowMs()) };
  });
  if (created.ok) services.pipeline.reload();
  return created;
}

export type Changed =
  | { readonly ok: true; readonly stored: StoredContent }
  | { readonly ok: false; readonly reason: 'not_found' | 'not_admitted' }
  | { readonly ok: false; readonly reason: 'conflict'; readonly current: number };

/**
 * Changes an object. `change` is called with the stored object inside the transaction, so that nothing can come
 * between what it saw and what is written.
 *
 * @param target its version is what the caller saw and checked; another one is a conflict
 */
export async function changeObject(
  services: OrgServices,
  actor: Actor,
  target: { readonly kind: ContentKind; readonly id: string; readonly version: number },
  change: (before: StoredContent) => ContentFields,
  admits: Admits = () => true,
): Promise<Changed> {
  const { db, nowMs } = services.context;
  const changed = await db.write((): Changed => {
    const before = readContent(db, target.kind, target.id);
    if (before === undefined) return { ok: false, reason: 'not_found' };
    if (target.version !== before.version) {
      return { ok: false, reason: 'conflict', current: before.version };
    }
    if (!admits()) return { ok: false, reason: 'not_admitted' };
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
