/** Guesses are good for what people write, and are never taken for answers. */

import { expect, test } from 'vitest';
import { compileMatcher } from '../match/compile.ts';
import { parseQuery } from '../parse/parse.ts';
import { satisfiable } from './implies.ts';
import { likelyDocument } from './likely-document.ts';

function parsed(text: string): Parameters<typeof compileMatcher>[0] {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(`${text} is no query`);
  return result.query;
}

test.each([
  '*',
  'shop',
  '"two words"',
  '*:shop',
  'service:shop env:prod',
  'team:appsec tags:internal',
  '@usr.id:alice -@usr.id:bob',
  '@http.url:*admin?',
  '@n:>5',
  '@n:>=5',
  '@n:<5',
  '@n:[1 TO 3]',
  '@n:{1 TO 3}',
  '@n:[* TO 3]',
  '@name:>"b"',
  'CIDR(@ip, 192.0.2.0/24)',
  '@usr.id:*',
  '(@a:1 OR @a:2) (@b:3 OR @b:4) -(@c:5 OR @d:6)',
  '-@usr.id:alice',
  '@cmd:(*save* OR *export*) @cmd:*security*',
])('%s is matched by its guess', (text) => {
  const query = parsed(text);
  expect(compileMatcher(query)(likelyDocument(query))).toBe(true);
});

test.each(['@a:x -@a:*', '@n:>5 @n:<5 -@n:*'])('a wrong guess is no answer: %s', (text) => {
  expect(satisfiable(parsed(text), { effort: 'quick' }).verdict).toBe('no');
});

test('a path that names the prototype is a key like any other', () => {
  const { attributes } = likelyDocument(parsed('@__proto__:x'));
  expect(Object.keys(attributes)).toEqual(['__proto__']);
});
