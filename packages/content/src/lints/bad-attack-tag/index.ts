/** An ATT&CK tag that names no tactic or technique. Source: MITRE ATT&CK, enterprise tactics and the form of ids. */

import { quoted } from '../../diagnostic.ts';
import { didYouMean } from '../../nearest.ts';
import type { Lint } from '../lint-contract.ts';

/** Tactics of the enterprise matrix: id and the name that published rules put behind it. */
const TACTICS: Readonly<Record<string, string>> = {
  TA0001: 'initial-access',
  TA0002: 'execution',
  TA0003: 'persistence',
  TA0004: 'privilege-escalation',
  TA0005: 'defense-evasion',
  TA0006: 'credential-access',
  TA0007: 'discovery',
  TA0008: 'lateral-movement',
  TA0009: 'collection',
  TA0010: 'exfiltration',
  TA0011: 'command-and-control',
  TA0040: 'impact',
  TA0042: 'resource-development',
  TA0043: 'reconnaissance',
};

const TECHNIQUE = /^T\d{4}(?:[.]\d{3})?(?:-[a-z0-9-]+)?$/i;

export const badAttackTag: Lint = (object, report) => {
  if (object.kind !== 'detection-rule') return;
  object.object.tags.forEach((tag, index) => {
    const problem = problemOf(tag);
    if (problem === undefined) return;
    report.at(['tags', index], 'lint/bad-attack-tag', problem.message, { hint: problem.hint });
  });
};

function problemOf(tag: string): { readonly message: string; readonly hint: string } | undefined {
  const [, key, value = ''] = /^(tactic|technique):(.*)$/s.exec(tag) ?? [];
  if (key === 'technique' && !TECHNIQUE.test(value)) {
    return {
      message: `${quoted(value)} is no technique of ATT&CK.`,
      hint: 'Write an id and a name: T1110-brute-force or T1110.003-password-spraying.',
    };
  }
  if (key !== 'tactic') return undefined;
  const [, id = '', name] = /^(TA\d{4})(?:-(.+))?$/i.exec(value) ?? [];
  const known = TACTICS[id.toUpperCase()];
  if (known === undefined) {
    const names = Object.entries(TACTICS).map(([each, word]) => `${each}-${word}`);
    return {
      message: `${quoted(value)} is no tactic of ATT&CK.`,
      hint: didYouMean(value, names) ?? 'Write an id and a name: TA0006-credential-access.',
    };
  }
  if (name === undefined || name.toLowerCase() === known) return undefined;
  return {
    message: `${id.toUpperCase()} is ${known}, not ${name}.`,
    hint: `Write tactic:${id.toUpperCase()}-${known}.`,
  };
}
