/** What a hostile or broken client writes: into a path, a query, a header, and instead of a value of a body. */

/** Raw JSON that stands where a valid value stood; `kind` is what JSON calls it. */
export interface HostileValue {
  readonly name: string;
  readonly json: string;
  readonly kind: 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';
}

const LONG = 'x'.repeat(1_000_000);

export const HOSTILE_VALUES: readonly HostileValue[] = [
  { name: 'null', json: 'null', kind: 'null' },
  { name: 'true', json: 'true', kind: 'boolean' },
  { name: 'a fraction', json: '0.5', kind: 'number' },
  { name: 'minus one', json: '-1', kind: 'number' },
  { name: '2^63', json: '9223372036854775808', kind: 'number' },
  { name: '1e400', json: '1e400', kind: 'number' },
  { name: 'an empty text', json: '""', kind: 'string' },
  { name: 'an unknown word', json: '"no_such_value"', kind: 'string' },
  { name: 'a NUL', json: String.raw`"a\u0000b"`, kind: 'string' },
  { name: 'half of a character', json: String.raw`"a\ud800b"`, kind: 'string' },
  { name: 'a path upwards', json: '"/../../../etc/passwd"', kind: 'string' },
  { name: 'a prototype', json: '"__proto__"', kind: 'string' },
  { name: 'a template', json: '"{{constructor.constructor}}{{#each this}}"', kind: 'string' },
  { name: 'a query', json: String.raw`"((((@a:[* TO OR -\"'; DROP TABLE signals--"`, kind: 'string' },
  { name: 'a megabyte', json: `"${LONG}"`, kind: 'string' },
  { name: 'an empty array', json: '[]', kind: 'array' },
  { name: 'an array of null', json: '[null]', kind: 'array' },
  { name: 'arrays in arrays', json: '[[[[1]]]]', kind: 'array' },
  { name: '20,000 items', json: `[${'1,'.repeat(20_000)}1]`, kind: 'array' },
  { name: '10,000 arrays deep', json: '['.repeat(10_000) + ']'.repeat(10_000), kind: 'array' },
  { name: 'an empty object', json: '{}', kind: 'object' },
  { name: 'a key __proto__', json: '{"__proto__":{"polluted":true}}', kind: 'object' },
  { name: 'a key constructor', json: '{"constructor":{"prototype":{"polluted":true}}}', kind: 'object' },
  { name: 'a key twice', json: '{"type":"a","type":"b"}', kind: 'object' },
  { name: '10,000 objects deep', json: '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000), kind: 'object' },
];

/** Bodies that are wrong whatever the route. */
export const HOSTILE_BODIES: readonly (readonly [name: string, body: string | Buffer])[] = [
  ['nothing', ''],
  ['blanks', ' \n\t '],
  ['half an object', '{"data":'],
  ['half a word', 'nul'],
  ['two values', '{}{}'],
  ['a comma at the end', '{"data":{},}'],
  ['a comment', '/* */{}'],
  ['single quotes', "{'data':{}}"],
  ['NaN', '{"data":NaN}'],
  ['NUL bytes', '\0\0\0\0'],
  ['a byte order mark', '\ufeff{}'],
  ['UTF-16', Buffer.from('{"data":{}}', 'utf16le')],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['half of a character in bytes', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ['a form', 'data=1&data=2'],
  ['XML', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ['data that is null', '{"data":null}'],
  ['data that is a text', '{"data":"x"}'],
  ['attributes that are null', '{"data":{"attributes":null}}'],
  ['attributes that are an array', '{"data":{"attributes":[]}}'],
  ['unclosed arrays', '['.repeat(100_000)],
  ['unclosed objects', '{"data":'.repeat(100_000)],
  ['more than a mebibyte', `{"data":"${'x'.repeat(1024 * 1024)}"}`],
  ['100,000 keys', `{${Array.from({ length: 100_000 }, (_, index) => `"k${index}":1`).join(',')}}`],
  ...HOSTILE_VALUES.filter(({ name }) => name !== 'an empty object').map(
    ({ name, json }) => [`${name} alone`, json] as const,
  ),
];

/** Content types and encodings that no route takes; the body is what it says, or not. */
export const HOSTILE_HEADERS: readonly (readonly [
  name: string,
  headers: Readonly<Record<string, string>>,
])[] = [
  ['text/plain', { 'content-type': 'text/plain' }],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['multipart without a boundary', { 'content-type': 'multipart/form-data' }],
  ['no content type', {}],
  ['an empty content type', { 'content-type': '' }],
  ['a content type with a path', { 'content-type': '../../application/json' }],
  ['a type that begins like JSON', { 'content-type': 'application/jsonp' }],
  ['brotli', { 'content-type': 'application/json', 'content-encoding': 'br' }],
  ['an unknown encoding', { 'content-type': 'application/json', 'content-encoding': 'rot13' }],
  ['gzip that is none', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ['UTF-16 by its name', { 'content-type': 'application/json; charset=utf-16' }],
];

/** Written into the path as they are, so each is URL-encoded or meant not to be. */
export const HOSTILE_IDS: readonly string[] = [
  '..',
  '../../../../etc/passwd',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '..%2f..%2f..%2fetc%2fpasswd',
  '%252e%252e%252f',
  '..%5c..%5cwindows',
  '%00',
  'a%00b',
  '%',
  '%zz',
  '%ff%fe',
  '%ed%a0%80',
  '%c0%ae%c0%ae%c0%af',
  '%0d%0aSet-Cookie:%20a=b',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '-1',
  '0',
  '9223372036854775808',
  '1e400',
  'NaN',
  'null',
  '*',
  '%20',
  "'%20OR%20'1'='1",
  '%F0%9F%92%A9',
  '{{7*7}}',
  '$%7Bjndi:ldap://x%7D',
  'x'.repeat(8_000),
];

/** Written behind `name=`, as they are. */
export const HOSTILE_QUERY_VALUES: readonly string[] = [
  '',
  '-1',
  '0',
  '0.5',
  '1e400',
  'NaN',
  'Infinity',
  '9223372036854775808',
  '99999999999999999999999999',
  '%00',
  '%',
  '%ff',
  '%ed%a0%80',
  'null',
  'true',
  '[]',
  '%7B%7D',
  '__proto__',
  '..%2f..%2fetc%2fpasswd',
  "'%20OR%201=1--",
  '%22%22%22',
  '((((((((',
  '@a:[*%20TO',
  '-'.repeat(500),
  '('.repeat(4_000),
  'now-99999999999999999999d',
  '2026-02-30T25:61:61Z',
  '+275760-09-13T00:00:00.001Z',
  'x'.repeat(8_000),
];
