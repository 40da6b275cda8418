import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { RoleName } from '@signalwright/model';
import { openDatabase } from '@signalwright/store';

import {
  field,
  loginFailure,
  loginRule,
  openTestOrg,
  START_MS,
  type Answered,
  type TestOrg,
} from '../testing/test-org.ts';
import { examineOrg } from '../upkeep/examine-org.ts';
import { ORG_DATABASES } from '../upkeep/org-files.ts';

const FORGET = '/api/signalwright/forget';
const SIGNALS = '/api/v2/security_monitoring/signals';
const ADDRESS = '203.0.113.7';
const OTHER = '203.0.113.77';

interface Forgotten {
  readonly rows: Readonly<Record<string, number>>;
  readonly stand_in?: string;
  readonly audit_heads?: { readonly before: string; readonly after: string };
}

let own: TestOrg;

beforeAll(async () => {
  own = await openTestOrg();
  await own.call('POST', '/api/v2/security_monitoring/rules', loginRule());
  for (const ip of [ADDRESS, OTHER]) {
    await attack(ip, 6);
    const body = { data: { attributes: { kind: 'ip', value: ip, reason: `${ip} attacks` } } };
    expect((await own.call('POST', '/api/signalwright/denylist', body)).status).toBe(200);
    const csv = `ip_address,intention\n${ip},malicious\n`;
    const list = { data: { attributes: { csv } } };
    const path = `/api/signalwright/threat_intel_lists/${ip === ADDRESS ? 'a' : 'b'}`;
    expect((await own.call('PUT', path, list)).status).toBe(201);
  }
  await own.org.settle();
});

afterAll(() => own.close());

async function attack(ip: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const id = `${ip}/${own.clock.nowMs}/${index}`;
    await own.org.pipeline.ingest([loginFailure(id, own.clock.nowMs + index, ip, 'ann')], []);
  }
}

function forget(value: unknown, isMeant?: boolean, role?: RoleName): Promise<Answered> {
  const attributes = { value, ...(isMeant !== undefined && { is_meant: isMeant }) };
  const credentials = role === undefined ? undefined : own.credentialsOf(role);
  return own.call('POST', FORGET, { data: { type: 'forget', attributes } }, credentials);
}

function told(answered: Answered): Forgotten {
  expect([answered.status, answered.text]).toEqual([200, expect.any(String)]);
  return (answered.body as { readonly data: { readonly attributes: Forgotten } }).data.attributes;
}

async function countOf(query: string): Promise<number> {
  const { body } = await own.call('GET', `${SIGNALS}?filter[query]=${encodeURIComponent(query)}`);
  return (body as { readonly data: readonly unknown[] }).data.length;
}

async function idOfOwner(): Promise<string> {
  return String(field(await own.call('GET', '/api/v2/current_user'), 'data', 'id'));
}

async function rules(): Promise<readonly unknown[]> {
  const { body } = await own.call('GET', '/api/v2/security_monitoring/rules');
  return (body as { readonly data: readonly { readonly id: string }[] }).data.map(({ id }) => id);
}

async function signalId(): Promise<string> {
  const { body } = await own.call('GET', SIGNALS);
  return (body as { readonly data: readonly { readonly id: string }[] }).data[0]?.id ?? '';
}

describe('refused, and nothing changed', () => {
  test.each([
    ['a word of what is stored', 'archived'],
    ['the name of a field', 'attributes'],
    ['a severity', 'high'],
    ['two characters', 'ab'],
    ['blanks around it', ` ${ADDRESS}`],
    ['a control character', 'a\nbc'],
    ['a number that is a time or a count too', '1795'],
    ['no text', 7],
    ['nothing', undefined],
    ['more than an address', 'x'.repeat(2_000)],
  ])('%s', async (_title, value) => {
    expect((await forget(value, true)).status).toBe(400);
    expect(await countOf('status:high')).toBe(2);
  });

  test.each([
    ['the uuid of whoever asks', async () => idOfOwner()],
    ['a handle', async () => 'analyst'],
    ['an address of a user', async () => 'standard@signalwright.invalid'],
    ['a name', async () => 'Administrator'],
    ['a rule', async () => String((await rules())[0])],
    ['a signal', async () => signalId()],
  ])('%s of this org itself', async (_title, value) => {
    const refused = await forget(await value(), true);
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('audit trail')]);
  });

  test('to whoever does not manage access', async () => {
    for (const role of ['analyst', 'standard', 'read-only'] as const)
      expect((await forget(ADDRESS, true, role)).status).toBe(403);
    expect(await countOf(`@network.client.ip:${ADDRESS} OR @http.client_ip:${ADDRESS}`)).toBe(1);
  });
});

