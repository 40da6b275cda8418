import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { field, openTestOrg, type Answered, type TestOrg } from '../testing/test-org.ts';

const LISTS = '/api/signalwright/threat_intel_lists';
const CSV =
  'ip_address,category,intention,source\n203.0.113.7,scanner,malicious,feed\n198.51.100.0/24,,benign,feed\n';

let own: TestOrg;

beforeEach(async () => {
  own = await openTestOrg();
});

afterEach(() => own.close());

const put = (name: string, attributes: object, keys = own.org.ownerCredentials): Promise<Answered> =>
  own.call('PUT', `${LISTS}/${name}`, { data: { type: 'threat_intel_lists', attributes } }, keys);

/** As a step of a workflow asks, with the keys of the runner. */
async function lookUp(ip: string): Promise<unknown> {
  const { apiKey, applicationKey } = own.runnerAccess;
  const path = `/api/signalwright/threat_intel?ip=${ip}`;
  return field(
    await own.call('GET', path, undefined, { apiKey, applicationKey }),
    'data',
    'attributes',
    'verdict',
  );
}

const actionsIn = async (): Promise<readonly unknown[]> => {
  const audit = await own.call('GET', '/api/signalwright/audit?subject=threat-intel-list:feed');
  const { data } = audit.body as {
    readonly data: readonly { readonly attributes: { readonly action: string } }[];
  };
  return data.map(({ attributes }) => attributes.action);
};

describe('a list of known addresses', () => {
  test('is in effect for the next look-up of a run, until it is replaced or deleted', async () => {
    expect(await lookUp('203.0.113.7')).toBe('unknown');
    const made = await put('feed', { csv: CSV, description: 'From a partner.' });
    expect([made.status, made.headers.get('content-type'), made.body]).toMatchObject([
      201,
      'application/vnd.api+json',
      { data: { id: 'feed', type: 'threat_intel_lists', attributes: { rows: 2, version: 1 } } },
    ]);
    expect(await lookUp('203.0.113.7')).toBe('malicious');
    const replaced = await put('feed', { csv: CSV.replace('malicious', 'suspicious'), version: 1 });
    expect([replaced.status, field(replaced, 'data', 'attributes', 'version')]).toEqual([200, 2]);
    expect(await lookUp('203.0.113.7')).toBe('suspicious');
    expect((await own.call('DELETE', `${LISTS}/feed`)).status).toBe(204);
    expect(await lookUp('203.0.113.7')).toBe('unknown');
    expect((await own.call('DELETE', `${LISTS}/feed`)).status).toBe(404);
    expect(await actionsIn()).toEqual([
      'threat_intel_list.put',
      'threat_intel_list.put',
      'threat_intel_list.delete',
    ]);
  });

  test('stays when the org starts again, and stands before the file of the start', async () => {
    const row = 'ip_address,intention\n203.0.113.7,suspicious\n192.0.2.9,malicious\n';
    writeFileSync(join(own.dataDir, 'threat-intel.csv'), row);
    await put('feed', { csv: CSV });
    own = await own.restart();
    expect(await Promise.all(['203.0.113.7', '192.0.2.9', '198.51.100.4'].map(lookUp))).toEqual([
      'malicious',
      'malicious',
      'benign',
    ]);
  });

  test('of which a block is more specific counts before another one', async () => {
    await put('a-wide', { csv: 'ip_address,intention\n203.0.113.0/24,benign\n' });
    await put('b-narrow', { csv: 'ip_address,intention\n203.0.113.7,malicious\n' });
    await put('c-same', { csv: 'ip_address,intention\n203.0.113.0/24,suspicious\n' });
    expect(await Promise.all(['203.0.113.7', '203.0.113.8'].map(lookUp))).toEqual(['malicious', 'benign']);
  });

  test('is shown with its rows alone, and without them beside others', async () => {
    await put('feed', { csv: CSV });
    await put('another', { csv: 'ip_address\n' });
    const all = await own.call('GET', LISTS);
    expect(all.body).toMatchObject({ data: [{ id: 'another' }, { id: 'feed' }] });
    expect(all.text).not.toContain('203.0.113.7');
    const one = await own.call('GET', `${LISTS}/feed`);
    expect(field(one, 'data', 'attributes', 'csv')).toBe(CSV);
  });

  test('that is the same again is not written again', async () => {
    await put('feed', { csv: CSV });
    const again = await put('feed', { csv: CSV });
    expect([again.status, field(again, 'data', 'attributes', 'version')]).toEqual([200, 1]);
    expect(await actionsIn()).toEqual(['threat_intel_list.put']);
  });

  test('that somebody else has changed is not overwritten by who says which one was meant', async () => {
    expect((await put('feed', { csv: CSV, version: 1 })).status).toBe(409);
    await put('feed', { csv: CSV, version: 0 });
    await put('feed', { csv: 'ip_address\n203.0.113.9\n' });
    const late = await put('feed', { csv: CSV, version: 1 });
    expect([late.status, late.body]).toEqual([
      409,
      { errors: ['The list has changed: its version is 2, not 1.'] },
    ]);
    expect(await lookUp('203.0.113.7')).toBe('unknown');
  });

  test('is read by whoever may read tables, and written by whoever may write them', async () => {
    await put('feed', { csv: CSV });
    const reader = own.credentialsOf('read-only');
    expect((await own.call('GET', `${LISTS}/feed`, undefined, reader)).status).toBe(200);
    expect((await put('feed', { csv: CSV }, reader)).status).toBe(403);
    expect((await own.call('DELETE', `${LISTS}/feed`, undefined, reader)).status).toBe(403);
  });
});

describe('refused, and nothing stored', () => {
  test.each([
    ['no CSV', 'feed', {}],
    ['a CSV that is a list', 'feed', { csv: [] }],
    ['a row that is no address', 'feed', { csv: 'ip_address\n203.0.113.7\nnobody\n' }],
    ['no column', 'feed', { csv: 'address\n203.0.113.7\n' }],
    ['a text that the database would cut', 'feed', { csv: `${CSV}203.0.113.9,a\0b,benign,\n` }],
    ['half of a character', 'feed', { csv: CSV, description: '\ud800' }],
    ['a description without end', 'feed', { csv: CSV, description: 'x'.repeat(1_001) }],
    ['a field that is not known', 'feed', { csv: CSV, ['x'.repeat(10_000)]: 1 }],
    ['half a version', 'feed', { csv: CSV, version: 0.5 }],
    ['a name with capitals', 'Feed', { csv: CSV }],
    ['a name that is a number', '1e400', { csv: CSV }],
    ['a name that is a path', '..%2Ffeed', { csv: CSV }],
    ['a name without end', 'x'.repeat(65), { csv: CSV }],
  ])('%s', async (_title, name, attributes) => {
    const answered = await put(name, attributes);
    expect(answered.status).toBe(400);
    expect(answered.text.length).toBeLessThan(500);
    expect((await own.call('GET', LISTS)).body).toEqual({ data: [] });
  });

  test('another type', async () => {
    const body = { data: { type: 'teapots', attributes: { csv: CSV } } };
    expect((await own.call('PUT', `${LISTS}/feed`, body)).status).toBe(400);
  });

  test('a list more than there may be', async () => {
    for (let count = 0; count < 50; count += 1)
      expect((await put(`list-${count}`, { csv: 'ip_address\n' })).status).toBe(201);
    expect((await put('one-more', { csv: 'ip_address\n' })).status).toBe(400);
    expect((await put('list-7', { csv: CSV })).status).toBe(200);
  });
});
