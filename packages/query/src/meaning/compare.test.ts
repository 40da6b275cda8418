import { describe, expect, test } from 'vitest';
import type { Query } from '../ast.ts';
import { compileMatcher } from '../match/compile.ts';
import type { QueryDocument } from '../match/document.ts';
import { parseQuery } from '../parse/parse.ts';
import { compareQueries, type QueryVerdict } from './compare.ts';
import { implies } from './implies.ts';

function query(text: string): Query {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  return result.query;
}

/** What a witness holds, without its empty parts. */
function bare(document: QueryDocument | undefined): unknown {
  if (document === undefined) return undefined;
  const { reserved, tags, attributes, message } = document;
  return {
    ...(Object.keys(reserved).length > 0 && { reserved }),
    ...(tags.length > 0 && { tags }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(message !== '' && { message }),
  };
}

const at = (attributes: Record<string, unknown>): unknown => ({ attributes });

type Row = [
  title: string,
  before: string,
  after: string,
  verdict: QueryVerdict,
  lost?: unknown,
  gained?: unknown,
];

const rows: Row[] = [
  ['the same text is equivalent', '@a:x', '@a:x', 'EQUIVALENT'],
  ['the order of clauses changes nothing', '@a:x @b:y', '@b:y @a:x', 'EQUIVALENT'],
  ['a repeated clause changes nothing', '@a:x', '@a:x @a:x', 'EQUIVALENT'],
  ['a group is its alternatives', 'env:(prod OR test)', 'env:prod OR env:test', 'EQUIVALENT'],
  ['De Morgan holds', '-(@a:x OR @b:y)', '-@a:x -@b:y', 'EQUIVALENT'],
  ['AND distributes', '(@a:1 OR @b:2) @c:3', '@a:1 @c:3 OR @b:2 @c:3', 'EQUIVALENT'],
  [
    'an alternative that another covers changes nothing',
    '@p:/login*',
    '@p:(/login* OR /login/reset)',
    'EQUIVALENT',
  ],
  ['a clause that another implies changes nothing', '@a.b:x', '@a.b:x @a:*', 'EQUIVALENT'],
  [
    'two halves of a block are the block',
    'CIDR(@ip, 203.0.113.0/24)',
    'CIDR(@ip, 203.0.113.0/25, 203.0.113.128/25)',
    'EQUIVALENT',
  ],
  ['a tag and its entry in the tag list are one', 'team:x', 'tags:"team:x"', 'EQUIVALENT'],
  ['what cannot be true is nothing', '@n:[5 TO 1]', '-*:*', 'EQUIVALENT'],
  ['a wildcard taken away narrows', '@p:/login*', '@p:/login', 'NARROWS', at({ p: '/loginx' })],
  ['a clause added narrows', 'service:web', 'service:web @a:x', 'NARROWS', { reserved: { service: 'web' } }],
  ['a bound drawn in narrows', '@s:>=500', '@s:[500 TO 599]', 'NARROWS', at({ s: 600 })],
  [
    'half a block narrows',
    'CIDR(@ip, 203.0.113.0/24)',
    'CIDR(@ip, 203.0.113.0/25)',
    'NARROWS',
    at({ ip: '203.0.113.135' }),
  ],
  [
    'a phrase asks more than its words',
    'hello dolly',
    '"hello dolly"',
    'NARROWS',
    { message: 'dolly hello' },
  ],
  ['one more exclusion narrows', '-@u:bot*', '-@u:(bot* OR crawler*)', 'NARROWS', at({ u: 'crawler' })],
  ['presence of a part asks more than presence', '@usr:*', '@usr.id:*', 'NARROWS', at({ usr: 'alice' })],
  ['from all to something narrows', '*', '@a:1', 'NARROWS', {}],
  ['an alternative added widens', '@a:(x OR y)', '@a:(x OR y OR z)', 'WIDENS', undefined, at({ a: 'z' })],
  ['a bound lowered widens', '@n:>10', '@n:>=10', 'WIDENS', undefined, at({ n: 10 })],
  [
    'an environment added widens',
    'env:prod',
    'env:(prod OR staging)',
    'WIDENS',
    undefined,
    { reserved: { env: 'staging' } },
  ],
  ['a full-text search finds more than free text', 'foo', '*:foo', 'WIDENS', undefined, at({ note: 'foo' })],
  ['a word made a prefix widens', 'hello', 'hel*', 'WIDENS', undefined, { message: 'hel' }],
  ['a negation taken away widens', '@a:x -@b:y', '@a:x', 'WIDENS', undefined, at({ a: 'x', b: 'y' })],
  [
    'a text that spells the number is in the range, and equals nothing',
    '@s:500',
    '@s:[500 TO 500]',
    'WIDENS',
    undefined,
    at({ s: '500.0' }),
  ],
  ['another value is another set', '@a:x', '@a:y', 'INCOMPARABLE', at({ a: 'x' }), at({ a: 'y' })],
  [
    'a negated clause is another set',
    '@a:x @b:y',
    '@a:x -@b:y',
    'INCOMPARABLE',
    at({ a: 'x', b: 'y' }),
    at({ a: 'x' }),
  ],
  ['a prefix is no suffix', '@a:b*', '@a:*b', 'INCOMPARABLE', at({ a: 'bx' }), at({ a: 'xb' })],
  ['words in order are words', '*:"a b"', '*:"a b" *:a', 'EQUIVALENT'],
  ['a prefix of any word covers the word', '*:ab', '*:ab *:a*', 'EQUIVALENT'],
  [
    'what is excluded everywhere may stand anywhere',
    '@a:x -*:bot',
    '@a:x',
    'WIDENS',
    undefined,
    { attributes: { a: 'x' }, message: 'bot' },
  ],
  ['and no value may hold it', '@a:bot -*:bot', '-*:*', 'EQUIVALENT'],
  ['though other values of a pattern may', '@a:b* -*:b', '@a:b*', 'WIDENS', undefined, at({ a: 'b' })],
  ['a whole tag covers its key and value', 'team:x', 'team:x tags:te*', 'EQUIVALENT'],
  ['a pattern that names the key is one of the key', 'team:x*', 'tags:team\\:x*', 'EQUIVALENT'],
  ['no tag at all is no tag of a key', '-tags:*', '-tags:* -team:x', 'EQUIVALENT'],
  ['a bare tag makes its key present', 'tags:team', 'tags:team team:*', 'EQUIVALENT'],
  [
    'of a field its tag says nothing',
    '-env:prod',
    '-env:prod -tags:"env:prod"',
    'NARROWS',
    { reserved: { env: 'x' }, tags: ['env:prod'] },
  ],
  ['a text bound that is included widens', '@t:>"b"', '@t:>="b"', 'WIDENS', undefined, at({ t: 'b' })],
  ['two text bounds are a range', '@t:["a" TO "b"]', '@t:["a" TO "b"] @t:<="b" @t:>="a"', 'EQUIVALENT'],
  [
    'texts between a prefix and its successor start so',
    '@t:abc*',
    '@t:abc* @t:["abc" TO "abd"]',
    'EQUIVALENT',
  ],
  [
    'addresses of a block are written in more ways than one',
    'CIDR(@ip, 203.0.113.0/24)',
    'CIDR(@ip, 203.0.113.0/24) @ip:203.0.113.*',
    'NARROWS',
    at({ ip: '::ffff:203.0.113.7' }),
  ],
  [
    'and in no more than these',
    'CIDR(@ip, 203.0.113.0/24) -@ip:203.0.113.* -@ip:*\\:*',
    '-*:*',
    'EQUIVALENT',
  ],
  [
    'a number has a digit',
    '@n:>5 -@n:*0* -@n:*1* -@n:*2* -@n:*3* -@n:*4* -@n:*5* -@n:*6* -@n:*7* -@n:*8* -@n:*9*',
    '-*:*',
    'EQUIVALENT',
  ],
  [
    'excluding above is no range, since values are sets',
    '@s:[400 TO 499]',
    '@s:>=400 -@s:>=500',
    'INCOMPARABLE',
    at({ s: [400, 500] }),
    at({ s: 499.5 }),
  ],
];

describe('compareQueries', () => {
  test.each(rows)('%s: %s => %s', (_title, before, after, verdict, lost, gained) => {
    const result = compareQueries(query(before), query(after));
    expect(result.verdict, result.reason).toBe(verdict);
    expect(bare(result.noLongerMatches)).toEqual(lost);
    expect(bare(result.newlyMatches)).toEqual(gained);
  });

  test('a direction that was decided shows its document though the other is unknown', () => {
    const result = compareQueries(query('@a:x *:b*'), query('@a:y -*:b'));
    expect(result.noLongerMatches).toBeDefined();
  });

  test('calculated fields are unknown, since their values are', () => {
    expect(compareQueries(query('#c:1'), query('#c:2'))).toMatchObject({
      verdict: 'UNKNOWN',
      reason: expect.stringContaining('calculated'),
    });
    expect(compareQueries(query('#c:1'), query('#c:1')).verdict).toBe('EQUIVALENT');
  });

  test('what a calculated field is joined with is still implied', () => {
    expect(implies(query('#c:1 @a:x'), query('@a:x')).verdict).toBe('yes');
    expect(implies(query('@a:x'), query('#c:1 @a:x')).verdict).toBe('unknown');
    expect(implies(query('@a:x'), query('#c:1 @a:y')).verdict).toBe('no');
  });

  test('a verdict names the paths that it takes to hold one value, and no others', () => {
    const options = { singleValued: new Set(['@s', '@t']) };
    const compare = (before: string, after: string) => compareQueries(query(before), query(after), options);
    expect(compare('@s:[500 TO 599] @s:4?? @t:x', '-*:*')).toEqual({
      verdict: 'EQUIVALENT',
      assumed: ['@s'],
    });
    expect(compare('@s:500 @t:x', '@s:500')).not.toHaveProperty('assumed');
  });

  test('where an attribute is known to be single-valued, ranges and exclusions agree', () => {
    const options = { singleValued: new Set(['@s']) };
    expect(
      compareQueries(query('@s:>=400 -@s:>=500'), query('@s:{399 TO 500} @s:>=400'), options).verdict,
    ).toBe('EQUIVALENT');
    expect(compareQueries(query('@s:a* @s:*b'), query('-*:*'), options).verdict).toBe('NARROWS');
    expect(compareQueries(query('@s:a* @s:b*'), query('-*:*'), options).verdict).toBe('EQUIVALENT');
  });
});

describe('a sample fills the witness', () => {
  const fill: QueryDocument = {
    reserved: { service: 'web', env: 'prod' },
    tags: ['team:appsec'],
    attributes: {
      usr: { id: 'alice' },
      http: { client_ip: '203.0.113.9', status_code: 401, url_details: { path: '/login' } },
    },
    message: 'POST /login 401',
  };
  const fillRows: [before: string, after: string, changed: Record<string, unknown>][] = [
    ['@http.url_details.path:/login*', '@http.url_details.path:/login', { url_details: { path: '/loginx' } }],
    ['@http.status_code:>=400', '@http.status_code:>=500', {}],
    ['@http.client_ip:*', 'CIDR(@http.client_ip, 203.0.113.0/24)', { client_ip: '198.51.100.7' }],
    ['service:web', 'service:web @http.status_code:*', { status_code: undefined }],
  ];
  test.each(fillRows)('%s => %s keeps all but what must change', (before, after, changed) => {
    const result = implies(query(before), query(after), { fill });
    const http: Record<string, unknown> = { ...(fill.attributes['http'] as object), ...changed };
    for (const key of Object.keys(http)) if (http[key] === undefined) delete http[key];
    expect(result).toEqual({ verdict: 'no', witness: { ...fill, attributes: { ...fill.attributes, http } } });
  });

  test('a sample that stands in the way is left out', () => {
    const result = implies(query('@a:x'), query('@a:x *:alice'), { fill });
    expect(result).toEqual({
      verdict: 'no',
      witness: { reserved: {}, tags: [], attributes: { a: 'x' }, message: '' },
    });
  });

  test('a path that names a prototype becomes a key, and pollutes nothing', () => {
    const result = implies(query('@__proto__.x:1'), query('@__proto__.x:2'), { fill });
    expect(result.verdict).toBe('no');
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
    if (result.verdict !== 'no') return;
    expect(compileMatcher(query('@__proto__.x:1'))(result.witness)).toBe(true);
  });
});

describe('hostile queries end, with a reason', () => {
  const words = Array.from({ length: 40 }, (_, index) => `w${index}`);
  const pairs: [title: string, before: string, after: string][] = [
    ['forty words in any order', words.join(' '), `"${words.join(' ')}"`],
    ['forty patterns on one value', words.map((word) => `@a:*${word}*`).join(' '), `@a:*${words.join('*')}*`],
    [
      'twelve independent choices against a deep one',
      words
        .slice(0, 12)
        .map((word) => `(@${word}:1 OR @${word}:2)`)
        .join(' '),
      words
        .slice(0, 12)
        .map((word) => `@${word}:1`)
        .join(' OR '),
    ],
    ['a pigeonhole problem', pigeons(6, 5), '-*:*'],
    ['two thousand values less one', `@a:(${numbers(2_000)})`, `@a:(${numbers(1_999)})`],
    ['long runs of any character', `@a:*${'?'.repeat(200)}*`, `@a:*${'?'.repeat(199)}x*`],
    ['stars in a row', `@a:${'*a'.repeat(40)}*`, `@a:${'*a'.repeat(41)}*`],
  ];
  test.each(pairs)('%s', (_title, before, after) => {
    const started = process.cpuUsage();
    const result = compareQueries(query(before), query(after));
    // Processor time, since the machine may be shared. The slowest takes about a second.
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(8_000);
    if (result.verdict === 'UNKNOWN') expect(result.reason).not.toContain('internal');
  });

  /** More pigeons than holes: unsatisfiable, and hard to prove by branching. */
  function pigeons(count: number, holes: number): string {
    const clauses: string[] = [];
    for (let pigeon = 0; pigeon < count; pigeon += 1) {
      clauses.push(`(${Array.from({ length: holes }, (_, hole) => `@p${pigeon}.h${hole}:1`).join(' OR ')})`);
      for (let other = 0; other < pigeon; other += 1) {
        for (let hole = 0; hole < holes; hole += 1)
          clauses.push(`-(@p${pigeon}.h${hole}:1 @p${other}.h${hole}:1)`);
      }
    }
    return clauses.join(' ');
  }

  function numbers(count: number): string {
    return Array.from({ length: count }, (_, index) => `v${index}`).join(' OR ');
  }
});
