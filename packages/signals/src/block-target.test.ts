import { isIP } from 'node:net';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { checkBlockTarget, parseAddressBlock, parseNeverBlock } from './block-target.ts';

const NEVER = parseNeverBlock(['192.0.2.0/24', '2001:db8:ffff::/48']);

type Row = [value: string, expected: string];

const rows: Row[] = [
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7/32', '203.0.113.7'],
  ['203.0.113.7/24', '203.0.113.0/24'],
  ['198.18.0.0/16', '198.18.0.0/16'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['2001:db8::/32', 'never_block'],
  ['2001:db8:1::/48', '2001:db8:1::/48'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.0/120', '203.0.113.0/24'],
  // The project's own ranges, also when only a part of them is touched.
  ['192.0.2.1', 'never_block'],
  ['192.0.0.0/16', 'never_block'],
  ['2001:db8:ffff::7', 'never_block'],
  // Reserved ranges in every spelling.
  ['127.0.0.1', 'never_block'],
  ['10.1.2.3', 'never_block'],
  ['172.31.255.255', 'never_block'],
  ['192.168.1.0/24', 'never_block'],
  ['169.254.169.254', 'never_block'],
  ['100.64.0.1', 'never_block'],
  ['0.0.0.0', 'never_block'],
  ['255.255.255.255', 'never_block'],
  ['::1', 'never_block'],
  ['::', 'never_block'],
  ['fd00::1', 'never_block'],
  ['fe80::1', 'never_block'],
  ['::ffff:127.0.0.1', 'never_block'],
  ['::ffff:7f00:1', 'never_block'],
  // Too wide.
  ['0.0.0.0/0', 'prefix_too_wide'],
  ['203.0.0.0/8', 'prefix_too_wide'],
  ['203.0.0.0/15', 'prefix_too_wide'],
  ['::/0', 'prefix_too_wide'],
  ['2001::/31', 'prefix_too_wide'],
  ['::ffff:0.0.0.0/96', 'prefix_too_wide'],
  // No address at all, or a spelling that other programs read differently.
  ['', 'not_an_address'],
  ['2001:4860::1:2:3:4:5', '2001:4860:0:1:2:3:4:5'],
  ['N/A', 'not_an_address'],
  ['unknown', 'not_an_address'],
  ['203.0.113', 'not_an_address'],
  ['0313.0.0161.7', 'not_an_address'],
  ['203.0.113.07', 'not_an_address'],
  ['0xcb007107', 'not_an_address'],
  ['203.0.113.7/33', 'not_an_address'],
  ['203.0.113.7/', 'not_an_address'],
  ['203.0.113.7/08', 'not_an_address'],
  ['203.0.113.7 ', 'not_an_address'],
  ['1:2:3:4:5:6:7', 'not_an_address'],
  ['1:2:3:4:5:6:7:8:9', 'not_an_address'],
  ['1:2:3:4:5:6:7::8', 'not_an_address'],
  ['1::2::3', 'not_an_address'],
  [':1:2:3:4:5:6:7:8', 'not_an_address'],
  ['2001:db8:::1', 'not_an_address'],
  ['2001:db8::12345', 'not_an_address'],
  ['203.0.113.7::1', 'not_an_address'],
  ['fe80::1%eth0', 'not_an_address'],
  ['203.0.113.7, 198.51.100.1', 'not_an_address'],
  ['２０３.0.113.7', 'not_an_address'],
];

test.each(rows)('a block of "%s" gives %s', (value, expected) => {
  const result = checkBlockTarget(value, NEVER);
  expect(result.ok ? result.block.text : result.refusal.reason).toBe(expected);
});

test('a never-block list with a word that is no address is refused, not shortened', () => {
  expect(() => parseNeverBlock(['192.0.2.0/24', 'office'])).toThrow('office');
});

describe('laws', () => {
  test('it knows an address exactly where the platform does', () => {
    const almost = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{0,40}$/));
    fc.assert(
      fc.property(almost, (text) => {
        expect(parseAddressBlock(text) !== undefined).toBe(isIP(text) !== 0);
      }),
      { numRuns: 2_000 },
    );
  });

  const ipv4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([ip, prefix]) => `${ip}/${prefix}`);
  const ipv6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).map(([ip, prefix]) => `${ip}/${prefix}`);

  test('writing a block and reading it again gives the same block', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (text) => {
        const block = parseAddressBlock(text);
        expect(block).toBeDefined();
        expect(parseAddressBlock(block?.text ?? '')).toEqual(block);
      }),
    );
  });

  test('no text whatever makes it throw, and nothing allowed touches a private range', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), ipv4, ipv6), (text) => {
        const result = checkBlockTarget(text, NEVER);
        if (result.ok) expect(result.block.text).not.toMatch(/^(10|127|0)\./);
      }),
    );
  });
});
