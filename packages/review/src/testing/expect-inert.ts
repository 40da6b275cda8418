/** What every page must be, whatever a stranger wrote into what it shows. */

import { expect } from 'vitest';
import { mentionsIn, parseComment } from './parse-comment.ts';

/** @param html of our own making: there is no other */
export function expectInert(markdown: string, html: readonly string[]): void {
  const parsed = parseComment(markdown);
  expect(parsed).toMatchObject({ html, links: 0, images: 0, tables: 0, rules: 1 });
  expect(parsed.headings).toHaveLength(1);
  expect(mentionsIn(parsed.text)).toEqual([]);
  expect(markdown).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|\p{Cs}|[\u2028\u2029]/u);
  expect(parsed.text).toContain(', stack ');
}
