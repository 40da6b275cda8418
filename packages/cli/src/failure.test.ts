import { describe, expect, test } from 'vitest';
import { asCommandFailure } from './failure.ts';

/** As Node and the rooms below throw them. */
const failed = (fields: object, message = 'raw'): Error => Object.assign(new Error(message), fields);

describe('an error of the machine becomes one line and an exit code', () => {
  const rows: readonly [
    name: string,
    error: unknown,
    exitCode: number | undefined,
    message: string | undefined,
  ][] = [
    [
      'a missing file',
      failed({ code: 'ENOENT', path: '/x/plan.json' }),
      74,
      '/x/plan.json: there is no such file or folder (ENOENT).',
    ],
    ['a full disk', failed({ code: 'ENOSPC' }), 74, 'no space is left on the disk (ENOSPC).'],
    [
      'a folder in the way',
      failed({ code: 'EISDIR', path: '/x' }),
      74,
      '/x: it is a folder, not a file (EISDIR).',
    ],
    ['a store that is held', failed({ kind: 'busy' }, 'Process 7 holds it.'), 75, 'Process 7 holds it.'],
    ['a damaged store', failed({ kind: 'damaged' }, 'Record 3 is damaged.'), 74, 'Record 3 is damaged.'],
    ['a newer store', failed({ kind: 'version' }, 'Written by 2.0.'), 74, 'Written by 2.0.'],
    ['a mistake of ours', new TypeError('x is undefined'), undefined, undefined],
    ['a code nobody knows', failed({ code: 'ERR_INVALID_ARG_TYPE' }), undefined, undefined],
    ['what is no error', 'text', undefined, undefined],
  ];
  test.each(rows)('%s', (_, error, exitCode, message) => {
    const failure = asCommandFailure(error);
    expect(failure?.exitCode).toBe(exitCode);
    expect(failure?.message).toBe(message);
  });
});

test.each([
  ['the system', failed({ code: 'ENOSPC', path: '/x/.gitignore' })],
  [
    'the store',
    failed({ kind: 'environment', code: 'store/disk-full' }, 'Cannot write /x: no space is left.'),
  ],
])('a full disk that %s tells of comes with what to do', (_, error) => {
  expect(asCommandFailure(error)?.hint).toBe('Make room there, then run it again.');
});

test('other refusals of the machine have no such hint', () => {
  expect(asCommandFailure(failed({ code: 'EACCES' }))?.hint).toBeUndefined();
});

test('a store that somebody else holds comes with what to do', () => {
  expect(asCommandFailure(failed({ kind: 'busy' }))?.hint).toBe(
    'Another signalwright is at work there: wait until it has ended, or stop it.',
  );
});
