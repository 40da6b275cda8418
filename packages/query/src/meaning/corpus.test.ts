/** Published rules against small changes of themselves. Read where they lie; skipped where they are missing. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NOWHERE, type Query } from '../ast.ts';
import { allOf, anyOf, leaf, not } from '../build.ts';
import { parseQuery } from '../parse/parse.ts';
import { compareQueries, type QueryVerdict } from './compare.ts';

const file = join(
  process.env['SIGNALWRIGHT_SHARED'] ?? join(import.meta.dirname, '../../../../../shared'),
  'datadog-api/rule-corpus.json',
);
const present = existsSync(file);
/** Every sixth query keeps this to a few seconds. */
const STRIDE = 6;

interface Change {
  readonly query: Query;
  readonly allowed: readonly QueryVerdict[];
}

function changes(query: Query): readonly Change[] {
  const clauses = query.kind === 'and' ? query.children : [query];
  const replace = (at: number, clause: Query): Query =>
    allOf(clauses.map((old, index) => (index === at ? clause : old)));
  const added = leaf(
    { kind: 'attribute', path: 'added', ...NOWHERE },
    { kind: 'equals', value: 'x', ...NOWHERE },
  );
  const found: Change[] = [{ query: allOf([...clauses, added]), allowed: ['NARROWS'] }];
  clauses.forEach((clause, at) => {
    if (clauses.length > 1)
      found.push({
        query: allOf(clauses.filter((_, index) => index !== at)),
        allowed: ['WIDENS', 'EQUIVALENT'],
      });
    found.push({ query: replace(at, not(clause)), allowed: ['INCOMPARABLE', 'NARROWS'] });
    if (clause.kind === 'or')
      found.push({ query: replace(at, anyOf(clause.children.slice(1))), allowed: ['NARROWS', 'EQUIVALENT'] });
    if (clause.kind === 'match' && clause.test.kind === 'equals') {
      const parts = [{ kind: 'text', text: clause.test.value }, { kind: 'any-run' }] as const;
      found.push({
        query: replace(at, leaf(clause.field, { kind: 'pattern', parts, ...NOWHERE })),
        allowed: ['WIDENS', 'EQUIVALENT'],
      });
    }
  });
  return found;
}

function neighbours(): readonly (Change & { readonly before: Query; readonly text: string })[] {
  const rules = JSON.parse(readFileSync(file, 'utf8')) as readonly {
    rule: { queries?: readonly { query?: string }[] };
  }[];
  const texts = new Set(
    rules.flatMap(({ rule }) => (rule.queries ?? []).flatMap(({ query }) => (query ? [query] : []))),
  );
  return [...texts].flatMap((text, at) => {
    const parsed = parseQuery(text);
    if (at % STRIDE !== 0 || !parsed.ok) return [];
    return changes(parsed.query).map((change) => ({ ...change, before: parsed.query, text }));
  });
}

describe.skipIf(!present)(
  `published rules${present ? '' : ' (skipped: the rule corpus is not on this machine)'}`,
  () => {
    const pairs = present ? neighbours() : [];
    const verdicts = pairs.map((pair) => ({
      ...pair,
      verdict: compareQueries(pair.before, pair.query).verdict,
    }));
    const unknown = verdicts.filter(({ verdict }) => verdict === 'UNKNOWN').length;

    test(`${pairs.length} small changes, each with a verdict it can have; ${unknown} unknown`, () => {
      expect(pairs.length).toBeGreaterThan(500);
      const wrong = verdicts.filter(
        ({ verdict, allowed }) => verdict !== 'UNKNOWN' && !allowed.includes(verdict),
      );
      expect(wrong.map(({ text, verdict }) => `${verdict}: ${text}`)).toEqual([]);
      expect(unknown / pairs.length).toBeLessThan(0.01);
    });
  },
);
