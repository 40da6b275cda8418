/** What a refusal of a command about people says over HTTP. Source: recorded refusals, `{ errors: ["…"] }`. */

import { unreachable } from '@signalwright/model';
import type { PeopleRefusal, PeopleResult } from '@signalwright/signals';
import { plainErrors } from '@signalwright/wire';

import { json, type Answer } from '../http/route.ts';

export function answerPeople<T>(result: PeopleResult<T>, answer: (value: T) => Answer): Answer {
  return result.ok ? answer(result.value) : answerPeopleRefusal(result.refusal);
}

function answerPeopleRefusal(refusal: PeopleRefusal): Answer {
  switch (refusal.reason) {
    case 'forbidden':
      return json(403, plainErrors('Forbidden'));
    case 'not_allowed':
      return json(403, plainErrors(refusal.message));
    case 'not_found':
      return notFound(refusal.id);
    case 'invalid':
      return badRequest(refusal.message);
    case 'exists':
      return json(409, plainErrors(refusal.message));
    case 'last_administrator':
      return badRequest('Nobody would be left who manages access to the org');
    default:
      return unreachable(refusal);
  }
}

export function notFound(id: string): Answer {
  return json(404, plainErrors(`${id} not found`));
}

export function badRequest(message = '400 BAD REQUEST'): Answer {
  return json(400, plainErrors(message));
}
