/** Source: reliability T04, T05, T12: whatever an author or an attacker writes, a comment shows it and obeys nothing. */

import fc from 'fast-check';
import type { ContentObject, Diagnostic } from '@signalwright/model';
import { describe, expect, test } from 'vitest';
import { compareWorkspaces } from '../meaning/compare-workspaces.ts';
import { say } from '../phrase.ts';
import { HOSTILE_TEXTS } from '../testing/hostile-texts.ts';
import { mentionsIn, parseComment } from '../testing/parse-comment.ts';
import { shop } from '../testing/shop-content.ts';
import { shopReview } from '../testing/shop-review.ts';
import type { Review } from '../review.ts';
import { code, fence, prose } from './markdown.ts';
import { renderComment } from './render-comment.ts';

/** Every text of an object that is not its identity gets the payload. */
function poison(object: ContentObject, payload: string): ContentObject {
  const visit = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return KEEP.has(key) ? value : payload;
    if (Array.isArray(value)) return value.map((item) => visit(item, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, visit(inner, name)]));
  };
  const { object: inner, sample, tests } = object as Extract<ContentObject, { kind: 'detection-rule' }>;
  const fields = {
    '@usr.id': payload,
    [`@odd.${payload.slice(0, 40)}`]: payload,
    [payload]: payload,
    service: payload,
  };
  return {
    ...object,
    object: visit(inner, ''),
    tests: tests.map((each) => ({ ...each, name: payload })),
    ...(sample !== undefined && { sample: { ...sample, ...fields } }),
  } as ContentObject;
}

/** Closed lists of the schema, and queries, which get payloads as values of their own below. */
const KEEP = new Set([
  'kind',
  'id',
  'type',
  'severity',
  'query',
  'suppressSignals',
  'excludeEvents',
  'source',
  'by',
  'order',
  'show',
  'compute',
  'rules',
  'ids',
  'severities',
  'ruleTypes',
]);

const BASE = shop();
const CLEAN = shopReview({});

function hostileReview(payload: string): Review {
  const base = BASE;
  const quoted = `"${payload
    .replaceAll(/["\\]/g, '\\$&')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .slice(0, 500)}"`;
  const head = base.objects
    .map((object) => poison(object, payload))
    .map((object) => withQuery(object, `@odd.path:${quoted}`));
  const origin = head[0]?.origin;
  const range = { file: `views/${payload}.yaml`, start: { line: 1, col: 1 }, end: { line: 1, col: 2 } };
  const diagnostic: Diagnostic = {
    code: 'lint/no-tests',
    severity: 'warning',
    message: payload,
    hint: payload,
    range,
  };
  const failed = {
    name: payload,
    passed: false,
    differences: [{ path: payload, expected: payload, actual: { [payload]: payload }, note: payload }],
  };
  const side = {
    config: {
      ...base.config,
      neverBlock: [payload],
      allowedHandles: [payload],
      allowedHosts: [payload],
      environments: {
        [payload]: {
          target: 'embedded' as const,
          variables: {},
          overrides: {},
          prune: 'never' as const,
          acceptDrift: [],
        },
      },
      stack: payload,
    },
    objects: head,
    get: (address: string) => head.find((each) => each.address === address),
  };
  return {
    ...CLEAN,
    compared: { base: payload, head: payload },
    meaning: { kind: 'compared', report: compareWorkspaces(base, side), remarks: [say`left out ${payload}`] },
    diagnostics: [diagnostic],
    tests: head.map(({ address }) => ({ address, outcomes: [failed] })),
    plan: hostilePlan(payload, origin === undefined ? '' : origin.file),
  };
}

function withQuery(object: ContentObject, query: string): ContentObject {
  switch (object.kind) {
    case 'detection-rule':
      return {
        ...object,
        object: { ...object.object, queries: object.object.queries.map((each) => ({ ...each, query })) },
      };
    case 'suppression':
      return { ...object, object: { ...object.object, suppressSignals: query, excludeEvents: query } };
    case 'notification-rule':
      return { ...object, object: { ...object.object, selectors: { ...object.object.selectors, query } } };
    case 'saved-view':
      return { ...object, object: { ...object.object, query } };
    default:
      return object;
  }
}

function hostilePlan(payload: string, file: string): Review['plan'] {
  const address = 'detection-rule/login-failures';
  const place = { file, line: 1, col: 1 };
  const field = { path: payload, before: payload, after: payload };
  return {
    kind: 'plan',
    plan: {
      schemaVersion: 2,
      toolVersion: payload,
      target: { name: payload, url: payload, explorerUrl: payload, stack: payload },
      contentDigest: payload,
      items: [
        {
          address,
          name: payload,
          cause: 'drift',
          places: [place],
          dependsOn: [],
          change: {
            kind: 'update',
            address,
            remoteId: payload,
            before: { [payload]: payload },
            after: {},
            fields: [field],
          },
        },
      ],
      orphans: [{ address, remoteId: payload, reason: payload }],
      waiting: [],
      removal: { removed: 0, managed: 0, free: 3 },
      blocked: [{ address, reason: payload, place }],
      digest: payload,
    },
  };
}

