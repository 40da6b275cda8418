import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Query } from '../ast.ts';
import { MAX_QUERY_CHARS, MAX_QUERY_DEPTH, MAX_QUERY_ERRORS, MAX_QUERY_TERMS } from './limits.ts';
import { parseQuery } from './parse.ts';
import type { QueryErrorCode, QueryWarningCode } from './problem.ts';

/** The tree in a few characters: & | ! for the operators, field=test for leaves. */
function sketch(query: Query): string {
  switch (query.kind) {
    case 'match-all':
      return 'all';
    case 'match-none':
      return 'none';
    case 'not':
      return `!${sketch(query.child)}`;
    case 'and':
      return `(${query.children.map(sketch).join(' & ')})`;
    case 'or':
      return `(${query.children.map(sketch).join(' | ')})`;
    case 'match': {
      const { field, test: asked } = query;
      const { start: _s, end: _e, kind: where, ...place } = field;
      const { start: _s2, end: _e2, kind: what, ...rest } = asked;
      const name = Object.values(place)[0] ?? '';
      return `${where}${name === '' ? '' : `:${String(name)}`} ${what}${sketchTest(rest)}`;
    }
  }
}

function sketchTest(rest: Record<string, unknown>): string {
  const json = JSON.stringify(Object.values(rest).map(shorten));
  return json === '[]' ? '' : ` ${json.slice(1, -1)}`;
}

function shorten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shorten);
  if (typeof value !== 'object' || value === null) return value;
  const node = value as { kind: string; text?: string; value?: unknown };
  return node.text ?? node.value ?? { 'any-run': '*', 'any-one': '?', open: '..' }[node.kind];
}

