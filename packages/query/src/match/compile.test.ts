import { describe, expect, test } from 'vitest';
import { parseQuery } from '../parse/parse.ts';
import { compileMatcher } from './compile.ts';
import type { QueryDocument } from './document.ts';
import { readAttribute } from './read.ts';

function doc(part: Partial<QueryDocument>): QueryDocument {
  return { reserved: {}, tags: [], attributes: {}, message: '', ...part };
}

function matches(text: string, document: QueryDocument): boolean {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return compileMatcher(result.query)(document);
}

type Row = [title: string, text: string, document: Partial<QueryDocument>, expected: boolean];

function table(title: string, rows: Row[]): void {
  describe(title, () => {
    test.each(rows)('%s: %s', (_title, text, document, expected) => {
      expect(matches(text, doc(document))).toBe(expected);
    });
  });
}

const say = (message: string): Partial<QueryDocument> => ({ message });
const has = (attributes: Record<string, unknown>): Partial<QueryDocument> => ({ attributes });
const tagged = (...tags: string[]): Partial<QueryDocument> => ({ tags });

table('free text looks at the words of the message', [
  ['a word is found anywhere', 'fox', say('The quick fox'), true],
  ['a word is no part of a word', 'fox', say('firefox'), false],
  ['case does not count', 'FOX', say('the fox'), true],
  ['punctuation bounds words', 'fox', say('(fox)'), true],
  ['an underscore belongs to the word', 'fox', say('red_fox'), false],
  ['letters of any script are words', 'élan', say('avec ÉLAN'), true],
  ['two words need no order', 'dolly hello', say('hello beautiful dolly'), true],
  ['a phrase needs its order', '"hello dolly"', say('hello beautiful dolly'), false],
  ['a phrase is found', '"hello dolly"', say('Well, hello, Dolly!'), true],
  ['special characters cannot be searched in a message', '"user-id"', say('user id'), true],
  ['punctuation alone finds nothing', '"!!!"', say('!!!'), false],
  ['attributes are not looked at', 'fox', has({ animal: 'fox' }), false],
  ['a wildcard in quotes is punctuation', '"*fox*"', say('firefox'), false],
  ['message: asks the same', 'message:fox', say('the fox'), true],
  ['message:* needs a message', 'message:*', say(''), false],
  ['* needs nothing', '*', say(''), true],
]);

table('attributes', [
  ['a value equals', '@a:x', has({ a: 'x' }), true],
  ['case counts', '@a:X', has({ a: 'x' }), false],
  ['a value is compared whole', '@a:x', has({ a: 'xy' }), false],
  ['a path leads into objects', '@http.status_code:500', has({ http: { status_code: 500 } }), true],
  ['a number equals its text', '@n:0.5', has({ n: 0.5 }), true],
  ['a boolean equals its text', '@b:true', has({ b: true }), true],
  ['null is no value', '@a:null', has({ a: null }), false],
  ['the empty text is a value', '@a:""', has({ a: '' }), true],
  ['an array matches by any element', '@a:y', has({ a: ['x', 'y'] }), true],
  ['an array of arrays too', '@a:y', has({ a: ['x', ['y']] }), true],
  ['an array of objects gives its leaves', '@d.Name:B', has({ d: [{ Name: 'A' }, { Name: 'B' }] }), true],
  [
    'two terms need not be of one element',
    '@d.n:A @d.v:2',
    has({
      d: [
        { n: 'A', v: 1 },
        { n: 'B', v: 2 },
      ],
    }),
    true,
  ],
  ['a key may hold dots', '@http.url:x', has({ 'http.url': 'x' }), true],
  ['a key may hold dots further down', '@a.b.c.d:x', has({ a: { 'b.c': { d: 'x' } } }), true],
  [
    'a dotted key never stands in for a nested value',
    '@workflow.state:archived',
    has({ workflow: { state: 'open' }, 'workflow.state': 'archived' }),
    false,
  ],
  ['an object is no value', '@a:x', has({ a: { b: 'x' } }), false],
  ['inherited properties are not attributes', '@constructor:*', has({}), false],
  ['__proto__ is a name like another', '@__proto__.x:*', has({}), false],
  [
    'an own __proto__ is found',
    '@__proto__.x:1',
    has(JSON.parse('{"__proto__":{"x":1}}') as Record<string, unknown>),
    true,
  ],
  ['length of an array is no attribute', '@a.length:*', has({ a: [1] }), false],
  ['a wildcard covers the value', '@p:/api/*', has({ p: '/api/v1' }), true],
  ['? stands for a space', '@p:hello?world', has({ p: 'hello world' }), true],
  ['? stands for one character only', '@p:hello?world', has({ p: 'hello  world' }), false],
  ['an escaped star is a character', '@p:a\\*', has({ p: 'ab' }), false],
  ['a wildcard looks at the text of a number', '@s:5*', has({ s: 500 }), true],
  ['tags are not attributes', '@team:x', tagged('team:x'), false],
  ['a calculated field matches nothing', '#a:*', has({ a: 1, '#a': 1 }), false],
]);

