import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findSecrets, maskSecrets } from './secrets.ts';

/** Put together here, so that no scanner takes this file for a leak. */
const KEY = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
const TOKEN = ['ghp_', 'a1'.repeat(18)].join('');
const LINE = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7';
const PRIVATE = ['-----BEGIN ', 'PRIVATE KEY-----'].join('');

const ROWS: readonly [text: string, masked: string][] = [
  [`use ${KEY} here`, `use ${'*'.repeat(20)} here`],
  [`${KEY},${TOKEN}`, `${'*'.repeat(20)},${'*'.repeat(40)}`],
  [
    `${PRIVATE}\n  ${LINE}\n  ${LINE}\n-----END`,
    `*****${'*'.repeat(5)} ******* ********\n  ${'*'.repeat(52)}\n  ${'*'.repeat(52)}\n-----END`,
  ],
  ['postgres://shop:hunter22@db/shop', `${'*'.repeat(25)}db/shop`],
  ['ab://c:secret@', '*'.repeat(14)],
  ['Authorization: Bearer {{ Steps.a.token }}', 'Authorization: Bearer {{ Steps.a.token }}'],
  ['secret://slack', 'secret://slack'],
  ['https://example.com:8443/a@b', 'https://example.com:8443/a@b'],
  [`x${KEY}`, `x${KEY}`],
];

test.each(ROWS)('%s', (text, masked) => {
  expect(maskSecrets(text)).toBe(masked);
});

test('every secret is found, in the order of the text, once', () => {
  expect(findSecrets(`${TOKEN} ${KEY} ${TOKEN}`)).toMatchObject([
    { what: 'a GitHub token', start: 0, end: 40 },
    { what: 'an AWS access key', start: 41, end: 61 },
    { what: 'a GitHub token', start: 62, end: 102 },
  ]);
});

test('whatever stands around it, no secret is left, and every other character stands where it stood', () => {
  const piece = fc.oneof(
    fc.constantFrom(KEY, TOKEN, ' ', '\n', '"', '😀', ':', '\t'),
    fc.string({ maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const text = pieces.join('');
      const masked = maskSecrets(text);
      expect(masked).toHaveLength(text.length);
      expect(findSecrets(masked)).toEqual([]);
      const found = findSecrets(text);
      for (let at = 0; at < text.length; at += 1) {
        const isInside = found.some(({ start, end }) => start <= at && at < end);
        if (!isInside) expect(masked[at]).toBe(text[at]);
      }
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['starts of tokens', 'eyJ-'.repeat(60_000)],
  ['starts of addresses', 'a://b:'.repeat(40_000)],
  ['starts of private keys', PRIVATE.repeat(8_000)],
  ['a private key without an end', `${PRIVATE}${`\n${LINE}`.repeat(4_000)}`],
  ['keys', `${KEY} `.repeat(40_000)],
  ['signed tokens', 'eyJaaaaaaaaaaaa.'.repeat(50_000)],
])('a long text of %s is looked through once', (_name, text) => {
  const startedMs = performance.now();
  maskSecrets(text);
  expect(performance.now() - startedMs).toBeLessThan(1_500);
});
