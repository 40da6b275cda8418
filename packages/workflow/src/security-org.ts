/**
 * The org as actions see it, over the public API client: the same runner serves the embedded org and Datadog.
 */

import type { OrgAnswer, SecurityOrg } from '@signalwright/action';
import { ARCHIVE_REASONS } from '@signalwright/model';
import type { ApiClient, ApiError, ApiOutcome } from '@signalwright/wire';

export function createSecurityOrg(client: ApiClient): SecurityOrg {
  return {
    lookUpAddress: async (ip) =>
      answerOf(await client.own.lookUpAddress(ip), (intel) => ({
        verdict: intel.verdict,
        source: intel.source,
        category: intel.category,
      })),
    blockIp: async ({ ip, untilMs, reason }) =>
      answerOf(
        await client.own.block({
          kind: 'ip',
          value: ip,
          ...(untilMs !== undefined && { expiresAtMs: untilMs }),
          reason,
        }),
        (entry) => ({
          ip: entry.value,
          ...(entry.expiresAtMs !== undefined && { untilMs: entry.expiresAtMs }),
        }),
      ),
    setSignalState: async ({ signalId, state, archiveReason, archiveComment }) => {
      // Looked at first: the state a signal already has is no error for a workflow, nor after a repeat.
      const before = await client.signals.get(signalId);
      if (before.kind !== 'done') return answerOf(before, () => ({ signalId, state, changed: false }));
      if (before.value.state === state) return { kind: 'ok', value: { signalId, state, changed: false } };
      const reason = ARCHIVE_REASONS.find((known) => known === archiveReason);
      const moved = await client.signals.setState(signalId, {
        state,
        ...(reason !== undefined && { archiveReason: reason }),
        ...(archiveComment !== undefined && { archiveComment }),
      });
      return answerOf(moved, () => ({ signalId, state, changed: true }));
    },
    comment: async ({ signalId, text, key }) =>
      answerOf(await client.own.comment(signalId, { text, key }), () => null),
  };
}

function answerOf<T, R>(outcome: ApiOutcome<T>, value: (value: T) => R): OrgAnswer<R> {
  switch (outcome.kind) {
    case 'done':
      return { kind: 'ok', value: value(outcome.value) };
    case 'refused':
      return refusalOf(outcome.error);
    case 'unknown':
      return { kind: 'unclear', reason: outcome.reason };
  }
}

/** Too many requests is the one refusal that passes. */
function refusalOf({ status, messages, retryAfterMs }: ApiError): OrgAnswer<never> {
  const reason = `HTTP ${status}: ${messages.join(' ')}`;
  return status === 429
    ? { kind: 'busy', reason, afterMs: retryAfterMs ?? BUSY_RETRY_MS }
    : { kind: 'refused', reason };
}

/** For an answer that names no time. Chosen. */
const BUSY_RETRY_MS = 1_000;