table('presence', [
  ['a value is present', '@a:*', has({ a: 0 }), true],
  ['false is present', '@a:*', has({ a: false }), true],
  ['null is absent', '@a:*', has({ a: null }), false],
  ['an empty list is absent', '@a:*', has({ a: [] }), false],
  ['an empty object is absent', '@a:*', has({ a: {} }), false],
  [
    'an object with a value is present',
    '@rule.expiration:*',
    has({ rule: { expiration: { days: 1 } } }),
    true,
  ],
  ['a list of objects with a value is present', '@a:*', has({ a: [{}, { b: [null, 1] }] }), true],
  ['a dotted key has what it starts with', '@http:*', has({ 'http.url': 'x' }), true],
  ['and has it further down', '@a.b:*', has({ a: { 'b.c': 1 } }), true],
  ['a key that only starts alike does not', '@http:*', has({ https: 'x' }), false],
  ['- asks for absence', '-@a:*', has({ b: 1 }), true],
  ['a key of a tag is present', 'team:*', tagged('team:x'), true],
  ['a bare tag counts as its key', 'team:*', tagged('team'), true],
  ['another key that starts alike does not', 'team:*', tagged('teams:x'), false],
  ['a reserved field is present', 'service:*', { reserved: { service: 'web' } }, true],
  ['tags:* needs a tag', 'tags:*', tagged(), false],
]);

table('what is missing makes every positive test false', [
  ['equality', '@z:1', has({}), false],
  ['its negation', 'NOT @z:1', has({}), true],
  ['comparison', '@z:<1', has({}), false],
  ['negated comparison', '-@z:<1', has({}), true],
  ['CIDR', 'CIDR(@z, 0.0.0.0/0)', has({}), false],
]);

table('comparisons', [
  ['> leaves the bound out', '@d:>100', has({ d: 100 }), false],
  ['>= includes it', '@d:>=100', has({ d: 100 }), true],
  ['< leaves the bound out', '@d:<100', has({ d: 100 }), false],
  ['<= includes it', '@d:<=100', has({ d: 100 }), true],
  ['a text that is a number counts as one', '@d:>9', has({ d: '10' }), true],
  ['"300" is not below 4, though it sorts before', '@d:[* TO 4]', has({ d: '300' }), false],
  ['a text that is no number is in no numeric range', '@d:[* TO 1000000]', has({ d: 'x' }), false],
  ['blanks make a number a text', '@d:>9', has({ d: ' 10' }), false],
  ['hexadecimal is no number', '@d:>9', has({ d: '0x10' }), false],
  ['a boolean is no number', '@d:>=0', has({ d: true }), false],
  ['any element of a list may pass', '@d:>9', has({ d: [1, 10] }), true],
  ['[ ] includes both ends', '@s:[400 TO 499]', has({ s: 499 }), true],
  ['{ } leaves both ends out', '@s:{400 TO 499}', has({ s: 499 }), false],
  ['an open end is unbounded', '@s:[400 TO *]', has({ s: 1e300 }), true],
  ['text bounds compare text', '@t:["09:00" TO "17:00"]', has({ t: '12:30' }), true],
  ['tags are compared by key', 'b:["x" TO "z"]', tagged('a:y'), false],
  ['and by their value', 'b:["x" TO "z"]', tagged('b:y'), true],
  ['a tag holds a number', 'version:>2', tagged('version:10'), true],
]);