const OUR_HTML = /^(?:<details><summary>[A-Za-z0-9 :,]*<\/summary>|<\/details>)$/;

function expectInert(markdown: string): void {
  const parsed = parseComment(markdown);
  expect(parsed.html.filter((html) => !OUR_HTML.test(html))).toEqual([]);
  expect(parsed.links).toBe(0);
  expect(parsed.images).toBe(0);
  expect(parsed.tables).toBe(0);
  expect(parsed.headings).toEqual(['What this change means']);
  expect(parsed.rules).toBe(1);
  expect(mentionsIn(parsed.text)).toEqual([]);
  // oxlint-disable-next-line no-control-regex
  expect(markdown).not.toMatch(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069]|\p{Cs}|[\u{e0000}-\u{e007f}]/u,
  );
  // All that was opened is closed: the last words are still words.
  expect(parsed.text).toContain('Each example event was run through the matcher of both sides.');
}

describe('a pull request full of payloads', () => {
  test.each(HOSTILE_TEXTS)('%j stays text', (payload) => {
    const markdown = renderComment(hostileReview(payload));
    expect(markdown.length).toBeLessThanOrEqual(65_536);
    expectInert(markdown);
  });

  test('the payloads do reach the page: this test can fail', () => {
    const markdown = renderComment(hostileReview('<img src=x onerror=alert(1)>'));
    expect(parseComment(markdown).code.join('\n')).toContain('<img src=x onerror=alert(1)>');
    expect(parseComment('see <img src=x> @dana https://evil.example')).toMatchObject({
      links: 1,
      html: ['<img src=x>'],
    });
    expect(mentionsIn('hello @dana, see #12')).toEqual(['@dana', '#12']);
  });
});

describe('whatever the text', () => {
  const MARKUP = fc.string({
    unit: fc.constantFrom(
      '`',
      '~',
      '*',
      '_',
      '<',
      '>',
      '[',
      ']',
      '(',
      ')',
      '!',
      '#',
      '@',
      '\n',
      '\r',
      ' ',
      '\t',
      '\\',
      '&',
      ';',
      '|',
      '-',
      '=',
      '+',
      ':',
      '/',
      '.',
      '$',
      '"',
      "'",
      'a',
      'w',
      '1',
      'http://',
      '</details>',
      '\u202e',
      'ß',
      '😀',
    ),
    maxLength: 40,
  });

  test('a code span is one code span', () => {
    fc.assert(
      fc.property(MARKUP, MARKUP, (a, b) => {
        const parsed = parseComment(`one ${code(a)} two ${code(b)} three`);
        expect(parsed).toMatchObject({
          html: [],
          links: 0,
          images: 0,
          headings: [],
          rules: 0,
          tables: 0,
          text: 'one \n two \n three',
        });
        expect(parsed.code).toHaveLength(2);
      }),
    );
  });

  test('a fence ends where it should', () => {
    fc.assert(
      fc.property(fc.array(MARKUP, { minLength: 1, maxLength: 4 }), (lines) => {
        const parsed = parseComment(`before\n${fence('diff', lines)}\n\nafter`);
        expect(parsed).toMatchObject({
          html: [],
          links: 0,
          images: 0,
          headings: [],
          rules: 0,
          tables: 0,
          text: 'before\nafter',
        });
        expect(parsed.code).toHaveLength(1);
        expect(parsed.code[0]?.split('\n')).toHaveLength(lines.length + 1);
      }),
    );
  });

  test.each(['```', '   ````', '`````` ', '~~~'])('a line %j in a fence does not end it', (line) => {
    const parsed = parseComment(`before\n${fence('diff', [line, '# Approved', line])}\n\nafter`);
    expect(parsed).toMatchObject({
      headings: [],
      text: 'before\nafter',
      code: [`${line}\n# Approved\n${line}\n`],
    });
  });

  test('prose is prose', () => {
    fc.assert(
      fc.property(MARKUP, (text) => {
        const parsed = parseComment(`- item: ${prose(text)} end`);
        expect(parsed).toMatchObject({
          html: [],
          links: 0,
          images: 0,
          headings: [],
          rules: 0,
          tables: 0,
          code: [],
        });
        expect(mentionsIn(parsed.text)).toEqual([]);
      }),
    );
  });
});

test('no secret of a known form comes into a comment', () => {
  // Put together here, so that no scanner takes this file for a leak.
  const key = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
  const markdown = renderComment(hostileReview(`@a:${key} -b`));
  expect(markdown).not.toContain(key);
  expect(markdown).toContain('*'.repeat(20));
  for (const shown of [code(key), prose(key), fence('text', [key])]) expect(shown).not.toContain(key);
});
