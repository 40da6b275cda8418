import { describe, expect, test } from 'vitest';
import { ownershipSuffix, ownershipTag, readOwnership } from './ownership.ts';

describe('whose an object is', () => {
  test.each([
    ['a rule with our tag', { tags: ['a', 'signalwright:acme/x'] }, { kind: 'tag', stack: 'acme', id: 'x' }],
    [
      'a resource with our tag',
      { data: { id: '1', attributes: { tags: ['signalwright:acme/x'] } } },
      { kind: 'tag', stack: 'acme', id: 'x' },
    ],
    [
      'a stack with a slash',
      { tags: ['signalwright:acme/prod/x'] },
      { kind: 'tag', stack: 'acme/prod', id: 'x' },
    ],
    [
      'the same tag twice',
      { tags: ['signalwright:acme/x', 'signalwright:acme/x'] },
      { kind: 'tag', stack: 'acme', id: 'x' },
    ],
    ['a suffix', { attributes: { name: 'N [sw:0123abcd]' } }, { kind: 'suffix', mark: '0123abcd' }],
    [
      'two owners',
      { tags: ['signalwright:a/x', 'signalwright:b/x'] },
      { kind: 'ambiguous', marks: ['signalwright:a/x', 'signalwright:b/x'] },
    ],
    ['no mark', { tags: ['team:x'], name: 'N' }, { kind: 'unmarked' }],
    [
      'a tag that only looks like ours',
      {
        tags: [
          'signalwright:',
          'signalwright:x',
          'signalwright:acme/',
          'signalwright:a/X y',
          'xsignalwright:a/b',
        ],
      },
      { kind: 'unmarked' },
    ],
    ['a suffix that is not at the end', { name: 'N [sw:0123abcd] more' }, { kind: 'unmarked' }],
    ['a suffix in capitals', { name: 'N [sw:0123ABCD]' }, { kind: 'unmarked' }],
    ['tags of a strange sort', { tags: [7, null, { a: 1 }] }, { kind: 'unmarked' }],
    ['no object', 'x', { kind: 'unmarked' }],
  ])('%s', (_what, payload, expected) => {
    expect(readOwnership(payload)).toEqual(expected);
  });

  test('the marks are stable: they stand on objects of organisations', () => {
    expect(ownershipTag('acme-appsec', 'urgent-attacks')).toBe('signalwright:acme-appsec/urgent-attacks');
    expect(ownershipSuffix('acme-appsec', 'urgent-attacks')).toBe(' [sw:e29e5717]');
  });
});
