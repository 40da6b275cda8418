import { expect, test } from 'vitest';
import type { ContentPath, DetectionRule } from '@signalwright/model';
import { compileRule } from './compile-rule.ts';
import { MINUTE, query, rule, ruleCase } from './testing/build.ts';

type Row = [
  what: string,
  part: Partial<DetectionRule>,
  path: ContentPath,
  code: string,
  span?: [number, number],
];

const IP = '@http.client_ip';

test.each<Row>([
  [
    'a query that does not parse',
    { queries: [query({ query: 'a (b' })] },
    ['queries', 0, 'query'],
    'query/unbalanced-parenthesis',
    [2, 3],
  ],
  [
    'a condition that does not parse',
    { cases: [ruleCase('a > ')] },
    ['cases', 0, 'condition'],
    'condition/missing-number',
  ],
  [
    'an empty condition',
    { cases: [ruleCase('')] },
    ['cases', 0, 'condition'],
    'condition/empty-condition',
    [0, 0],
  ],
  [
    'a label that no query has',
    { cases: [ruleCase('a > 0 && failures > 5')] },
    ['cases', 0, 'condition'],
    'condition/unknown-label',
    [9, 17],
  ],
  [
    'a template in the name that does not parse',
    { name: 'x {{{@usr.id}}}' },
    ['name'],
    'template/unescaped-output',
  ],
  [
    'a template in the message that does not parse',
    { message: '{{#if a}}' },
    ['message'],
    'template/unclosed-block',
  ],
  ['no query', { queries: [], cases: [] }, ['queries'], 'rule/query-count'],
  ['eleven queries', { queries: Array.from({ length: 11 }, () => query()) }, ['queries'], 'rule/query-count'],
  ['no case', { cases: [] }, ['cases'], 'rule/case-count'],
  [
    'eleven cases',
    { cases: Array.from({ length: 11 }, () => ruleCase('a > 0')) },
    ['cases'],
    'rule/case-count',
  ],
  [
    'two queries of one name',
    { queries: [query({ name: 'x' }), query({ name: 'x' })], cases: [ruleCase('x > 0')] },
    ['queries', 1],
    'rule/duplicate-label',
  ],
  [
    'a name that is the letter of another position',
    { queries: [query({ name: 'b' }), query()], cases: [ruleCase('b > 0')] },
    ['queries', 1],
    'rule/duplicate-label',
  ],
  [
    'groups of different lengths',
    { queries: [query({ groupBy: [IP] }), query({ groupBy: [IP, 'service'] })] },
    ['queries', 1, 'groupBy'],
    'rule/group-by-mismatch',
  ],
  [
    'a group that is no field',
    { queries: [query({ groupBy: ['@'] })] },
    ['queries', 0, 'groupBy', 0],
    'rule/bad-field',
  ],
  [
    'a group that reaches for a prototype',
    { queries: [query({ groupBy: ['@a.__proto__.b'] })] },
    ['queries', 0, 'groupBy', 0],
    'rule/bad-field',
  ],
  [
    'a cardinality of nothing',
    { queries: [query({ aggregation: { kind: 'cardinality', fields: [] } })] },
    ['queries', 0, 'cardinality'],
    'rule/no-field',
  ],
  [
    'a sum of what is no field',
    { queries: [query({ aggregation: { kind: 'sum', field: 'a b' } })] },
    ['queries', 0, 'sum'],
    'rule/bad-field',
  ],
  [
    'a cardinality beyond what is kept',
    {
      queries: [query({ aggregation: { kind: 'cardinality', fields: [IP] } })],
      cases: [ruleCase('a > 10000')],
    },
    ['cases', 0, 'condition'],
    'rule/threshold-out-of-reach',
    [0, 9],
  ],
  [
    'keep-alive above the maximum duration',
    { keepAliveMs: 10 * MINUTE, maxSignalDurationMs: 5 * MINUTE },
    ['keepAlive'],
    'rule/keep-alive-too-long',
  ],
  [
    'a window above keep-alive',
    { evaluationWindowMs: 10 * MINUTE, keepAliveMs: 5 * MINUTE },
    ['evaluationWindow'],
    'rule/window-too-long',
  ],
])('%s is refused at its place', (_what, part, path, code, range) => {
  const result = compileRule(rule(part), { id: 'r', version: 1 });
  const problems = result.ok ? [] : result.problems;
  expect(problems.map((problem) => [problem.path, problem.code])).toContainEqual([path, code]);
  const found = problems.find((problem) => problem.code === code);
  if (range !== undefined) expect([found?.start, found?.end]).toEqual(range);
  expect(found?.message).not.toBe('');
});

test('all that is wrong is told at once', () => {
  const broken = rule({
    queries: [query({ query: '(' })],
    cases: [ruleCase('x > 0'), ruleCase('>')],
    message: '{{',
  });
  const result = compileRule(broken, { id: 'r', version: 1 });
  const places = result.ok ? [] : [...new Set(result.problems.map((problem) => problem.path.join('.')))];
  expect(places).toEqual(['message', 'queries.0.query', 'cases.0.condition', 'cases.1.condition']);
});

test.each<[string, Partial<DetectionRule>]>([
  ['equal windows', { evaluationWindowMs: MINUTE, keepAliveMs: MINUTE, maxSignalDurationMs: MINUTE }],
  ['windows of 0', { evaluationWindowMs: 0, keepAliveMs: 0, maxSignalDurationMs: 0 }],
  ['an empty query', { queries: [query({ query: '' })] }],
  [
    'a cardinality just within reach',
    {
      queries: [query({ aggregation: { kind: 'cardinality', fields: [IP] } })],
      cases: [ruleCase('a > 9999')],
    },
  ],
  ['a count of any size', { cases: [ruleCase('a > 1000000')] }],
  ['a rule that is not enabled', { enabled: false }],
])('%s: accepted', (_what, part) => {
  expect(compileRule(rule(part), { id: 'r', version: 1 }).ok).toBe(true);
});
