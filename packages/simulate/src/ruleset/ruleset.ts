/** The rule set of the sample application: our own rules, in the engine's format. */

import { ATTACK_ATTEMPT_RULES } from './attack-attempt.ts';
import { SCANNER_RULES } from './scanner.ts';
import { VULNERABILITY_TRIGGER_RULES } from './vulnerability-trigger.ts';
import { holds, type WafRule } from './waf-rule.ts';

/** What the application reports about itself through the SDK's addresses. */
const BUSINESS_LOGIC_RULES: readonly WafRule[] = ['success', 'failure'].map((outcome) => ({
  id: `sw-login-${outcome}`,
  name: `User login ${outcome}`,
  tags: { category: 'business_logic', type: `users.login.${outcome}` },
  conditions: [holds('exists', [{ address: `server.business_logic.users.login.${outcome}` }])],
  transformers: [],
}));

/**
 * The two rules that read the denylist. Their ids and data sets are the public ones, so that a denylist compiled for
 * Datadog's Remote Configuration fits. Source: `ASM_DATA` in dd-trace-js.
 */
const DENYLIST_RULES: readonly WafRule[] = [
  {
    id: 'blk-001-001',
    name: 'Block IP addresses',
    tags: { category: 'security_response', type: 'block_ip' },
    conditions: [
      { operator: 'ip_match', parameters: { inputs: [{ address: 'http.client_ip' }], data: 'blocked_ips' } },
    ],
    transformers: [],
    on_match: ['block'],
  },
  {
    id: 'blk-001-002',
    name: 'Block user ids',
    tags: { category: 'security_response', type: 'block_user' },
    conditions: [
      { operator: 'exact_match', parameters: { inputs: [{ address: 'usr.id' }], data: 'blocked_users' } },
    ],
    transformers: [],
    on_match: ['block'],
  },
];

export interface Ruleset {
  readonly version: '2.2';
  readonly metadata: { readonly rules_version: string };
  readonly rules: readonly WafRule[];
}

export const RULESET: Ruleset = {
  version: '2.2',
  metadata: { rules_version: '0.1.0' },
  rules: [
    ...ATTACK_ATTEMPT_RULES,
    ...SCANNER_RULES,
    ...VULNERABILITY_TRIGGER_RULES,
    ...BUSINESS_LOGIC_RULES,
    ...DENYLIST_RULES,
  ],
};
