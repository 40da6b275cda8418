import { isId } from '@signalwright/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadToAscii, slugOf, suffixOf, withSuffix } from './object-id.ts';

const toAscii = await loadToAscii();

const NAMES: readonly [name: string, slug: string][] = [
  ['Credential stuffing from one address', 'credential-stuffing-from-one-address'],
  ['AWS IAM: User “root” logged-in (MFA)!', 'aws-iam-user-root-logged-in-mfa'],
  ['Überwachung größer ñ', 'uberwachung-grosser-n'],
  ['Подозрительный вход', 'podozritelnyy-vkhod'],
  ['{{@usr.id}} did it', 'usr-id-did-it'],
  ['  --  ', ''],
  ['', ''],
  [
    'A very long name of a rule that goes on and on beyond what an id may hold',
    'a-very-long-name-of-a-rule-that-goes-on-and-on-beyond-what-an-id',
  ],
  ['x'.repeat(100), 'x'.repeat(64)],
];

test.each(NAMES)('%s', (name, slug) => {
  expect(slugOf(name, toAscii)).toBe(slug);
});

test('whatever the name, with a suffix it is an id', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.option(fc.string({ unit: 'binary' })), (name, remoteId) => {
      const slug = slugOf(name, toAscii);
      expect(slug === '' || isId(slug)).toBe(true);
      expect(isId(withSuffix(slug, suffixOf(remoteId ?? undefined, { name })))).toBe(true);
    }),
  );
});