function parsed(text: string): Query {
  const result = parseQuery(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  return result.query;
}

describe('the language', () => {
  const rows: [title: string, text: string, tree: string][] = [
    ['a term is free text', 'hello', 'message equals "hello"'],
    ['a phrase is free text of several words', '"hello dolly"', 'message equals "hello dolly"'],
    [
      'adjacent words are two terms, as documented, and no phrase',
      'hello world',
      '(message equals "hello" & message equals "world")',
    ],
    ['@ names an attribute', '@http.status_code:500', 'attribute:http.status_code equals "500"'],
    ['an @ inside a path belongs to it', '@proto.@type:x', 'attribute:proto.@type equals "x"'],
    [
      'a slash inside a path belongs to it',
      '@labels.k8s.io/decision:allow',
      'attribute:labels.k8s.io/decision equals "allow"',
    ],
    ['a space in a path is escaped', '@user.first\\ name:x', 'attribute:user.first name equals "x"'],
    ['a reserved name needs no @', 'service:web', 'reserved:service equals "web"'],
    ['env is reserved, as on spans', 'env:prod', 'reserved:env equals "prod"'],
    ['another name without @ is the key of a tag', 'team:appsec', 'tag:team equals "appsec"'],
    ['tags: is a whole entry of the tag list', 'tags:"my-tag"', 'tags equals "my-tag"'],
    ['message: is free text', 'message:"Turned off"', 'message equals "Turned off"'],
    [
      'a group puts its key on each leaf',
      'env:(prod OR test)',
      '(reserved:env equals "prod" | reserved:env equals "test")',
    ],
    [
      'a group holds negations',
      'env:(prod AND -test)',
      '(reserved:env equals "prod" & !reserved:env equals "test")',
    ],
    [
      'a group holds groups',
      '@a:(x (y OR z))',
      '(attribute:a equals "x" & (attribute:a equals "y" | attribute:a equals "z"))',
    ],
    [
      'a group holds comparisons',
      '@a:(>5 <=10)',
      '(attribute:a compare ">",5 & attribute:a compare "<=",10)',
    ],
    ['a star alone asks for presence', '@a:*', 'attribute:a exists'],
    ['a negated star asks for absence', '-@a:*', '!attribute:a exists'],
    ['several stars are one', '@a:***', 'attribute:a exists'],
    ['_exists_ is presence in an older spelling', '_exists_:@a', 'attribute:a exists'],
    ['_exists_ takes quotes', '_exists_:"@a b"', 'attribute:a b exists'],
    ['_missing_ is absence', '_missing_:service', '!reserved:service exists'],
    ['an empty query matches all', '', 'all'],
    ['blanks match all', ' \t\n ', 'all'],
    ['a lone star matches all', '*', 'all'],
    ['*:* matches all', '*:*', 'all'],
    ['-*:* matches none', '-*:*', 'none'],
    ['NOT * matches none', 'NOT *', 'none'],
    ['> compares', '@d:>100', 'attribute:d compare ">",100'],
    ['>= compares', '@d:>=0.5', 'attribute:d compare ">=",0.5'],
    ['< compares with a negative number', '@d:<-1', 'attribute:d compare "<",-1'],
    ['<= compares with an escaped exponent', '@d:<=4.1E\\-4', 'attribute:d compare "<=",0.00041'],
    ['a bound that is no number is text', '@v:>=bar', 'attribute:v compare ">=","bar"'],
    ['a quoted bound is text', '@v:>"10"', 'attribute:v compare ">","10"'],
    ['brackets include both ends', '@s:[400 TO 499]', 'attribute:s range 400,499,true'],
    ['braces leave both ends out', '@s:{1 TO 3}', 'attribute:s range 1,3,false'],
    ['a star is an open end', '@s:[* TO 4]', 'attribute:s range "..",4,true'],
    ['two open ends are presence', '@s:[* TO *]', 'attribute:s exists'],
    ['blanks stand anywhere in a range', '@s:[  1   TO  2 ]', 'attribute:s range 1,2,true'],
    ['a range of times may hold colons', '@t:[09:00 TO 17:00]', 'attribute:t range "09:00","17:00",true'],
    [
      'CIDR takes an attribute and blocks',
      'CIDR(@ip,198.51.100.0/24, 2001:db8::/32)',
      'attribute:ip cidr ["198.51.100.0/24","2001:db8::/32"]',
    ],
    [
      'NOT(CIDR(...)) is the documented negation',
      'NOT(CIDR(@ip,198.51.100.0/24))',
      '!attribute:ip cidr ["198.51.100.0/24"]',
    ],
    ['*: searches everything', '*:hello', 'everything equals "hello"'],
    ['*: takes a phrase', '*:"a b"', 'everything equals "a b"'],
    ['*: takes wildcards', '*:hello*', 'everything pattern ["hello","*"]'],
    ['# names a calculated field', '#duration:>5', 'calculated:duration compare ">",5'],
    ['AND is the same as a space', 'a AND b', '(message equals "a" & message equals "b")'],
    ['&& is AND', 'a && b', '(message equals "a" & message equals "b")'],
    ['|| is OR', 'a||b', '(message equals "a" | message equals "b")'],
    ['a single & is a character', '@a:C&C', 'attribute:a equals "C&C"'],
    [
      'AND binds tighter than OR',
      'a OR b AND c',
      '(message equals "a" | (message equals "b" & message equals "c"))',
    ],
    ['parentheses win', '(a OR b) c', '((message equals "a" | message equals "b") & message equals "c")'],
    [
      'nested parentheses of one operator are one list',
      'a (b (c d))',
      '(message equals "a" & message equals "b" & message equals "c" & message equals "d")',
    ],
    ['NOT is -', 'NOT a', '!message equals "a"'],
    ['- may be followed by spaces', '-  a', '!message equals "a"'],
    ['- negates a group', '-(a OR b)', '!(message equals "a" | message equals "b")'],
    ['two negations are none', 'NOT -a', 'message equals "a"'],
    ['+ changes nothing', '+a', 'message equals "a"'],
    ['- inside a word is a character', 'my-service', 'message equals "my-service"'],
    ['- after a colon is a character', '@t:-5', 'attribute:t equals "-5"'],
    ['- in a group negates', '@t:(-5)', '!attribute:t equals "5"'],
    ['a backslash makes any next character literal', '@a:b\\:c\\ d\\/e\\*', 'attribute:a equals "b:c d/e*"'],
    ['an escaped star is no wildcard', 'foo\\**', 'message pattern ["foo*","*"]'],
    ['a double backslash is one', '@c:*HKLM\\\\sam*', 'attribute:c pattern ["*","HKLM\\\\sam","*"]'],
    ['* and ? are wildcards', '@a:a*b?c', 'attribute:a pattern ["a","*","b","?","c"]'],
    ['a wildcard in quotes is a character', '@a:"*"', 'attribute:a equals "*"'],
    ['an escaped quote stands in a phrase', '"a \\"b\\""', 'message equals "a \\"b\\""'],
    ['an empty phrase is the empty text', '@a:""', 'attribute:a equals ""'],
    ['a dangling backslash stands for itself', '@a:b\\', 'attribute:a equals "b\\\\"'],
    ['typographic quotes quote', '“hello dolly”', 'message equals "hello dolly"'],
    ['a no-break space separates', 'a\u00a0b', '(message equals "a" & message equals "b")'],
    [
      'lower-case operators are words',
      'a or b',
      '(message equals "a" & message equals "or" & message equals "b")',
    ],
    ['a keyword right after a colon is a value', '@a:OR', 'attribute:a equals "OR"'],
    ['a keyword before a colon is a key', 'NOT:x', 'tag:NOT equals "x"'],
    ['a quoted keyword is a word', '"AND"', 'message equals "AND"'],
  ];
  test.each(rows)('%s: %s', (_title, text, tree) => {
    expect(sketch(parsed(text))).toBe(tree);
  });
});

describe('places', () => {
  test('each node knows where it stands, its key and its value too', () => {
    const query = parsed('a  -@x.y:"z"');
    expect(query).toMatchObject({
      kind: 'and',
      start: 0,
      end: 12,
      children: [
        { start: 0, end: 1, field: { start: 0, end: 0 } },
        {
          kind: 'not',
          start: 3,
          end: 12,
          child: { start: 4, end: 12, field: { start: 4, end: 8 }, test: { start: 9, end: 12 } },
        },
      ],
    });
  });

  test('nodes are frozen', () => {
    const query = parsed('a @b:x*');
    expect(Object.isFrozen(query)).toBe(true);
    expect(
      query.kind === 'and' && Object.isFrozen(query.children) && query.children.every(Object.isFrozen),
    ).toBe(true);
  });
});

describe('errors', () => {
  const rows: [text: string, code: QueryErrorCode, start: number, end: number][] = [
    ['@a', 'attribute-without-value', 0, 2],
    ['x #calc', 'attribute-without-value', 2, 7],
    ['>5', 'comparison-without-key', 0, 2],
    ['a [1 TO 2]', 'comparison-without-key', 2, 10],
    ['()', 'empty-group', 0, 2],
    ['env:()', 'empty-group', 4, 6],
    [':x', 'empty-key', 0, 1],
    ['@:x', 'empty-key', 0, 1],
    ['#:x', 'empty-key', 0, 1],
    ['CIDR(@ip, 10.0.0.0/33)', 'invalid-cidr', 10, 21],
    ['CIDR(@ip, 198.51.100.7)', 'invalid-cidr', 10, 22],
    ['CIDR(@ip, )', 'invalid-cidr', 9, 10],
    ['CIDR(@ip)', 'invalid-cidr-call', 0, 9],
    ['CIDR()', 'invalid-cidr-call', 0, 6],
    ['CIDR(*, 10.0.0.0/8)', 'invalid-cidr-call', 5, 6],
    ['a\u0000b', 'invalid-character', 1, 2],
    ['a \ud800', 'invalid-character', 2, 3],
    ['\udc00', 'invalid-character', 0, 1],
    ['@a:[1 3]', 'invalid-range', 3, 7],
    ['@a:[1 to 3]', 'invalid-range', 3, 8],
    ['@a:[1 TO 3', 'invalid-range', 3, 10],
    ['@a:[1 TO x]', 'invalid-range', 3, 11],
    ['a AND', 'missing-operand', 2, 5],
    ['OR b', 'missing-operand', 0, 2],
    ['a OR OR b', 'missing-operand', 5, 7],
    ['a AND AND b', 'missing-operand', 6, 9],
    ['a || && b', 'missing-operand', 5, 7],
    ['a -', 'missing-operand', 2, 3],
    ['(a OR) b', 'missing-operand', 3, 5],
    ['NOT', 'missing-operand', 0, 3],
    ['@a: b', 'missing-value', 0, 3],
    ['(env:)', 'missing-value', 1, 5],
    ['@a:> 5', 'missing-value', 3, 4],
    ['@a:>*', 'missing-value', 3, 5],
    ['@a:[1 TO 3}', 'mixed-brackets', 3, 11],
    ['*:>5', 'not-comparable', 2, 4],
    ['message:[1 TO 2]', 'not-comparable', 8, 16],
    ['tags:<5', 'not-comparable', 5, 7],
    ['@a:>1e999', 'number-too-large', 4, 9],
    [`@${'a.'.repeat(40)}b:x`, 'path-too-long', 0, 82],
    [`@a:${'?'.repeat(1_025)}`, 'pattern-too-long', 3, 1_028],
    ['"a b":x', 'quoted-key', 0, 5],
    ['"a"b', 'text-after-value', 3, 4],
    ['@a:"x"*', 'text-after-value', 6, 7],
    ['@a:[1 TO 2]x', 'text-after-value', 11, 12],
    ['a)', 'unbalanced-parenthesis', 1, 2],
    ['((a)', 'unbalanced-parenthesis', 0, 1],
    ['CIDR(@ip, 10.0.0.0/8', 'unbalanced-parenthesis', 4, 5],
    ['@url:http://x', 'unescaped-character', 9, 10],
    ['@a:x[0]', 'unescaped-character', 4, 5],
    ['foo(bar)', 'unescaped-character', 3, 4],
    ['cidr(@ip, 10.0.0.0/8)', 'unescaped-character', 0, 5],
    ['a ~b', 'unescaped-character', 2, 3],
    ['=x', 'unescaped-character', 0, 1],
    ['!x', 'unsupported-operator', 0, 1],
    ['a "b', 'unterminated-quote', 2, 4],
    ['@a*:x', 'wildcard-in-key', 0, 3],
  ];
  test.each(rows)('%s: %s at %d to %d, and nothing else', (text, code, start, end) => {
    const result = parseQuery(text);
    expect(result.ok ? [] : result.errors.map((error) => [error.code, error.start, error.end])).toEqual([
      [code, start, end],
    ]);
  });

  test('several mistakes are found at once, in order of their place', () => {
    const result = parseQuery('@a:b:c OR @x: (env:() CIDR(@ip, nonsense))');
    expect(result.ok ? [] : result.errors.map((error) => error.code)).toEqual([
      'unescaped-character',
      'missing-value',
      'empty-group',
      'invalid-cidr',
    ]);
  });

  const hints: [text: string, hint: string][] = [
    ['@url:http://x', 'Quote the value: "http://x", or write \\: for the character.'],
    ['@a: b', 'Write @a:* for "has any value"; no space may follow the colon.'],
    ['@a', 'Write @a:* for "has any value"; "@" and "#" cannot be searched in free text.'],
    ['CIDR(@ip, 198.51.100.7)', 'For one address write 198.51.100.7/32.'],
    ['@a:[1 TO 3}', 'Write [1 TO 3] to include both ends, {1 TO 3} to leave both out.'],
    ['"a"*', 'Wildcards do not join with quotes: escape the value instead.'],
    ['!x', 'To exclude write -, for the character \\!.'],
    ['@a:> 5', 'Remove the space.'],
  ];
  test.each(hints)('%s is answered with what to do', (text, hint) => {
    const result = parseQuery(text);
    expect(result.ok ? '' : result.errors[0]?.hint).toBe(hint);
  });
});

describe('warnings', () => {
  const rows: [text: string, code: QueryWarningCode, start: number, end: number][] = [
    ['@v:>=bar', 'bound-not-a-number', 5, 8],
    ['@duration:>20ms', 'bound-not-a-number', 11, 15],
    ['#calc:x', 'calculated-field', 0, 7],
    ['CIDR(@ip, 198.51.100.7/24)', 'cidr-host-bits', 10, 25],
    ['@a:[5 TO 1]', 'empty-range', 3, 11],
    ['@a:{1 TO 1}', 'empty-range', 3, 11],
    ['@a:(x OR @b:y)', 'key-in-group', 9, 11],
    ['a or b', 'lower-case-operator', 2, 4],
    ['a OR b c', 'mixed-operators', 5, 8],
    ['"!!!"', 'no-searchable-word', 0, 5],
    ['“a”', 'typographic-quotes', 0, 3],
    ['@a:x=y', 'unescaped-special', 4, 5],
    ['@a:"x*"', 'wildcard-in-quotes', 3, 7],
  ];
  test.each(rows)('%s is accepted with %s at %d to %d', (text, code, start, end) => {
    const result = parseQuery(text);
    expect(result.ok && result.warnings.map((warning) => [warning.code, warning.start, warning.end])).toEqual(
      [[code, start, end]],
    );
  });

  test.each(['(a b) OR c', 'a OR (b c)', 'a b c', '@a:x\\=y', '@a:"x\\*"', 'my-service', '@a:C&C'])(
    '%s earns none',
    (text) => {
      const result = parseQuery(text);
      expect(result.ok && result.warnings).toEqual([]);
    },
  );
});

describe('bounds', () => {
  function codes(text: string): readonly string[] {
    const result = parseQuery(text);
    return result.ok ? [] : result.errors.map((error) => error.code);
  }

  test('parentheses may be as deep as the limit, and no deeper', () => {
    const nested = (depth: number): string => `${'('.repeat(depth)}a${')'.repeat(depth)}`;
    expect(codes(nested(MAX_QUERY_DEPTH))).toEqual([]);
    expect(codes(nested(MAX_QUERY_DEPTH + 1))).toEqual(['too-deep']);
  });

  test('there may be as many terms as the limit, and no more', () => {
    const terms = (count: number): string => Array.from({ length: count }, () => 'a').join(' OR ');
    expect(codes(terms(MAX_QUERY_TERMS))).toEqual([]);
    expect(codes(terms(MAX_QUERY_TERMS + 1))).toEqual(['too-many-terms']);
  });

  test('the text may be as long as the limit, and no longer', () => {
    expect(codes('a'.repeat(MAX_QUERY_CHARS))).toEqual([]);
    expect(codes('a'.repeat(MAX_QUERY_CHARS + 1))).toEqual(['too-long']);
  });

  test('errors are capped', () => {
    expect(codes('@ '.repeat(1000))).toHaveLength(MAX_QUERY_ERRORS);
  });

  const hostile: [title: string, text: string][] = [
    ['1,000 open parentheses', '('.repeat(1_000)],
    ['10,000 open parentheses', '('.repeat(10_000)],
    ['100,000 open parentheses', '('.repeat(100_000)],
    ['100,000 closing parentheses', ')'.repeat(100_000)],
    ['10,000 keyed groups', '@a:('.repeat(10_000)],
    ['10,000 ORs', 'a OR '.repeat(10_000)],
    ['50,000 terms', 'a '.repeat(50_000)],
    ['100,000 negations', '-'.repeat(100_000)],
    ['50,000 NOTs', 'NOT '.repeat(25_000)],
    ['100,000 quotes', '"'.repeat(100_000)],
    ['100,000 backslashes', '\\'.repeat(100_000)],
    ['100,000 stars', '*'.repeat(100_000)],
    ['100,000 colons', ':'.repeat(100_000)],
    ['a range of 60,000 colons', `@a:[${'1:'.repeat(60_000)}`],
    ['10,000 unclosed CIDR calls', 'CIDR('.repeat(10_000)],
    ['a CIDR call of 50,000 commas', `CIDR(@a${','.repeat(50_000)})`],
    ['10,000 glued parentheses', 'x(y '.repeat(10_000)],
    ['100 kB of NUL', '\u0000'.repeat(100_000)],
    ['100 kB of lone surrogates', '\ud800'.repeat(100_000)],
    ['100 kB of brackets', '[{'.repeat(50_000)],
  ];
  test.each(hostile)('%s end at once', (_title, text) => {
    const before = process.cpuUsage();
    parseQuery(text);
    // Processor time, since the machine may be shared. The slowest takes some 20 ms.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(500);
  });
});

describe('any text', () => {
  const piece = fc.constantFrom(
    '@a',
    ':',
    '(',
    ')',
    '"',
    '“',
    '[',
    ']',
    '{',
    '}',
    ' TO ',
    '*',
    '?',
    '\\',
    '-',
    '+',
    '!',
    ' AND ',
    ' OR ',
    'NOT ',
    'CIDR(',
    ',',
    '10.0.0.0/8',
    '>',
    '<',
    '=',
    '&&',
    '||',
    'x',
    '1',
    ' ',
    '#',
    '_exists_:',
    '\ud83d\ude00',
    '\ud800',
    '\u0000',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join('')),
  );

  test('never throws, and every place lies inside the text', () => {
    fc.assert(
      fc.property(text, (source) => {
        const result = parseQuery(source);
        const places = result.ok ? [...result.warnings, ...nodes(result.query)] : result.errors;
        expect(result.ok || result.errors.length > 0).toBe(true);
        for (const { start, end } of places) {
          expect(0 <= start && start <= end && end <= source.length).toBe(true);
        }
        if (!result.ok) for (const { start, end } of result.errors) expect(start).toBeLessThan(end);
      }),
      { numRuns: 3_000 },
    );
  });

  function nodes(query: Query): readonly { start: number; end: number }[] {
    if (query.kind === 'match') return [query, query.field, query.test];
    if (query.kind === 'not') return [query, ...nodes(query.child)];
    return query.kind === 'and' || query.kind === 'or' ? [query, ...query.children.flatMap(nodes)] : [query];
  }
});
