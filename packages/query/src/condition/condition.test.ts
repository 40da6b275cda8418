import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { ConditionErrorCode } from '../parse/problem.ts';
import { conditionLabels, evaluateCondition, printCondition, type Condition } from './condition.ts';
import {
  MAX_CONDITION_CHARS,
  MAX_CONDITION_DEPTH,
  MAX_CONDITION_TERMS,
  parseCondition,
} from './parse-condition.ts';

function parsed(text: string): Condition {
  const result = parseCondition(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  return result.condition;
}

describe('what conditions say', () => {
  const counts = { a: 5, b: 0, first: 10, 'my.query-1': 0.996 } as Record<string, number>;
  const rows: [text: string, expected: boolean][] = [
    ['a > 4', true],
    ['a > 5', false],
    ['a >= 5', true],
    ['a>=5', true],
    ['my.query-1 > 0.995', true],
    ['a > -1', true],
    ['a > 4 && b > 0', false],
    ['a > 4 || b > 0', true],
    ['b > 0 && b > 0 || a > 0', true],
    ['a > 0 || b > 0 && b > 0', true],
    ['(a > 0 || b > 0) && b > 0', false],
    ['((first >= 10))', true],
    [' a > 0 &&  first > 0 && a >0 ', true],
    ['a > 1e3', false],
  ];
  test.each(rows)('%s is %s', (text, expected) => {
    expect(evaluateCondition(parsed(text), (label) => counts[label] ?? 0)).toBe(expected);
  });
});

test('labels come with their places', () => {
  expect(conditionLabels(parsed('a > 1 && (bb >= 2 || a > 3)'))).toEqual([
    { label: 'a', start: 0, end: 1 },
    { label: 'bb', start: 10, end: 12 },
    { label: 'a', start: 21, end: 22 },
  ]);
});

describe('printing', () => {
  const rows: [text: string, printed: string][] = [
    ['a>0', 'a > 0'],
    ['a>0&&b>=1.50', 'a > 0 && b >= 1.5'],
    ['a > 0 && b > 0 || c > 0', '(a > 0 && b > 0) || c > 0'],
    ['(a > 0 || b > 0) && c > 0', '(a > 0 || b > 0) && c > 0'],
    ['(a > 0 && (b > 0 && c > 0))', 'a > 0 && b > 0 && c > 0'],
  ];
  test.each(rows)('%s prints as %s', (text, printed) => {
    expect(printCondition(parsed(text))).toBe(printed);
  });

  const compare = fc
    .tuple(
      fc.constantFrom('a', 'b', 'x_1', 'y.z', 'THENCE'),
      fc.constantFrom('>', '>='),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    )
    .map(([label, operator, threshold]) => `${label} ${operator} ${String(threshold)}`);
  const { text } = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { maxDepth: 4 },
      compare,
      fc.tuple(tie('text'), fc.constantFrom('&&', '||'), tie('text')).map((parts) => `(${parts.join(' ')})`),
    ),
  }));

  test('what is printed prints the same again and means the same', () => {
    fc.assert(
      fc.property(text, fc.func(fc.double()), (source, valueOf) => {
        const condition = parsed(source);
        const again = parsed(printCondition(condition));
        expect(printCondition(again)).toBe(printCondition(condition));
        expect(evaluateCondition(again, valueOf)).toBe(evaluateCondition(condition, valueOf));
      }),
    );
  });
});

