import { expect, test } from 'vitest';

import type { SecurityFilter } from '@signalwright/model';

import { createDetector, type Detector } from './detector.ts';
import { compileSecurityFilter, type CompiledSecurityFilter } from './security-filter.ts';
import { compiled, span, story } from './testing/build.ts';

function filter(part: Partial<SecurityFilter> = {}): CompiledSecurityFilter {
  const result = compileSecurityFilter({ name: 'f', query: '*', isEnabled: true, exclusions: [], ...part });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.filter;
}

function detectorWith(securityFilters?: readonly CompiledSecurityFilter[]): Detector {
  const rules = [compiled({ type: 'log_detection' }), compiled({ id: 'spans' })];
  return createDetector({ rules, suppressions: [], ...(securityFilters && { securityFilters }) });
}

const log = (env: string): ReturnType<typeof span> => ({
  ...span(0),
  dataSource: 'logs',
  env,
  tags: [`env:${env}`],
});

test.each<[what: string, filters: readonly CompiledSecurityFilter[] | undefined, looksAt: readonly string[]]>(
  [
    ['without filters, all', undefined, ['prod', 'test']],
    ['with none that is there, nothing', [], []],
    ['what one finds', [filter({ query: 'env:prod' })], ['prod']],
    [
      'what any of them finds',
      [filter({ query: 'env:prod' }), filter({ query: 'env:test' })],
      ['prod', 'test'],
    ],
    ['not what it excludes', [filter({ exclusions: [{ name: 'x', query: 'env:test' }] })], ['prod']],
    [
      'what one excludes and another finds',
      [filter({ exclusions: [{ name: 'x', query: 'env:test' }] }), filter({ query: 'env:test' })],
      ['prod', 'test'],
    ],
    ['not what a filter finds that is not enabled', [filter({ isEnabled: false })], []],
  ],
)('detection looks at %s', (_what, filters, looksAt) => {
  const seen = ['prod', 'test'].filter((env) => {
    const detector = detectorWith(filters);
    const isSeen = story(detector.ingest(log(env))).length > 0;
    expect(detector.stats().filteredEvents).toBe(isSeen ? 0 : 1);
    return isSeen;
  });
  expect(seen).toEqual(looksAt);
});

test('spans are all looked at', () => {
  expect(story(detectorWith([]).ingest(span(0)))).toEqual(['opened medium']);
});

test('a query that cannot be read is a problem with its place', () => {
  const exclusions = [{ name: 'x', query: 'a:(' }];
  const result = compileSecurityFilter({ name: 'f', query: '*', isEnabled: true, exclusions });
  expect(result).toMatchObject({ ok: false, problems: [{ path: ['exclusion_filters', 0, 'query'] }] });
});
