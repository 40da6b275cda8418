import { inspect } from 'node:util';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { redactor } from './redact.ts';
import { Secret } from './secret.ts';

const VALUE = 'c4nary/+=value "quoted"\\back&é';

describe('a secret', () => {
  const secret = new Secret(VALUE, { name: 'secret://hook' });
  test.each<[title: string, print: () => unknown]>([
    ['joined to a text', () => `${secret as unknown as string}`],
    ['added to a text', () => '' + (secret as unknown as string)],
    ['turned into a string', () => String(secret)],
    ['serialised', () => JSON.stringify({ secret })],
    ['inspected', () => inspect(secret, { showHidden: true, depth: 9 })],
    ['inspected inside something', () => inspect({ a: [secret] }, { showHidden: true, depth: 9 })],
    ['copied by its members', () => JSON.stringify({ ...secret })],
    [
      'listed by its members',
      () =>
        JSON.stringify(Object.getOwnPropertyNames(secret).map((name) => [name, Reflect.get(secret, name)])),
    ],
    ['cloned', () => inspect(structuredClone({ ...secret }))],
    ['thrown', () => new Error(`failed with ${String(secret)}`).stack],
    ['sorted', () => [secret, secret].toSorted().join()],
  ])('%s does not show', (_title, print) => {
    expect(String(print())).not.toContain('c4nary');
  });

  test('is given by reveal alone', () => {
    expect(secret.reveal()).toBe(VALUE);
    expect(secret.name).toBe('secret://hook');
  });

  test('goes to its hosts only', () => {
    const bound = new Secret('x', { hosts: ['hooks.example.com'] });
    expect([
      bound.isFor('hooks.example.com'),
      bound.isFor('evil.example'),
      secret.isFor('any.example'),
    ]).toEqual([true, false, true]);
  });

  test('is never empty', () => {
    expect(() => new Secret('', { name: 'secret://unset' })).toThrow('secret://unset is empty');
  });
});

/** The spellings of T15, made here by other means than in the code. */
const SPELLINGS: readonly [name: string, spell: (value: string) => string][] = [
  ['raw', (value) => value],
  ['JSON', (value) => JSON.stringify(value)],
  ['JSON in JSON', (value) => JSON.stringify(JSON.stringify({ value }))],
  ['JSON with escaped slashes', (value) => JSON.stringify(value).replaceAll('/', '\\/')],
  ['URL component', (value) => encodeURIComponent(value)],
  ['URL search', (value) => new URL(`https://x.example/?q=${encodeURIComponent(value)}`).search],
  ['form', (value) => new URLSearchParams({ value }).toString()],
  [
    'all bytes in percents',
    (value) => [...Buffer.from(value)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  ],
  ['base64', (value) => Buffer.from(value).toString('base64')],
  ['base64url', (value) => Buffer.from(value).toString('base64url')],
  ['basic authentication', (value) => Buffer.from(`user:${value}`).toString('base64')],
  ['base64 of a JSON text', (value) => Buffer.from(`{"key":"${value}"}`).toString('base64')],
  ['base64url with a byte before and two after', (value) => Buffer.from(`x${value}yz`).toString('base64url')],
  ['hexadecimal', (value) => Buffer.from(value).toString('hex')],
  ['hexadecimal, upper case', (value) => Buffer.from(value).toString('hex').toUpperCase()],
];

describe('redaction', () => {
  const { text, stream } = redactor([new Secret(VALUE), new Secret('second-secret-value')]);

  test.each(SPELLINGS)('%s', (_name, spell) => {
    const clean = text(`before ${spell(VALUE)} after`);
    expect(clean).toMatch(/^before .*\*\*\*.* after$/);
    for (const [, other] of SPELLINGS) expect(clean).not.toContain(other(VALUE).slice(2, -2));
  });

  test('leaves everything else as it is', () => {
    const rest = 'nothing to hide, not even c4nary alone: {"a":1} 0123456789abcdef é😀\n';
    expect(text(rest)).toBe(rest);
    expect(text('')).toBe('');
    expect(redactor([]).text(rest)).toBe(rest);
  });

  test('finds several, side by side and overlapping', () => {
    expect(text(`${VALUE}second-secret-value${VALUE}`)).toBe('*********');
    expect(redactor([new Secret('abcabc')]).text('xabcabcabcx')).toBe('x***x');
    expect(
      redactor([new Secret('inner'), new Secret('with inner part')]).text('a with inner part b inner'),
    ).toBe('a *** b ***');
  });

  test('a private key is also its lines', () => {
    const key =
      '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nzzzzYYYYxxxxWWWWvvvvUUUU\n-----END KEY-----\n';
    const clean = redactor([new Secret(key)]).text('log: zzzzYYYYxxxxWWWWvvvvUUUU');
    expect(clean).toBe('log: ***');
  });

  test('a value too short to search for does not eat the text', () => {
    expect(redactor([new Secret('a')]).text('a cat and a hat')).toBe('a cat and a hat');
  });

  test('any secret disappears in every spelling', () => {
    const value = fc
      .string({ minLength: 12, maxLength: 40 })
      .filter((text) => text.trim().length > 10 && !/[\r\n]/.test(text));
    fc.assert(
      fc.property(
        value,
        fc.constantFrom(...SPELLINGS),
        fc.string(),
        fc.string(),
        (secret, [, spell], before, after) => {
          const clean = redactor([new Secret(secret)]).text(`${before} ${spell(secret)} ${after}`);
          expect(clean).not.toContain(spell(secret));
          expect(clean).toContain('***');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('a stream finds what is split over chunks, at every place', async () => {
    const message = `é ${VALUE} middle ${Buffer.from(`u:${VALUE}`).toString('base64')} end second-secret-value`;
    const bytes = Buffer.from(message);
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(await through([bytes.subarray(0, at), bytes.subarray(at)])).toBe(text(message));
    }
    expect(await through([...bytes].map((byte) => Buffer.from([byte])))).toBe(text(message));
  });

  test('a stream of any chunks is the redacted text', async () => {
    const piece = fc.oneof(
      fc.constantFrom(VALUE, 'second-secret-value', VALUE.slice(0, 9), VALUE.slice(9), 'é', '\n'),
      fc.string({ maxLength: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        expect(await through(pieces.map((text) => Buffer.from(text)))).toBe(
          text(Buffer.from(pieces.join('')).toString()),
        );
      }),
      { numRuns: 300 },
    );
  });

  async function through(chunks: readonly Buffer[]): Promise<string> {
    const transform = stream();
    for (const chunk of chunks) transform.write(chunk);
    transform.end();
    const out: Buffer[] = [];
    for await (const chunk of transform as AsyncIterable<Buffer>) out.push(chunk);
    return Buffer.concat(out).toString();
  }
});