describe('errors', () => {
  const rows: [
    text: string,
    code: ConditionErrorCode,
    start: number,
    end: number,
    hint: string | undefined,
  ][] = [
    ['', 'empty-condition', 0, 0, 'Write a > 0.'],
    ['  ', 'empty-condition', 0, 2, 'Write a > 0.'],
    ['3 < a', 'label-not-on-the-left', 0, 5, 'Write a > 3.'],
    ['3 <= a', 'label-not-on-the-left', 0, 6, 'Write a >= 3.'],
    ['3 > a', 'label-not-on-the-left', 0, 5, 'Write a > 10.'],
    ['3', 'label-not-on-the-left', 0, 1, 'Write a > 10.'],
    ['a', 'missing-comparison', 0, 1, 'Write a > 0.'],
    ['a > b', 'missing-number', 4, 5, 'Write a > 10.'],
    ['a >', 'missing-number', 2, 3, 'Write a > 10.'],
    ['a > 1x', 'missing-number', 4, 6, 'Write a > 10.'],
    ['a > 1 &&', 'missing-operand', 6, 8, 'Write a > 0.'],
    ['|| a > 1', 'missing-operand', 0, 2, 'Write a > 0.'],
    ['()', 'missing-operand', 1, 2, 'Write a > 0.'],
    ['a < 3', 'unsupported-operator', 2, 3, 'Only > and >= are known: a case fires when a count is high.'],
    ['a == 3', 'unsupported-operator', 2, 4, 'Only > and >= are known: a case fires when a count is high.'],
    ['a != 3', 'unsupported-operator', 2, 4, 'Only > and >= are known: a case fires when a count is high.'],
    ['!(a > 3)', 'unsupported-operator', 0, 1, 'Say with ">" when the case fires.'],
    ['a > 3 AND b > 0', 'unsupported-operator', 6, 9, 'Write &&.'],
    ['a > 3 or b > 0', 'unsupported-operator', 6, 8, 'Write ||.'],
    [
      'a > 3 THEN b > 0',
      'then-condition',
      6,
      10,
      'Use a rule with the sequence detection method, or && for both in one window.',
    ],
    ['(a > 3', 'unbalanced-parenthesis', 0, 1, 'Close it with ).'],
    ['a > 3)', 'unbalanced-parenthesis', 5, 6, 'Remove it.'],
    ['a > 3 & b > 1', 'unexpected-text', 6, 7, 'Join comparisons with && or ||.'],
    ['a > 3 % 2', 'unexpected-text', 6, 7, 'Join comparisons with && or ||.'],
  ];
  test.each(rows)('"%s" is %s at %d to %d', (text, code, start, end, hint) => {
    const result = parseCondition(text);
    expect(result.ok ? [] : result.errors[0]).toMatchObject({
      code,
      start,
      end,
      ...(hint !== undefined && { hint }),
    });
  });

  test('one mistake inside parentheses is said once', () => {
    const result = parseCondition('(a > 3 AND b > 0) && c > 1');
    expect(result.ok ? [] : result.errors.map((error) => error.code)).toEqual(['unsupported-operator']);
  });

  test('bounds are refused with a code, fast', () => {
    const codes = (text: string): readonly string[] => {
      const result = parseCondition(text);
      return result.ok ? [] : [...new Set(result.errors.map((error) => error.code))];
    };
    const nested = (depth: number): string => `${'('.repeat(depth)}a > 0${')'.repeat(depth)}`;
    const many = (terms: number): string => Array.from({ length: terms }, () => 'a > 0').join(' || ');
    expect(codes(nested(MAX_CONDITION_DEPTH))).toEqual([]);
    expect(codes(nested(MAX_CONDITION_DEPTH + 1))).toEqual(['too-deep']);
    expect(codes(many(MAX_CONDITION_TERMS))).toEqual([]);
    expect(codes(many(MAX_CONDITION_TERMS + 1))).toEqual(['too-many-terms']);
    expect(codes('a'.repeat(MAX_CONDITION_CHARS + 1))).toEqual(['too-long']);
  });

  test('any text is answered, and every place lies inside it', () => {
    const piece = fc.constantFrom(
      'a',
      ' ',
      '>',
      '>=',
      '<',
      '==',
      '!',
      '1',
      '0.5',
      '&&',
      '||',
      '&',
      '(',
      ')',
      'THEN',
      'AND',
      '\u0000',
      '\ud800',
      '%',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece, { maxLength: 20 }).map((all) => all.join('')),
        ),
        (text) => {
          const result = parseCondition(text);
          if (result.ok) return;
          expect(result.errors.length).toBeGreaterThan(0);
          for (const { start, end } of result.errors)
            expect(0 <= start && start <= end && end <= text.length).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

const file = join(
  process.env['SIGNALWRIGHT_SHARED'] ?? join(import.meta.dirname, '../../../../../shared'),
  'datadog-api/rule-corpus.json',
);
const present = existsSync(file);

describe.skipIf(!present)(
  `published rules${present ? '' : ' (skipped: the rule corpus is not on this machine)'}`,
  () => {
    test('every condition parses, but for the ones with THEN', () => {
      const rules = JSON.parse(readFileSync(file, 'utf8')) as readonly {
        rule: { cases?: readonly { condition?: string }[] };
      }[];
      const texts = new Set(
        rules.flatMap(({ rule }) =>
          (rule.cases ?? []).flatMap(({ condition }) => (condition ? [condition] : [])),
        ),
      );
      const refused = [...texts].filter((text) => !parseCondition(text).ok);
      expect(texts.size).toBeGreaterThan(300);
      expect(refused.filter((text) => !/ THEN /.test(text))).toEqual([]);
      expect(refused.length).toBeLessThan(10);
    });
  },
);
