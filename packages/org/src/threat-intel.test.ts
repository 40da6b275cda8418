import { describe, expect, test } from 'vitest';

import { parseStoredThreatIntel, parseThreatIntel, singleAddress, type ThreatIntel } from './threat-intel.ts';

function find(list: ThreatIntel, ip: string): ReturnType<ThreatIntel['find']> {
  const address = singleAddress(ip);
  return address && list.find(address);
}

const CSV = `ip_address,additional_data,category,intention,source
203.0.113.7,{},"scanner, loud",malicious,"list ""one"""
203.0.113.0/24,,hosting,suspicious,list two
198.51.100.1,,office,benign,list two
2001:db8::/32,,test,malicious,list three
203.0.113.7,,again,benign,list four

# a remark
192.0.2.9,,other,who knows,list five`;

type Row = [ip: string, verdict: string | undefined, source: string];

const rows: Row[] = [
  ['203.0.113.7', 'malicious', 'list "one"'],
  ['::ffff:203.0.113.7', 'malicious', 'list "one"'],
  ['203.0.113.8', 'suspicious', 'list two'],
  ['198.51.100.1', 'benign', 'list two'],
  ['2001:db8:1::1', 'malicious', 'list three'],
  ['192.0.2.9', 'unknown', 'list five'],
  ['198.51.100.2', 'unknown', ''],
  ['203.0.113.0/24', undefined, ''],
  ['nobody', undefined, ''],
  ['', undefined, ''],
];

test.each(rows)('%s is %s', (ip, verdict, source) => {
  const parsed = parseThreatIntel(CSV);
  if (!parsed.ok) throw new Error(parsed.reason);
  const answer = singleAddress(ip) && (find(parsed.list, ip)?.answer ?? { verdict: 'unknown', source: '' });
  expect(answer?.verdict).toBe(verdict);
  if (answer !== undefined) expect(answer.source).toBe(source);
});

test('a row whose first cell is empty keeps its other cells in their columns', () => {
  const parsed = parseThreatIntel('name,ip_address,intention\n,203.0.113.7,malicious');
  expect(parsed.ok && find(parsed.list, '203.0.113.7')?.answer.verdict).toBe('malicious');
});

describe('a list that cannot be read is refused as a whole', () => {
  test.each([
    ['without the column', 'address,category\n203.0.113.7,x', 1],
    ['with a row that is no address', 'ip_address\n203.0.113.7\nnobody', 3],
    ['with an empty address', 'ip_address,source\n,x', 2],
    ['that is empty', '', 1],
  ])('%s', (_title, csv, line) => {
    expect(parseThreatIntel(csv)).toMatchObject({ ok: false, line });
  });
});

test('a list that was taken once is read without what was forgotten since', () => {
  const list = parseStoredThreatIntel(CSV.replace('198.51.100.1', 'forgotten-0a1b2c'));
  expect(find(list, '198.51.100.1')).toBeUndefined();
  expect(find(list, '192.0.2.9')?.answer.source).toBe('list five');
});

test('ten thousand rows are looked up in no time', () => {
  const csv = [
    'ip_address,intention',
    ...Array.from({ length: 10_000 }, (_, index) => `198.18.${index >> 8}.${index & 255},malicious`),
  ];
  const parsed = parseThreatIntel(csv.join('\n'));
  if (!parsed.ok) throw new Error(parsed.reason);
  // Time on the processor: a busy machine does not count.
  const before = process.cpuUsage();
  for (let index = 0; index < 1_000; index += 1) find(parsed.list, `198.18.20.${index & 255}`);
  expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
});
