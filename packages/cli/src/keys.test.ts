/** Which keys an environment gets. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOrgFolder, type OrgFolder } from './testing/org-folder.ts';
import { goodContent } from './testing/terminal.ts';
import type { World } from './world.ts';

const CONFIG = `stack: acme
environments:
  local: { target: embedded }
  staging: { target: datadog, site: datadoghq.eu }
  prod:
    target: datadog
    site: datadoghq.com
    keys: { api: secret://prod-api-key, application: secret://prod-app-key }
`;

let folder: OrgFolder;
beforeAll(async () => {
  folder = await openOrgFolder({ ...goodContent(), 'signalwright.yaml': CONFIG });
  writeFileSync(join(folder.root, 'mounted-key'), 'of-a-file\n');
  writeFileSync(join(folder.root, 'empty-key'), '\n');
  writeFileSync(join(folder.root, 'long-key'), 'k'.repeat(20_000));
});
afterAll(() => folder.close());

/** The keys that were sent, or what was said in place of it. */
async function keysFor(environment: string, env: World['env']): Promise<string> {
  const sent = new Set<string>();
  const fetch: World['fetch'] = (input, init) => {
    const { headers } = new Request(input, init);
    sent.add(`${headers.get('dd-api-key')} ${headers.get('dd-application-key')}`);
    return Promise.resolve(Response.json({ data: [] }));
  };
  const { err } = await folder.run(['plan', '--env', environment], { env, fetch });
  return sent.size === 0 ? err : [...sent].join(', ');
}

const PLAIN = { DD_API_KEY: 'a', DD_APP_KEY: 'b' };
const PROD = { SIGNALWRIGHT_SECRET_PROD_API_KEY: 'p', SIGNALWRIGHT_SECRET_PROD_APP_KEY: 'q' };

describe('keys', () => {
  test('two environments have their own in one shell', async () => {
    expect(await keysFor('staging', { ...PLAIN, ...PROD })).toBe('a b');
    expect(await keysFor('prod', { ...PLAIN, ...PROD })).toBe('p q');
  });

  test('what signalwright.yaml names is not replaced by the usual ones', async () => {
    expect(await keysFor('prod', PLAIN)).toBe(
      'signalwright: The keys of the service are missing.\n' +
        '  Set SIGNALWRIGHT_SECRET_PROD_API_KEY and SIGNALWRIGHT_SECRET_PROD_APP_KEY, or SIGNALWRIGHT_SECRET_PROD_API_KEY_FILE' +
        ' and SIGNALWRIGHT_SECRET_PROD_APP_KEY_FILE to files that hold them. signalwright.yaml names them for this environment.\n',
    );
    expect(await keysFor('prod', { ...PROD, SIGNALWRIGHT_SECRET_PROD_APP_KEY: '' })).toContain(
      'There is no SIGNALWRIGHT_SECRET_PROD_APP_KEY.',
    );
  });

  test('a key may stand in a file, whose line end is not of the key', async () => {
    const path = (name: string): string => join(folder.root, name);
    const env = { DD_API_KEY_FILE: path('mounted-key'), DD_APP_KEY: 'b' };
    expect(await keysFor('staging', env)).toBe('of-a-file b');
    const mounted = {
      SIGNALWRIGHT_SECRET_PROD_API_KEY_FILE: path('mounted-key'),
      SIGNALWRIGHT_SECRET_PROD_APP_KEY: 'q',
    };
    expect(await keysFor('prod', mounted)).toBe('of-a-file q');
    for (const name of ['empty-key', 'long-key'])
      expect(await keysFor('staging', { ...env, DD_API_KEY_FILE: path(name) })).toContain(
        'holds no secret: ',
      );
    expect(await keysFor('staging', { ...env, DD_API_KEY_FILE: folder.root })).toContain(
      'cannot be read (EISDIR)',
    );
  });

  test('a key in clear in signalwright.yaml is an error of the content', async () => {
    folder.write('signalwright.yaml', CONFIG.replace('secret://prod-api-key', 'c4nary0123456789'));
    const { code, err } = await folder.run(['plan', '--env', 'prod'], { env: { ...PLAIN, ...PROD } });
    folder.write('signalwright.yaml', CONFIG);
    expect(code).toBe(1);
    expect(err).toContain('signalwright.yaml:8:18 error schema/bad-format');
    expect(err).toContain('= hint: Name of a secret, never the secret. Such as: secret://prod-api-key');
  });
});
