/** Invitations to come in. */

import type { Database } from '@signalwright/store';

export interface Invitation {
  readonly id: string;
  readonly userUuid: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

interface InvitationRow {
  readonly id: string;
  readonly user_uuid: string;
  readonly created_at_ms: number;
  readonly expires_at_ms: number;
}

export function findInvitation(db: Database, id: string): Invitation | undefined {
  const row = db.get<InvitationRow>('SELECT * FROM invitations WHERE id = ?', [id]);
  if (row === undefined) return undefined;
  const { user_uuid: userUuid, created_at_ms: createdAtMs, expires_at_ms: expiresAtMs } = row;
  return { id, userUuid, createdAtMs, expiresAtMs };
}

/** Inside the caller's transaction. */
export function putInvitation(db: Database, invitation: Invitation): void {
  const { id, userUuid, createdAtMs, expiresAtMs } = invitation;
  db.run('INSERT INTO invitations (id, user_uuid, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?)', [
    id,
    userUuid,
    createdAtMs,
    expiresAtMs,
  ]);
}

/** Inside the caller's transaction. @returns the ids of those that are gone */
export function removeInvitations(db: Database, userUuid: string): readonly string[] {
  return db
    .all<{ id: string }>('DELETE FROM invitations WHERE user_uuid = ? RETURNING id', [userUuid])
    .map(({ id }) => id);
}
