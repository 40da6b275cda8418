/** Clients send back what an earlier answer gave them; fields that are the server's to fill are left out. */

import type { ContentFields } from '@signalwright/signals';
import { SERVER_FILLED, type RemoteKind } from '@signalwright/wire';

/**
 * Written by a client although the server fills them too, or kept because only this org can lose them. A webhook secret
 * is not: no webhook starts a workflow here, and what is stored is also in the history and in the audit trail.
 */
const KEPT: ReadonlySet<string> = new Set(['version', 'runAs', 'runAsUserMode']);

/** @returns the top-level fields that a client may set; the version stays, as the precondition of an update */
export function withoutServerFields(kind: RemoteKind, fields: ContentFields): ContentFields {
  const filled = SERVER_FILLED[kind];
  return Object.fromEntries(
    Object.entries(fields).filter(([key]) => KEPT.has(key) || (key !== 'id' && !Object.hasOwn(filled, key))),
  );
}
