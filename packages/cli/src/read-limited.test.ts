import { expect, test } from 'vitest';
import { readLimited } from './read-limited.ts';

test('what has no end is read no further than it may be', () => {
  expect(() => readLimited('/dev/zero', 1_000)).toThrow('/dev/zero has more than 1000 bytes.');
});

test('a folder is told by its name', () => {
  expect(() => readLimited(import.meta.dirname, 1_000)).toThrow(`${import.meta.dirname} is a folder`);
});

test('a file that is as long as it may be is read', () => {
  const text = readLimited(import.meta.filename, 10_000);
  expect(readLimited(import.meta.filename, Buffer.byteLength(text))).toBe(text);
  expect(() => readLimited(import.meta.filename, Buffer.byteLength(text) - 1)).toThrow('has more than');
});
