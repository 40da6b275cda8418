/** Wrong keys, wrong places, missing permissions and strange answers: each is one message that says what to do. */

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { goodContent, type Ran } from '../testing/terminal.ts';
import type { World } from '../world.ts';

const COMMANDS: string[][] = [['plan'], ['apply', '--yes'], ['drift'], ['import', '--from', 'local']];
const PROD: string[][] = [['plan'], ['apply', '--yes'], ['drift'], ['import', '--from', 'prod']];
/** Rules, suppressions, workflows; notification rules of signals, and of findings. */
const LISTS = 5;
const CANARY = 'c4naryc4naryc4naryc4naryc4nary00';

let folder: OrgFolder;
beforeAll(async () => {
  folder = await openOrgFolder(goodContent());
});
afterAll(() => folder.close());
beforeEach(() => void folder.requests.splice(0));

/** The same words as text and as JSON, and nothing written at the target. */
async function failureOf(args: readonly string[], world: Partial<World>): Promise<string> {
  const text = await folder.run(args, world);
  const json = await folder.run([...args, '--json'], world);
  const { ok, error } = json.json() as {
    ok: boolean;
    error: { message: string; hint?: string; exitCode: number };
  };
  expect({ ok, code: json.code, err: json.err }).toEqual({ ok: false, code: text.code, err: text.err });
  const { message, hint, exitCode } = error;
  expect(exitCode).toBe(text.code);
  expect(text.err).toBe(`signalwright: ${message}\n${hint === undefined ? '' : `  ${hint}\n`}`);
  expect(text.out).toBe('');
  expect(folder.requests.filter((each) => !each.startsWith('GET'))).toEqual([]);
  return `${text.code} ${message}\n${hint ?? ''}`;
}

async function keyWithScopes(scopes: readonly string[]): Promise<World['env']> {
  const issued = await folder.run(['org', 'tokens', 'issue', 'admin', '--name', 'ci', '--scope', ...scopes]);
  folder.requests.splice(0);
  return { DD_API_KEY: folder.org.ownerCredentials.apiKey, DD_APP_KEY: issued.out.trim() };
}

const READS = [
  'security_monitoring_rules_read',
  'security_monitoring_suppressions_read',
  'security_monitoring_notification_profiles_read',
  'workflows_read',
];

describe('keys', () => {
  test.each(COMMANDS)('%s: keys that the target does not know', async (...args) => {
    const env = { DD_API_KEY: CANARY, DD_APP_KEY: CANARY };
    expect(await failureOf(args, { env })).toBe(
      '1 http://127.0.0.1:8085 refused with 401: Unauthorized\n' +
        'It does not know the keys in DD_API_KEY and DD_APP_KEY: they are mistyped, revoked, or of another site.',
    );
  });

  test.each(COMMANDS)('%s: a permission that is missing is named', async (...args) => {
    const env = await keyWithScopes(READS.filter((each) => each !== 'security_monitoring_suppressions_read'));
    expect(await failureOf(args, { env })).toContain(
      'The keys in DD_API_KEY and DD_APP_KEY lack the permission security_monitoring_suppressions_read, or are of',
    );
  });

  test('all that are missing for a plan are named at once', async () => {
    const env = await keyWithScopes(['security_monitoring_rules_read']);
    expect(await failureOf(['plan'], { env })).toContain(
      'lack the permissions workflows_read, security_monitoring_suppressions_read, security_monitoring_notification_profiles_read, or',
    );
  });

  test('what may be read and not written is refused object by object, with the permission of each', async () => {
    const { code, out } = await folder.run(['apply', '--yes'], { env: await keyWithScopes(READS) });
    expect(code).toBe(1);
    expect(out).toContain(
      'login-hammering  not applied: HTTP 403: Forbidden (it takes the permission security_monitoring_rules_write)',
    );
    expect(out).toContain('(it takes the permission security_monitoring_notification_profiles_write)');
    expect(out).toContain('0 applied, 0 unchanged, 2 refused.');
  });

  const bad: readonly (readonly [what: string, env: World['env'], said: string])[] = [
    ['one of two', { DD_API_KEY: CANARY }, '74 There is no DD_APP_KEY.'],
    ['the other of two', { DD_APP_KEY: CANARY }, '74 There is no DD_API_KEY.'],
    [
      'a line end within',
      { DD_API_KEY: `a\r\n${CANARY}`, DD_APP_KEY: 'b' },
      '74 DD_API_KEY holds what no key has',
    ],
    ['quotes around', { DD_API_KEY: 'a', DD_APP_KEY: `"${CANARY}"` }, '74 DD_APP_KEY holds what no key has'],
    [
      'a letter beyond ASCII',
      { DD_API_KEY: `${CANARY}é`, DD_APP_KEY: 'b' },
      '74 DD_API_KEY holds what no key has',
    ],
    [
      'a file beside',
      { DD_API_KEY: CANARY, DD_API_KEY_FILE: 'x' },
      '74 DD_API_KEY and DD_API_KEY_FILE are both set.',
    ],
    [
      'a file that is not there',
      { DD_API_KEY_FILE: '/nowhere/key' },
      '74 The file that DD_API_KEY_FILE names cannot be read (ENOENT)',
    ],
  ];
  test.each(bad)('%s is said before anything is sent', async (_what, env, said) => {
    const failure = await failureOf(['plan'], { env });
    expect(failure).toContain(said);
    expect(failure).not.toContain(CANARY);
    expect(folder.requests).toEqual([]);
  });

  test('keys of the org on this machine are sent to no other', async () => {
    const env = { SIGNALWRIGHT_URL: 'https://elsewhere.example' };
    expect(await failureOf(['plan'], { env })).toContain(
      '74 The keys of the service are missing.\nSet DD_API_KEY',
    );
    expect(folder.requests).toEqual([]);
  });
});

