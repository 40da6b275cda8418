/** What a target answered, or the failure that its refusal is to a person. */

import type { ApiOutcome } from '@signalwright/wire';
import { EXIT } from './exit-codes.ts';
import { CommandFailure, environmentFailure } from './failure.ts';
import { oneLine } from './text-width.ts';

/**
 * @param url of the target, as people know it
 * @param missing what a 404 means here: `There is no signal "x".`
 * @throws CommandFailure 1 when the target refuses, 74 when it does not answer
 */
export function answerOf<T>(outcome: ApiOutcome<T>, url: string, missing?: string): T {
  switch (outcome.kind) {
    case 'done':
      return outcome.value;
    case 'refused': {
      const { status, messages } = outcome.error;
      if (status === 404 && missing !== undefined) throw new CommandFailure(EXIT.findings, missing);
      const hint = status === 401 || status === 403 ? 'Check the keys and what they may do.' : undefined;
      throw new CommandFailure(
        EXIT.findings,
        `${url} refused with ${status}: ${oneLine(messages.join(' '))}`,
        hint,
      );
    }
    case 'unknown':
      throw environmentFailure(
        `No usable answer from ${url}: ${oneLine(outcome.reason)}`,
        isLocal(url) ? 'Is it running? `signalwright up` starts the embedded org.' : undefined,
      );
  }
}

function isLocal(url: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname);
}
