/** What an attacker types: found in the request alone, whether or not the application is open to it. */

import {
  containsPhrase,
  holds,
  matchesRegex,
  RAW_URI,
  TYPED_VALUES,
  type WafCondition,
  type WafRule,
} from './waf-rule.ts';

/** White space or a comment, which databases read alike. */
const GAP = String.raw`(?:\s|/\*[^*]{0,40}\*/)+`;
const PARENT_FOLDER = String.raw`(?:\.|%2e|%252e){2}(?:[/\\]|%2f|%5c|%252f)`;
/** Loopback, link-local, private and cloud metadata, in the spellings that parsers accept. */
const INTERNAL_HOST = [
  'localhost',
  String.raw`127(?:\.\d{1,3}){1,3}`,
  String.raw`0(?:\.0){3}`,
  String.raw`10(?:\.\d{1,3}){3}`,
  String.raw`172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}`,
  String.raw`192\.168(?:\.\d{1,3}){2}`,
  String.raw`169\.254(?:\.\d{1,3}){2}`,
  String.raw`\[(?:::1?|::ffff:[\da-f.:]+|f[cd][\da-f]{2}:[\da-f:]*|fe80:[\da-f:]*)\]`,
  String.raw`0x7f[\da-f]{6}`,
  '2130706433',
  String.raw`metadata\.google\.internal`,
].join('|');

/** Shared with the rule that watches outgoing calls. */
export const INTERNAL_URL = String.raw`^\s*(?:https?|ftp):/{0,2}(?:[^/@\s]{0,100}@)?(?:${INTERNAL_HOST})\.?(?:[:/?#\\]|$)`;

export const ATTACK_ATTEMPT_RULES: readonly WafRule[] = [
  attempt(
    'sw-sqli-001',
    'SQL injection by grammar',
    'sql_injection',
    ['removeNulls'],
    holds('is_sqli', TYPED_VALUES),
  ),
  // "select" alone is English; a column list behind it is not.
  attempt(
    'sw-sqli-002',
    'SQL injection: UNION SELECT',
    'sql_injection',
    ['removeNulls'],
    matchesRegex(
      TYPED_VALUES,
      String.raw`\bunion${GAP}(?:all${GAP}|distinct${GAP})?select${GAP}(?:null\b|@@|'|\d|[\w.]+\s*[(,]|[\w.*, ]{1,80}\bfrom\b)`,
    ),
  ),
  attempt(
    'sw-sqli-003',
    'SQL injection: delays and stacked statements',
    'sql_injection',
    ['removeNulls'],
    matchesRegex(
      TYPED_VALUES,
      String.raw`\b(?:pg_)?sleep\s*\(\s*\d|\bbenchmark\s*\(\s*\d+\s*,|\bwaitfor\s+delay\s+'|;\s*(?:drop|truncate|alter)\s+(?:table|database)\s+\w`,
    ),
  ),
  attempt(
    'sw-xss-001',
    'Cross-site scripting by grammar',
    'xss',
    ['removeNulls'],
    holds('is_xss', TYPED_VALUES),
  ),
  attempt(
    'sw-xss-002',
    'Cross-site scripting: script tags, handlers and script URLs',
    'xss',
    ['removeNulls'],
    matchesRegex(
      TYPED_VALUES,
      String.raw`<\s*/?\s*script\b|<[a-z][^>]{0,200}\bon[a-z]{3,20}\s*=|<\s*(?:iframe|object|embed)\b|^\s*javascript\s*:\S|\b(?:href|src|action)\s*=\s*["']?\s*javascript\s*:`,
    ),
  ),
  attempt(
    'sw-lfi-001',
    'Path traversal',
    'lfi',
    ['removeNulls'],
    matchesRegex([...TYPED_VALUES, RAW_URI], String.raw`(?:^|[/\\=]|%2f|%5c|%252f)${PARENT_FOLDER}`),
  ),
  attempt(
    'sw-lfi-002',
    'Access to files of the operating system',
    'lfi',
    ['removeNulls', 'lowercase'],
    containsPhrase(
      [...TYPED_VALUES, RAW_URI],
      [
        '/etc/passwd',
        '/etc/shadow',
        '/proc/self/environ',
        '/.ssh/id_rsa',
        'windows/win.ini',
        String.raw`windows\win.ini`,
      ],
    ),
  ),
  // A command counts only with what a shell needs around it: "dog & cat beds" is a search, "; cat /etc" is not.
  attempt(
    'sw-cmdi-001',
    'Command injection: a shell operator and a command',
    'command_injection',
    ['removeNulls'],
    matchesRegex(
      TYPED_VALUES,
      String.raw`(?:;|\||&&|\n|\x60|\$\()\s*(?:(?:cat|ls|head|tail)\s+[-/.~$]|(?:id|whoami|uname|ifconfig|env)(?:\s+-[a-z]+)?\s*(?:$|[;|&)\x60])|(?:curl|wget)\s+(?:-|https?:)|(?:nc|ncat|bash|sh|ping|python3?|perl)\s+-|(?:sleep|nslookup)\s+[\w.])`,
    ),
  ),
  attempt(
    'sw-cmdi-002',
    'Command injection: shells and their tricks',
    'command_injection',
    ['removeNulls', 'lowercase'],
    containsPhrase(TYPED_VALUES, [
      '${ifs}',
      '$ifs',
      '/bin/bash',
      '/bin/sh',
      '/dev/tcp/',
      'cmd.exe /c',
      'powershell -e',
    ]),
  ),
  attempt(
    'sw-ssrf-001',
    'SSRF: an internal address',
    'ssrf',
    ['removeNulls'],
    matchesRegex(TYPED_VALUES, INTERNAL_URL),
  ),
  attempt(
    'sw-ssrf-002',
    'SSRF: a scheme that is no web address',
    'ssrf',
    ['removeNulls'],
    matchesRegex(TYPED_VALUES, String.raw`^\s*(?:gopher|dict|file|ldaps?|tftp|jar|netdoc)://`),
  ),
];

function attempt(
  id: string,
  name: string,
  type: string,
  transformers: readonly string[],
  condition: WafCondition,
): WafRule {
  return { id, name, tags: { category: 'attack_attempt', type }, conditions: [condition], transformers };
}
