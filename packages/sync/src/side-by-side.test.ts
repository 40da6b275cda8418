/** Order, limits and failures of tasks that run side by side. */

import { expect, test } from 'vitest';
import { runSideBySide, type Task } from './side-by-side.ts';

type Lane = 'wide' | 'narrow';

const LIMITS = { most: 3, lanes: { wide: Infinity, narrow: 1 } } as const;

/** Tasks that write down when they begin and end. */
function diary(): { readonly lines: string[]; task(name: string, lane: Lane, after?: string[]): Task<Lane> } {
  const lines: string[] = [];
  return {
    lines,
    task: (name, lane, after = []) => ({
      name,
      lane,
      after,
      run: async () => {
        lines.push(`${name} begins`);
        await new Promise((resolve) => void setImmediate(resolve));
        lines.push(`${name} ends`);
      },
    }),
  };
}

test('nothing to do is done at once', async () => {
  await expect(runSideBySide<Lane>([], LIMITS)).resolves.toBeUndefined();
});

test('no more at once than may be, in the order given', async () => {
  const { lines, task } = diary();
  await runSideBySide(
    ['a', 'b', 'c', 'd'].map((name) => task(name, 'wide')),
    LIMITS,
  );
  expect(lines.slice(0, 4)).toEqual(['a begins', 'b begins', 'c begins', 'a ends']);
  expect(lines.at(-1)).toBe('d ends');
});

test('a full lane keeps no other waiting', async () => {
  const { lines, task } = diary();
  await runSideBySide([task('a', 'narrow'), task('b', 'narrow'), task('c', 'wide')], LIMITS);
  expect(lines.slice(0, 2)).toEqual(['a begins', 'c begins']);
  expect(lines.indexOf('b begins')).toBeGreaterThan(lines.indexOf('a ends'));
});

test('a task waits for what it depends on, whatever its lane', async () => {
  const { lines, task } = diary();
  await runSideBySide([task('a', 'wide'), task('b', 'narrow', ['a', 'a']), task('c', 'wide', ['b'])], LIMITS);
  expect(lines).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('a circle, and a name that nobody has, stop nothing', async () => {
  const { lines, task } = diary();
  await runSideBySide([task('a', 'wide', ['b', 'nobody']), task('b', 'wide', ['a'])], LIMITS);
  expect(lines).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('what throws is thrown when nothing runs any more, and nothing else begins', async () => {
  const { lines, task } = diary();
  const failing: Task<Lane> = {
    name: 'x',
    lane: 'wide',
    after: [],
    run: () => Promise.reject(new Error('broken')),
  };
  const tasks = [failing, task('a', 'wide'), task('b', 'narrow'), task('c', 'narrow')];
  await expect(runSideBySide(tasks, LIMITS)).rejects.toThrow('broken');
  expect(lines).toEqual(['a begins', 'b begins', 'a ends', 'b ends']);
});