table('CIDR', [
  ['an address inside', 'CIDR(@ip, 198.51.100.0/24)', has({ ip: '198.51.100.7' }), true],
  ['an address outside', 'CIDR(@ip, 198.51.100.0/24)', has({ ip: '198.51.101.7' }), false],
  ['the second block', 'CIDR(@ip, 192.0.2.0/24, 198.51.100.0/24)', has({ ip: '198.51.100.7' }), true],
  ['any element of a list', 'CIDR(@ip, 198.51.100.0/24)', has({ ip: ['192.0.2.1', '198.51.100.7'] }), true],
  ['IPv6', 'CIDR(@ip, 2001:db8::/32)', has({ ip: '2001:DB8:1::1' }), true],
  [
    'an IPv4 address written inside IPv6',
    'CIDR(@ip, 198.51.100.0/24)',
    has({ ip: '::ffff:198.51.100.7' }),
    true,
  ],
  [
    'and written there in hexadecimal groups',
    'CIDR(@ip, 198.51.100.0/24)',
    has({ ip: '::FFFF:c633:6407' }),
    true,
  ],
  ['one that is not mapped stays IPv6', 'CIDR(@ip, ::/96)', has({ ip: '::198.51.100.7' }), true],
  [
    'octal numbers inside IPv6 are no address',
    'CIDR(@ip, 0.0.0.0/0)',
    has({ ip: '::ffff:010.0.0.1' }),
    false,
  ],
  ['nor hexadecimal ones', 'CIDR(@ip, 0.0.0.0/0)', has({ ip: '::ffff:0x7f.0.0.1' }), false],
  [
    'a block of mapped addresses is one of IPv4',
    'CIDR(@ip, ::ffff:198.51.100.0/120)',
    has({ ip: '198.51.100.7' }),
    true,
  ],
  ['an address with a port is none', 'CIDR(@ip, 0.0.0.0/0)', has({ ip: '198.51.100.7:443' }), false],
  ['all of IPv6 holds no IPv4', 'CIDR(@ip, ::/0)', has({ ip: '198.51.100.7' }), false],
  ['leading zeros are no address', 'CIDR(@ip, 198.51.100.0/24)', has({ ip: '198.51.100.07' }), false],
  ['a number is no address', 'CIDR(@ip, 0.0.0.0/0)', has({ ip: 3_325_256_711 }), false],
  ['a name is no address', 'CIDR(@ip, 0.0.0.0/0)', has({ ip: 'localhost' }), false],
  [
    'a block with bits outside its prefix is that prefix',
    'CIDR(@ip, 198.51.100.9/24)',
    has({ ip: '198.51.100.7' }),
    true,
  ],
]);

table('tags and reserved fields', [
  ['a tag equals with its key', 'team:x', tagged('team:x'), true],
  ['another key does not', 'team:x', tagged('squad:x'), false],
  ['a value may hold colons', 'image:"repo:1"', tagged('image:repo:1'), true],
  ['tags compare as stored', 'team:X', tagged('team:x'), false],
  ['a wildcard in a tag', 'team:app*', tagged('team:appsec'), true],
  ['a reserved field is no tag of another name', 'team:x', { reserved: { team: 'x' } }, false],
  ['tags: finds a bare tag', 'tags:"my-tag"', tagged('my-tag'), true],
  ['tags: compares the whole tag', 'tags:team', tagged('team:x'), false],
  ['a reserved field', 'service:web', { reserved: { service: 'web' } }, true],
  ['a reserved field with several values', 'service:web', { reserved: { service: ['api', 'web'] } }, true],
  ['a reserved number', 'timestamp:>5', { reserved: { timestamp: 6 } }, true],
  ['without the field the tag counts', 'env:prod', tagged('env:prod'), true],
  [
    'an empty list of values is no field',
    'service:web',
    { reserved: { service: [] }, tags: ['service:web'] },
    true,
  ],
  [
    'with the field the tag does not count',
    'env:prod',
    { reserved: { env: 'test' }, tags: ['env:prod'] },
    false,
  ],
  ['on signals status is the severity', 'status:(high OR critical)', { reserved: { status: 'high' } }, true],
]);

