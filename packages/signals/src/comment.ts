/** Comments on a signal: what people and workflows write down while they look into it. */

import { createHash } from 'node:crypto';

import type { Database } from '@signalwright/store';

export interface Comment {
  readonly id: string;
  readonly signalId: string;
  readonly atMs: number;
  readonly authorId: string;
  readonly authorName: string;
  readonly text: string;
}

/** Chosen: the newest that a reader sees of one signal. */
const MAX_COMMENTS = 500;

interface CommentRow {
  readonly id: string;
  readonly signal_id: string;
  readonly at_ms: number;
  readonly author_id: string;
  readonly author_name: string;
  readonly text: string;
}

/** @param key what makes the comment the same one when it is written again */
export function commentId(signalId: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([signalId, key]))
    .digest('base64url')
    .slice(0, COMMENT_ID_CHARACTERS);
}

const COMMENT_ID_CHARACTERS = 22;

export function findComment(db: Database, id: string): Comment | undefined {
  const row = db.get<CommentRow>('SELECT * FROM comments WHERE id = ?', [id]);
  return row && toComment(row);
}

/** Inside the caller's transaction. */
export function addComment(db: Database, comment: Comment): void {
  db.run(
    'INSERT INTO comments (id, signal_id, at_ms, author_id, author_name, text) VALUES (?, ?, ?, ?, ?, ?)',
    [comment.id, comment.signalId, comment.atMs, comment.authorId, comment.authorName, comment.text],
  );
}

/** Oldest first. */
export function readComments(db: Database, signalId: string): readonly Comment[] {
  const rows = db.all<CommentRow>(
    'SELECT * FROM comments WHERE signal_id = ? ORDER BY at_ms DESC, rowid DESC LIMIT ?',
    [signalId, MAX_COMMENTS],
  );
  return rows.map(toComment).toReversed();
}

function toComment(row: CommentRow): Comment {
  return {
    id: row.id,
    signalId: row.signal_id,
    atMs: row.at_ms,
    authorId: row.author_id,
    authorName: row.author_name,
    text: row.text,
  };
}
