/** 500 rules that Datadog publishes, read where they lie and never copied. Skipped where they are missing. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseQuery } from './parse/parse.ts';
import { printQuery } from './print.ts';
import { sameQuery } from './same.ts';

const file = join(
  process.env['SIGNALWRIGHT_SHARED'] ?? join(import.meta.dirname, '../../../../shared'),
  'datadog-api/rule-corpus.json',
);
const present = existsSync(file);

interface PublishedRule {
  readonly rule: { readonly queries?: readonly { readonly query?: string }[] };
}

function publishedQueries(): readonly string[] {
  const rules = JSON.parse(readFileSync(file, 'utf8')) as readonly PublishedRule[];
  const texts = rules.flatMap(({ rule }) =>
    (rule.queries ?? []).flatMap(({ query }) => (query === undefined ? [] : [query])),
  );
  return [...new Set(texts)];
}

describe.skipIf(!present)(
  `published rules${present ? '' : ' (skipped: the rule corpus is not on this machine)'}`,
  () => {
    const texts = present ? publishedQueries() : [];

    test(`all ${texts.length} different queries parse, and come back from print`, () => {
      expect(texts.length).toBeGreaterThan(500);
      const refused = texts.filter((text) => !parseQuery(text).ok);
      expect(refused).toEqual([]);
      for (const text of texts) {
        const first = parseQuery(text);
        const again = first.ok ? parseQuery(printQuery(first.query)) : first;
        expect(first.ok && again.ok && sameQuery(first.query, again.query), text).toBe(true);
      }
    });

    test('warnings are rare: they point at real slips, such as "or" for OR', () => {
      const warned = texts.filter((text) => {
        const result = parseQuery(text);
        return result.ok && result.warnings.length > 0;
      });
      expect(warned.length / texts.length).toBeLessThan(0.02);
    });
  },
);