table('full text', [
  ['the message', '*:fox', say('the fox'), true],
  ['any attribute', '*:fox', has({ a: [{ b: 'a Fox' }] }), true],
  ['by words', '*:fox', has({ a: 'firefox' }), false],
  ['with wildcards', '*:hello*', has({ a: 'hello_world' }), true],
  ['a phrase within one value', '*:"hello world"', { message: 'hello', attributes: { a: 'world' } }, false],
  ['an address', '*:198.51.100.7', has({ ip: '198.51.100.7' }), true],
  ['keys are no values', '*:ip', has({ ip: 'x' }), false],
  ['tags are not attributes', '*:x', tagged('team:x'), false],
]);

table('operators', [
  ['OR needs one', '@a:1 OR @b:1', has({ b: 1 }), true],
  ['a space needs both', '@a:1 @b:1', has({ b: 1 }), false],
  ['AND before OR', '@a:1 OR @b:1 @c:1', has({ a: 1 }), true],
  ['parentheses', '(@a:1 OR @b:1) @c:1', has({ a: 1 }), false],
  ['a group of values', '@a:(1 OR 2 OR 3*)', has({ a: 31 }), true],
  ['a group of needs', '@a:(x AND y)', has({ a: ['y', 'x'] }), true],
  ['nothing matches none', '-*:*', say('x'), false],
]);

describe('hostile documents', () => {
  test('nesting deeper than the limit is not seen, and breaks nothing', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 100_000; level += 1) deep = level % 2 === 0 ? [deep] : { a: deep };
    for (const text of ['@a:x', '@a:*', '*:x', '@a.a.a.a:x'])
      expect(matches(text, doc({ attributes: { a: deep } }))).toBe(false);
  });

  test('a dotted path through keys of every split stays linear in the document', () => {
    const segments = Array.from({ length: 12 }, () => 'a');
    const build = (left: number): unknown =>
      left === 0
        ? 1
        : Object.fromEntries(
            Array.from({ length: left }, (_, more) => [
              segments.slice(0, more + 1).join('.'),
              build(left - more - 1),
            ]),
          );
    const before = process.cpuUsage();
    expect(
      matches(`@${segments.join('.')}:2`, doc({ attributes: build(12) as Record<string, unknown> })),
    ).toBe(false);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(500);
  });

  test('matching leaves the document and the prototypes alone', () => {
    const attributes = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    ) as Record<string, unknown>;
    const text = JSON.stringify(attributes);
    matches('@__proto__.polluted:1 OR @constructor.prototype.polluted:1', doc({ attributes }));
    expect(JSON.stringify(attributes)).toBe(text);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('readAttribute', () => {
  const document = doc({
    reserved: { service: ['web', 'api'], timestamp: 5 },
    tags: ['team:x', 'team:y', 'team:x', 'bare'],
    attributes: { usr: { id: 'alice' }, ips: ['198.51.100.7', '198.51.100.7', 1], 'a.b': true, o: { p: 1 } },
    message: 'hello',
  });
  const rows: [path: string, values: unknown[]][] = [
    ['@usr.id', ['alice']],
    ['@ips', ['198.51.100.7', 1]],
    ['@a.b', [true]],
    ['@o', []],
    ['@nothing', []],
    ['service', ['web', 'api']],
    ['timestamp', [5]],
    ['team', ['x', 'y']],
    ['bare', []],
    ['message', ['hello']],
    ['tags', ['team:x', 'team:y', 'bare']],
  ];
  test.each(rows)('%s is %j', (path, values) => {
    expect(readAttribute(document, path)).toEqual(values);
  });
});
