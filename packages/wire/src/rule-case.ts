/** Cases of a rule on the wire, with their actions, and the cases of third party rules. Source: rules API. */

import {
  SEVERITIES,
  present,
  unreachable,
  type CaseAction,
  type Payload,
  type RuleCase,
  type ThirdPartyCase,
} from '@signalwright/model';
import type { PayloadReader } from './payload-reader.ts';
import { toSeconds } from './units.ts';

export function encodeCase(ruleCase: RuleCase): Payload {
  return {
    name: ruleCase.name,
    status: ruleCase.severity,
    ...present({ customStatus: ruleCase.customSeverity, condition: ruleCase.condition }),
    notifications: [...ruleCase.notifications],
    ...(ruleCase.actions.length > 0 && { actions: ruleCase.actions.map(encodeAction) }),
  };
}

export function encodeThirdPartyCase(ruleCase: ThirdPartyCase): Payload {
  return {
    name: ruleCase.name,
    status: ruleCase.severity,
    ...present({ customStatus: ruleCase.customSeverity }),
    query: ruleCase.query,
    notifications: [...ruleCase.notifications],
  };
}

function encodeAction(action: CaseAction): Payload {
  switch (action.kind) {
    case 'block_ip':
    case 'block_user':
      return {
        type: action.kind,
        options: action.durationMs === undefined ? {} : { duration: toSeconds(action.durationMs) },
      };
    case 'user_behavior':
      return { type: action.kind, options: { userBehaviorName: action.behavior } };
    case 'flag_ip':
      return { type: action.kind, options: { flaggedIPType: action.flag } };
    default:
      return unreachable(action);
  }
}

/** An empty condition is kept apart from none: answers have both. */
export function decodeCase(reader: PayloadReader): RuleCase {
  const ruleCase: RuleCase = {
    name: reader.text('name', ''),
    severity: reader.oneOf('status', SEVERITIES),
    ...decodeCustomStatus(reader),
    ...present({ condition: reader.optionalText('condition') }),
    notifications: reader.texts('notifications'),
    actions: reader.list('actions', (value, path) => decodeAction(reader.item(value, path))),
  };
  reader.close();
  return ruleCase;
}

export function decodeThirdPartyCase(reader: PayloadReader): ThirdPartyCase {
  const ruleCase: ThirdPartyCase = {
    name: reader.text('name', ''),
    query: reader.text('query', ''),
    severity: reader.oneOf('status', SEVERITIES),
    ...decodeCustomStatus(reader),
    notifications: reader.texts('notifications'),
  };
  reader.close();
  return ruleCase;
}

function decodeCustomStatus(reader: PayloadReader): Pick<RuleCase, 'customSeverity'> {
  return reader.has('customStatus') ? { customSeverity: reader.oneOf('customStatus', SEVERITIES) } : {};
}

function decodeAction(reader: PayloadReader): CaseAction {
  const kind = reader.oneOf('type', ['block_ip', 'block_user', 'user_behavior', 'flag_ip']);
  const options = reader.child('options');
  const action = decodeActionOptions(kind, options);
  options.close();
  reader.close();
  return action;
}

function decodeActionOptions(kind: CaseAction['kind'], options: PayloadReader): CaseAction {
  switch (kind) {
    case 'block_ip':
    case 'block_user': {
      // Recorded answers have no duration at all where the specification says 0, for ever (chosen: they are one).
      const seconds = options.count('duration', 0);
      return seconds === 0 ? { kind } : { kind, durationMs: seconds * 1_000 };
    }
    case 'user_behavior':
      return { kind, behavior: options.text('userBehaviorName') };
    case 'flag_ip':
      return { kind, flag: options.oneOf('flaggedIPType', ['SUSPICIOUS', 'FLAGGED']) };
    default:
      return unreachable(kind);
  }
}