describe('addresses', () => {
  const bad: readonly (readonly [url: string, said: string])[] = [
    [`http://dana:${CANARY}@127.0.0.1:8085`, 'SIGNALWRIGHT_URL holds a user or a password'],
    ['127.0.0.1:8085', 'SIGNALWRIGHT_URL is no http or https address.'],
    ['ftp://127.0.0.1', 'SIGNALWRIGHT_URL is no http or https address.'],
    ['http://127.0.0.1:8085/?x', 'SIGNALWRIGHT_URL has a question mark or a # in it.'],
  ];
  test.each(bad)('%s is no address', async (url, said) => {
    const failure = await failureOf(['plan'], { env: { SIGNALWRIGHT_URL: url } });
    expect(failure).toContain(`64 ${said}`);
    expect(failure).not.toContain(CANARY);
  });

  test('one address has one spelling', async () => {
    const plans: string[] = [];
    for (const url of ['http://127.0.0.1:8085', 'HTTP://127.0.0.1:8085///']) {
      const { plan } = (await folder.run(['plan', '--json'], { env: { SIGNALWRIGHT_URL: url } })).json();
      plans.push((plan as { digest: string }).digest);
    }
    expect(new Set(plans).size).toBe(1);
  });
});

describe('strange answers', () => {
  const page = '<!DOCTYPE html><html><head><title>\n Sign in </title></head><body>…</body></html>';
  const rows: readonly (readonly [what: string, answer: () => Response, said: string])[] = [
    [
      'a login page',
      () => new Response(page),
      '74 No usable answer from http://127.0.0.1:8085: GET /api/v2/security_monitoring/rules: HTTP 200 with a web page ("Sign in")',
    ],
    [
      'a page of a firewall',
      () => new Response(page, { status: 403 }),
      '1 http://127.0.0.1:8085 refused with 403: a web page ("Sign in")',
    ],
    [
      'a redirect',
      () => new Response(null, { status: 302, headers: { location: 'https://evil.example/steal?a=b' } }),
      'HTTP 302, a redirect to https://evil.example, which is not followed: it would carry the keys along',
    ],
    [
      'a proxy',
      () => new Response('Who are you?', { status: 407 }),
      '74 A proxy before http://127.0.0.1:8085 asks for credentials (407): Who are you?',
    ],
    [
      'another API',
      () => Response.json({ items: [] }),
      '74 No usable answer from http://127.0.0.1:8085: The list of /api/v2/security_monitoring/rules has no data.',
    ],
    [
      'an API that is not there',
      () => Response.json({ errors: ['Not found'] }, { status: 404 }),
      '1 http://127.0.0.1:8085 refused with 404: Not found\nThere is no such API at this address.',
    ],
    [
      'escape sequences',
      () => Response.json({ errors: ['\u001B[2J\r\n::error::x\u202E'] }, { status: 400 }),
      '1 http://127.0.0.1:8085 refused with 400: \\u{3a}:error::x\\u{202e}',
    ],
  ];
  test.each(rows)('%s', async (_what, answer, said) => {
    const fetch: World['fetch'] = (input) => {
      const { pathname } = new URL(input instanceof Request ? input.url : String(input));
      return Promise.resolve(pathname === '/health' ? new Response('ok') : answer());
    };
    expect(await failureOf(['plan'], { fetch })).toContain(said);
  });

  test('a megabyte of error text is cut', async () => {
    const fetch = (): Promise<Response> =>
      Promise.resolve(Response.json({ errors: ['x'.repeat(1_000_000)] }, { status: 400 }));
    const failure = await failureOf(['plan'], { fetch });
    expect(failure.length).toBeLessThan(1_000);
  });
});

