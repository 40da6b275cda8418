/** Tools that say their name, and the files that they ask every server for. */

import { containsPhrase, matchesRegex, RAW_URI, USER_AGENT, type WafRule } from './waf-rule.ts';

export const SCANNER_RULES: readonly WafRule[] = [
  {
    id: 'sw-tool-001',
    name: 'Attack tool',
    tags: { category: 'attack_attempt', type: 'attack_tool' },
    conditions: [
      containsPhrase(
        [USER_AGENT],
        ['sqlmap/', 'commix/', 'xsstrike', 'metasploit', 'thc-hydra', '(hydra)', 'havij'],
      ),
    ],
    transformers: ['lowercase'],
  },
  {
    id: 'sw-scan-001',
    name: 'Security scanner',
    tags: { category: 'attack_attempt', type: 'security_scanner' },
    conditions: [
      containsPhrase(
        [USER_AGENT],
        [
          'nikto/',
          '(nikto',
          'nuclei',
          'wpscan',
          'gobuster/',
          'dirbuster',
          'feroxbuster/',
          'ffuf',
          'wfuzz/',
          'zgrab/',
          'openvas',
        ],
      ),
    ],
    transformers: ['lowercase'],
  },
  {
    id: 'sw-scan-002',
    name: 'Probing for forgotten files and consoles',
    tags: { category: 'attack_attempt', type: 'security_scanner' },
    conditions: [
      matchesRegex(
        [RAW_URI],
        String.raw`^/(?:\.env(?:[.?]|$)|\.git/(?:config|head)|\.aws/credentials|wp-login\.php|wp-config\.php|phpmyadmin/|actuator/(?:env|heapdump)|server-status(?:\?|$)|(?:backup|dump|database)\.(?:zip|sql|tar\.gz))`,
      ),
    ],
    transformers: [],
  },
];
