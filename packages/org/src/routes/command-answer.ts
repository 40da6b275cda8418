/** What a refusal of a command says over HTTP. */

import { unreachable } from '@signalwright/model';
import type { CommandRefusal } from '@signalwright/signals';
import { plainErrors } from '@signalwright/wire';

import { json, type Answer } from '../http/route.ts';

export function answerRefusal(refusal: CommandRefusal): Answer {
  switch (refusal.reason) {
    case 'forbidden':
      return json(403, plainErrors(`Forbidden: the permission ${refusal.permission} is needed.`));
    case 'signal_not_found':
      return json(404, plainErrors('Signal not found'));
    case 'not_blocked':
      return json(404, plainErrors(`${refusal.value} is not blocked.`));
    case 'list_not_found':
      return json(404, plainErrors(`not_found(Threat intelligence list ${refusal.name} not found)`));
    case 'list_conflict':
      return json(
        409,
        plainErrors(`The list has changed: its version is ${refusal.current}, not ${refusal.given}.`),
      );
    case 'lists_full':
      return json(400, plainErrors(`The org holds ${refusal.limit} lists, and no more.`));
    case 'version_conflict':
      return json(
        409,
        plainErrors(`The signal has changed: its version is ${refusal.current}, not ${refusal.given}.`),
      );
    case 'already_in_state':
      return json(400, plainErrors(`The signal is ${refusal.state} already.`));
    case 'reopen_window_passed':
      return json(
        400,
        plainErrors(
          `The signal was detected ${refusal.ageDays} days ago; it can be reopened for ${refusal.windowDays} days.`,
        ),
      );
    case 'invalid':
      return json(400, plainErrors(`${refusal.field}: ${refusal.message}`));
    case 'not_an_address':
      return json(400, plainErrors(`"${refusal.value}" is not an IP address or CIDR block.`));
    case 'prefix_too_wide':
      return json(
        400,
        plainErrors(`${refusal.value} is wider than /${refusal.widest}, the widest block allowed.`),
      );
    case 'never_block':
      return json(400, plainErrors(`${refusal.value} touches ${refusal.range}, which is never blocked.`));
    case 'denylist_full':
      return json(400, plainErrors(`The denylist holds ${refusal.limit} entries, and no more.`));
    case 'too_many_blocks':
      return json(
        429,
        plainErrors(`Automation has blocked ${refusal.limit} times within the hour; a person must look.`),
      );
    default:
      return unreachable(refusal);
  }
}
