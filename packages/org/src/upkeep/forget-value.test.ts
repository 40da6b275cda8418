import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { loginFailure, loginRule, openTestOrg, START_MS, type TestOrg } from '../testing/test-org.ts';
import { examineOrg } from './examine-org.ts';
import { forgetValue, type Forgotten } from './forget-value.ts';
import { replaceWhole } from './replace-whole.ts';

type Row = [title: string, text: string, value: string, expected: string];

const rows: Row[] = [
  ['a whole text', '10.0.0.1', '10.0.0.1', 'X'],
  ['in a sentence, at its end', 'Seen 10.0.0.1.', '10.0.0.1', 'Seen X.'],
  ['with a port', 'http://10.0.0.1:443/', '10.0.0.1', 'http://X:443/'],
  ['behind the name of a tag', 'client_ip:10.0.0.1', '10.0.0.1', 'client_ip:X'],
  ['in an id that was made of it', '"10.0.0.1-0"', '10.0.0.1', '"X-0"'],
  ['twice', '10.0.0.1,10.0.0.1', '10.0.0.1', 'X,X'],
  ['behind an escape of JSON', String.raw`"a\n10.0.0.1"`, '10.0.0.1', String.raw`"a\nX"`],
  ['not in a longer address', '10.0.0.11 110.0.0.1 10.0.0.1.5', '10.0.0.1', '10.0.0.11 110.0.0.1 10.0.0.1.5'],
  ['an IPv6 address', '[2001:db8::1]:443', '2001:db8::1', '[X]:443'],
  [
    'not in a longer IPv6 address',
    '2001:db8::1:2 fe80:2001:db8::1',
    '2001:db8::1',
    '2001:db8::1:2 fe80:2001:db8::1',
  ],
  ['a user', '{"usr":{"id":"ann"}}', 'ann', '{"usr":{"id":"X"}}'],
  ['not in a name or an address of mail', 'joann anna ann@x.org ann-b', 'ann', 'joann anna ann@x.org ann-b'],
  ['an address of mail', 'mailto:ann@x.org,', 'ann@x.org', 'mailto:X,'],
  ['nothing', 'abc', '', 'abc'],
];

test.each(rows)('%s', (_title, text, value, expected) => {
  expect(replaceWhole(text, value, 'X')).toBe(expected);
});

const ADDRESS = '203.0.113.7';
const OTHER = '203.0.113.77';

describe('forgetting an address', () => {
  let own: TestOrg;
  let counted: Forgotten;
  let forgotten: Forgotten;
  let folder: string;
  const options = { nowMs: () => START_MS + 60_000, random: () => new Uint8Array(6).fill(7) };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'forget-'));
    own = await openTestOrg({ dataDir: folder });
    await own.call('POST', '/api/v2/security_monitoring/rules', loginRule());
    for (const ip of [ADDRESS, OTHER]) {
      for (let index = 0; index < 6; index += 1) {
        await own.org.pipeline.ingest([loginFailure(`${ip}/${index}`, START_MS + index, ip)], []);
      }
      const body = { data: { attributes: { kind: 'ip', value: ip, reason: `${ip} attacks` } } };
      expect((await own.call('POST', '/api/signalwright/denylist', body)).status).toBe(200);
    }
    await own.org.settle();
    expect(() => forgetValue(folder, ADDRESS, { ...options, isMeant: true })).toThrow(/in use/);
    await own.org.close();
    counted = forgetValue(folder, ADDRESS, { ...options, isMeant: false });
    forgotten = forgetValue(folder, ADDRESS, { ...options, isMeant: true });
  });

  afterAll(async () => {
    await own.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is counted first, and changes what was counted', () => {
    expect(counted.rows).toMatchObject({ 'org.db/events': 6, 'org.db/signals': 1, 'org.db/denylist': 1 });
    expect(counted.rows['org.db/audit']).toBeGreaterThan(0);
    expect(counted).toEqual({ rows: counted.rows });
    expect(forgotten.rows).toEqual(counted.rows);
    expect(forgotten.standIn).toBe('forgotten-070707070707');
  });

  test('leaves it in no byte of any file, and other addresses where they were', () => {
    const names = readdirSync(folder).filter((name) => existsSync(join(folder, name)));
    for (const name of names) {
      const text = readFileSync(join(folder, name)).toString('latin1');
      expect([name, text.replaceAll(OTHER, '').includes(ADDRESS)]).toEqual([name, false]);
    }
    expect(readFileSync(join(folder, 'org.db')).toString('latin1')).toContain(OTHER);
  });

  test('keeps an audit trail that holds, and says in it that it was rewritten', async () => {
    expect(examineOrg(folder, START_MS + 60_000).filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    expect(forgotten.auditHeads?.before).not.toBe(forgotten.auditHeads?.after);
    const again = await openTestOrg({ dataDir: folder });
    const audit = await again.call('GET', '/api/signalwright/audit?subject=forgotten-070707070707');
    expect(audit.body).toMatchObject({
      data: [
        {
          attributes: { action: 'personal_data.forget', before: { auditHead: forgotten.auditHeads?.before } },
        },
      ],
    });
    const denylist = await again.call('GET', '/api/signalwright/denylist');
    expect(denylist.text).toContain(OTHER);
    const signals = await again.call('GET', '/api/v2/security_monitoring/signals');
    expect((signals.body as { data: unknown[] }).data).toHaveLength(2);
    await again.org.close();
  });

  test('finds nothing the second time', () => {
    expect(forgetValue(folder, ADDRESS, { ...options, isMeant: true })).toEqual({ rows: {} });
  });
});
