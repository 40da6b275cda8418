/** Cases of a detection rule and what they do: written form to normal form. */

import {
  present,
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
import { durationMs } from './scalar.ts';

export function decodeCase(written: WrittenRuleCase): RuleCase {
  const { condition, customSeverity } = written;
  return {
    name: written.name ?? '',
    severity: written.severity,
    notifications: written.notifications ?? [],
    actions: (written.actions ?? []).flatMap(decodeAction),
    ...present({ condition, customSeverity }),
  };
}

export function decodeThirdPartyCase(written: WrittenRuleThirdPartyCase): ThirdPartyCase {
  const { query, severity, customSeverity } = written;
  return {
    name: written.name ?? '',
    query,
    severity,
    notifications: written.notifications ?? [],
    ...present({ customSeverity }),
  };
}

/** The schema lets exactly one verb stand in an action. */
function decodeAction({ block_ip, block_user, user_behavior, flag_ip }: WrittenRuleAction): CaseAction[] {
  if (block_ip !== undefined) return [{ kind: 'block_ip', ...blockDuration(block_ip) }];
  if (block_user !== undefined) return [{ kind: 'block_user', ...blockDuration(block_user) }];
  if (user_behavior !== undefined) return [{ kind: 'user_behavior', behavior: user_behavior }];
  return flag_ip === undefined ? [] : [{ kind: 'flag_ip', flag: flag_ip }];
}

function blockDuration(text: string): { readonly durationMs?: number } {
  return text === 'permanent' ? {} : { durationMs: durationMs(text) };
}

/** The schema lets exactly one verb stand in a filter. */
export function decodeFilter({ require, suppress }: WrittenRuleFilter): RuleFilter {
  return require === undefined
    ? { action: 'suppress', query: suppress ?? '' }
    : { action: 'require', query: require };
}
