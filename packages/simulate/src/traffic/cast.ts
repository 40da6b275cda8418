/**
 * Who takes part in the story. All addresses are reserved for documentation and benchmarks (RFC 5737, RFC 2544):
 * 203.0.113.0/24 and 198.51.100.0/24 attack, 192.0.2.0/24 is our own, 198.18.0.0/16 is a botnet,
 * 198.19.0.0/16 are customers.
 */

import type { TrafficKind } from './story-request.ts';

export interface DemoAttacker {
  readonly ip: string;
  readonly kind: TrafficKind;
  /** For a threat-intelligence list; words of Datadog's list of categories and intentions. */
  readonly category: string;
  readonly intention: string;
}

/** The attackers that come again after the attack, and that a threat-intelligence list would know. */
export const DEMO_ATTACKERS = [
  {
    ip: '203.0.113.7',
    kind: 'stuffing_from_one_address',
    category: 'residential_proxy',
    intention: 'malicious',
  },
  { ip: '203.0.113.66', kind: 'sql_injection', category: 'hosting', intention: 'malicious' },
  { ip: '203.0.113.180', kind: 'xss', category: 'vpn', intention: 'suspicious' },
  { ip: '203.0.113.201', kind: 'ssrf', category: 'hosting', intention: 'malicious' },
  { ip: '198.51.100.23', kind: 'scanner', category: 'scanner', intention: 'suspicious' },
  { ip: '198.51.100.77', kind: 'path_traversal', category: 'tor', intention: 'malicious' },
  { ip: '198.51.100.140', kind: 'command_injection', category: 'hosting', intention: 'malicious' },
] as const satisfies readonly DemoAttacker[];

type AttackerKind = (typeof DEMO_ATTACKERS)[number]['kind'];

export function attackerAddress(kind: AttackerKind): string {
  const attacker = DEMO_ATTACKERS.find((candidate) => candidate.kind === kind);
  if (attacker === undefined) throw new Error(`Nobody in the cast does ${kind}.`);
  return attacker.ip;
}

/** Our own scanner, agreed with the team that owns staging. */
export const AUTHORISED_SCANNER_IP = '192.0.2.20';
export const UPTIME_PROBE_IP = '192.0.2.10';
/** Many people behind one address: what a rule that counts by address must not take for an attack. */
export const OFFICE_GATEWAY_IP = '192.0.2.44';
/** The account that the botnet is after. */
export const TARGETED_LOGIN = 'payroll.admin';
/** Its owner used the same password elsewhere, and the list of the stuffing attacker has it. */
export const TAKEN_OVER_LOGIN = 'noor.haddad';

export function customerAddress(index: number): string {
  return `198.19.${(index * 7) % 256}.${(index * 37 + 11) % 254}`;
}

export function botnetAddress(index: number): string {
  return `198.18.${(index * 13) % 256}.${(index * 101 + 5) % 254}`;
}

export const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
] as const;
