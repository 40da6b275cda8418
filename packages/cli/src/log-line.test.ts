import { expect, test } from 'vitest';
import { logLine } from './log-line.ts';

test.each([
  ['an end of a line', 'a\nb'],
  ['an escape of a terminal', '\u001b[31mred'],
  ['an escape of a terminal in one character', '\u009b31mred'],
  ['delete', 'a\u007fb'],
  ['text that runs the other way', 'a\u202eb\u2066c'],
  ['a separator of lines', 'a\u2028b\u2029c'],
])('%s stands escaped in one line, and reads as it was', (_title, text) => {
  const line = logLine({ level: 'warning', message: 'An automated block was refused.', value: text });
  expect(line).toMatch(/^[\x20-\x7e]*\n$/);
  expect(JSON.parse(line)).toMatchObject({ value: text });
});
