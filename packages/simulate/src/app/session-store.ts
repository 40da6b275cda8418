/** Who is logged in. In memory, bounded: the oldest session makes room. */

import { randomUUID } from 'node:crypto';

const MAX_SESSIONS = 1_000;

export interface SessionStore {
  /** @returns the new session's id */
  open(userId: string): string;
  userOf(sessionId: string | undefined): string | undefined;
}

export function createSessionStore(): SessionStore {
  const userBySession = new Map<string, string>();
  return {
    open: (userId) => {
      const [oldest] = userBySession.keys();
      if (oldest !== undefined && userBySession.size >= MAX_SESSIONS) userBySession.delete(oldest);
      const sessionId = randomUUID();
      userBySession.set(sessionId, userId);
      return sessionId;
    },
    userOf: (sessionId) => (sessionId === undefined ? undefined : userBySession.get(sessionId)),
  };
}
