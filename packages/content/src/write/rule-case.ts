/** Cases of a detection rule and what they do: normal form to written form. */

import {
  present,
  unreachable,
  type CaseAction,
  type RuleCase,
  type RuleFilter,
  type ThirdPartyCase,
} from '@signalwright/model';
import type {
  WrittenRuleAction,
  WrittenRuleCase,
  WrittenRuleFilter,
  WrittenRuleThirdPartyCase,
} from '../schema/written.ts';
import { durationText, unlessEmpty } from './scalar.ts';

export function writeCase(ruleCase: RuleCase): WrittenRuleCase {
  const { condition, customSeverity } = ruleCase;
  return {
    ...(ruleCase.name !== '' && { name: ruleCase.name }),
    ...present({ condition }),
    severity: ruleCase.severity,
    ...present({ customSeverity }),
    ...unlessEmpty('notifications', ruleCase.notifications),
    ...unlessEmpty('actions', ruleCase.actions.map(writeAction)),
  };
}

export function writeThirdPartyCase(ruleCase: ThirdPartyCase): WrittenRuleThirdPartyCase {
  const { customSeverity } = ruleCase;
  return {
    ...(ruleCase.name !== '' && { name: ruleCase.name }),
    query: ruleCase.query,
    severity: ruleCase.severity,
    ...present({ customSeverity }),
    ...unlessEmpty('notifications', ruleCase.notifications),
  };
}

function writeAction(action: CaseAction): WrittenRuleAction {
  switch (action.kind) {
    case 'block_ip':
      return { block_ip: blockText(action.durationMs) };
    case 'block_user':
      return { block_user: blockText(action.durationMs) };
    case 'user_behavior':
      return { user_behavior: action.behavior };
    case 'flag_ip':
      return { flag_ip: action.flag };
    default:
      return unreachable(action);
  }
}

function blockText(durationMs: number | undefined): string {
  return durationMs === undefined ? 'permanent' : durationText(durationMs);
}

export function writeFilter({ action, query }: RuleFilter): WrittenRuleFilter {
  return action === 'require' ? { require: query } : { suppress: query };
}