test('a field of what the org stores by itself cannot be forgotten, whatever stands there', async () => {
  const db = openDatabase(join(own.dataDir, 'org.db'), {
    migrations: ORG_DATABASES[0]?.migrations ?? [],
    asItIs: true,
  });
  const fields = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (!Array.isArray(value)) fields.add(key);
      // What senders and rules name is theirs.
      if (!['attributes', 'group', 'eventsMatchedPerQuery', 'after', 'before'].includes(key)) walk(inner);
    }
  };
  for (const table of ['signals', 'signal_events', 'events', 'outbox']) {
    for (const { body } of db.all<{ body: string }>(`SELECT body FROM ${table}`)) walk(JSON.parse(body));
  }
  db.close();
  expect(fields.size).toBeGreaterThan(30);
  for (const name of fields) {
    if (name.length > 2) expect([name, (await forget(name, false)).status]).toEqual([name, 400]);
  }
});

describe('an address', () => {
  let counted: Forgotten;
  let forgotten: Forgotten;
  const denylists: string[] = [];

  beforeAll(async () => {
    own.clock.nowMs += 10;
    // Detection knows of it and has not told it yet.
    await attack(ADDRESS, 1);
    counted = told(await forget(ADDRESS));
    own.org.onDenylistChanged((data) => denylists.push(JSON.stringify(data)));
    forgotten = told(await forget(ADDRESS, true));
  });

  test('is counted without being meant, and changes what was counted', () => {
    expect(counted.rows).toMatchObject({ 'org.db/events': 7, 'org.db/signals': 1, 'org.db/denylist': 1 });
    expect(counted).toEqual({ rows: counted.rows });
    expect(forgotten.rows).toEqual(counted.rows);
    expect(forgotten.stand_in).toMatch(/^forgotten-[0-9a-f]{12}$/);
  });

  test('is found by no search, and its stand-in is', async () => {
    expect(await countOf(`@http.client_ip:${ADDRESS}`)).toBe(0);
    expect(await countOf(`@http.client_ip:${forgotten.stand_in}`)).toBe(1);
    expect(await countOf(`@http.client_ip:${OTHER}`)).toBe(1);
    const listed = await own.call('GET', SIGNALS);
    expect(listed.text.replaceAll(OTHER, '')).not.toContain(ADDRESS);
  });

  test('is blocked no more, and whoever enforces blocks hears of it', () => {
    expect(own.org.denylist().map(({ value }) => value)).toEqual([OTHER]);
    expect(denylists[0]).toContain(`"${ADDRESS}"`);
    expect(denylists.at(-1)).not.toContain(`"${ADDRESS}"`);
  });

  test('is known to no list of addresses, while others are', async () => {
    const verdictOf = async (ip: string): Promise<unknown> =>
      (await own.call('GET', `/api/signalwright/threat_intel?ip=${ip}`)).body;
    expect(await verdictOf(ADDRESS)).toMatchObject({ data: { attributes: { verdict: 'unknown' } } });
    expect(await verdictOf(OTHER)).toMatchObject({ data: { attributes: { verdict: 'malicious' } } });
  });

  test('stands in no byte of any file', () => {
    for (const name of readdirSync(own.dataDir)) {
      const path = join(own.dataDir, name);
      if (!existsSync(path)) continue;
      const text = readFileSync(path).toString('latin1');
      expect([name, text.replaceAll(OTHER, '').includes(ADDRESS)]).toEqual([name, false]);
    }
  });

  test('leaves an audit trail that holds, and says who had it forgotten and not what', async () => {
    expect(examineOrg(own.dataDir, own.clock.nowMs).filter(({ verdict }) => verdict === 'failed')).toEqual(
      [],
    );
    const audit = await own.call('GET', `/api/signalwright/audit?subject=${forgotten.stand_in}`);
    expect(audit.body).toMatchObject({
      data: [
        {
          attributes: {
            action: 'personal_data.forget',
            actorName: 'Administrator',
            before: { auditHead: forgotten.audit_heads?.before },
          },
        },
      ],
    });
  });

  test('is written by no detection that still had it in memory, and detection goes on', async () => {
    await own.org.pass();
    own.clock.nowMs = START_MS + 60_000;
    await attack(OTHER, 5);
    await own.org.settle();
    const listed = await own.call('GET', SIGNALS);
    expect(listed.text.replaceAll(OTHER, '')).not.toContain(ADDRESS);
    expect(await countOf('status:critical')).toBe(1);
  });

  test('is found nowhere the second time', async () => {
    expect(told(await forget(ADDRESS, true))).toEqual({ rows: {} });
  });
});