describe('a site', () => {
  const CONFIG = 'stack: acme\nenvironments:\n  prod:\n    target: datadog\n    site: datadoghq.euu\n';
  const env = { DD_API_KEY: CANARY, DD_APP_KEY: CANARY, DD_SITE: 'datadoghq.euu' };
  let prod: OrgFolder;
  beforeAll(async () => {
    prod = await openOrgFolder({ ...goodContent(), 'signalwright.yaml': CONFIG });
  });
  afterAll(() => prod.close());

  async function tried(
    args: readonly string[],
    fetch: World['fetch'],
  ): Promise<Ran & { readonly asked: number }> {
    let asked = 0;
    const counting: World['fetch'] = (input, init) => {
      asked += 1;
      return fetch(input, init);
    };
    return { ...(await prod.run(args, { env, fetch: counting })), asked };
  }

  function failing(code: string, message: string): World['fetch'] {
    const cause = Object.assign(new Error(message), { code });
    return () => Promise.reject(new TypeError('fetch failed', { cause }));
  }

  test.each(PROD)(
    '%s: keys are sent to none that is not of Datadog, unless it is named twice',
    async (...args) => {
      let asked = 0;
      const fetch: World['fetch'] = () => Promise.reject(new Error(`call ${(asked += 1)}`));
      for (const DD_SITE of ['', 'datadoghq.eu', 'euu']) {
        const { code, err } = await prod.run(args, { env: { ...env, DD_SITE }, fetch });
        expect({ code, err }).toEqual({
          code: 1,
          err:
            'signalwright: The site of prod, datadoghq.euu, is none of Datadog: no key is sent there.\n' +
            '  Correct site: in signalwright.yaml. If that host is meant, set DD_SITE=datadoghq.euu as well.\n',
        });
      }
      expect(asked).toBe(0);
    },
  );

  test.each(PROD)('%s: one that does not exist is said at once, with its line', async (...args) => {
    const { code, err, asked } = await tried(args, failing('ENOTFOUND', 'getaddrinfo ENOTFOUND'));
    expect(code).toBe(74);
    expect(err).toMatch(
      /^signalwright: No usable answer from https:\/\/api\.datadoghq\.euu: GET .*: there is no such host$/m,
    );
    expect(err).toContain('\n  The site stands in signalwright.yaml:5:11.\n');
    // One for each list, none of them again.
    expect(asked).toBeLessThanOrEqual(LISTS);
  });

  test.each(PROD)('%s: keys of another one', async (...args) => {
    const forbidden = (): Promise<Response> =>
      Promise.resolve(Response.json({ errors: ['Forbidden'] }, { status: 403 }));
    const { code, err } = await tried(args, forbidden);
    expect(code).toBe(1);
    expect(err).toContain('refused with 403: Forbidden');
    expect(err).toMatch(
      /lack the permissions? security_monitoring_rules_read.*, or are of another site\. The site stands in signalwright\.yaml:5:11\./,
    );
    expect(err).not.toContain(CANARY);
  });

  test('whoever cannot prove to be the service gets no second call', async () => {
    const { code, err, asked } = await tried(
      ['plan'],
      failing('CERT_HAS_EXPIRED', 'certificate has expired'),
    );
    expect({ code, asked }).toEqual({ code: 74, asked: 1 });
    expect(err).toContain(': certificate has expired\n');
  });
});

test('keys stand in no file that the command leaves behind, nor in anything it says', async () => {
  const { apiKey, applicationKey } = folder.org.ownerCredentials;
  const env = { DD_API_KEY: apiKey, DD_APP_KEY: applicationKey };
  const runs = [
    await folder.run(['plan', '--out', 'plan.json', '--verbose'], { env }),
    await folder.run(['apply', '--yes', '--verbose'], { env }),
    await folder.run(['apply', '--yes', '--json'], { env }),
    await folder.run(['drift', '--json'], { env }),
    await folder.run(['plan', '--json'], {
      env,
      fetch: (input) =>
        String(input).endsWith('/health')
          ? Promise.resolve(new Response('ok'))
          : Promise.reject(Object.assign(new Error(`not ${apiKey}`), { code: 'ERR_TLS_X' })),
    }),
  ];
  const sync = join(folder.root, '.signalwright/sync');
  const files = existsSync(sync)
    ? readdirSync(sync).map((name) => readFileSync(join(sync, name), 'utf8'))
    : [];
  expect(files.length).toBeGreaterThan(0);
  for (const text of [...runs.flatMap(({ out, err }) => [out, err]), ...files, folder.read('plan.json')]) {
    expect(text).not.toContain(apiKey);
    expect(text).not.toContain(applicationKey);
  }
});
