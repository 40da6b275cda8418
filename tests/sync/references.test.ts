/** A suppression names rules by their ownership tag: the search language must read what `wire` writes. */

import { matchesQuery, parseQuery, type QueryDocument } from '@signalwright/query';
import { encodeSuppression, ownershipTag } from '@signalwright/wire';
import { expect, test } from 'vitest';

function ruleQuery(stack: string, ids: readonly string[]): string {
  const body = encodeSuppression(
    {
      kind: 'suppression',
      id: 'quiet',
      name: 'Quiet',
      enabled: true,
      reason: 'A test.',
      tags: [],
      rules: { kind: 'ids', ids },
      suppressSignals: 'env:staging',
      excludeEvents: '',
    },
    { stack },
  );
  return (body as { data: { attributes: { rule_query: string } } }).data.attributes.rule_query;
}

function taggedRule(stack: string, id: string): QueryDocument {
  return { reserved: {}, tags: ['security:attack', ownershipTag(stack, id)], attributes: {}, message: '' };
}

test.each([
  ['acme', ['sqli'], 'acme', 'sqli', true],
  ['acme', ['sqli', 'xss'], 'acme', 'xss', true],
  ['acme', ['sqli', 'xss'], 'acme', 'ssrf', false],
  ['acme', ['sqli'], 'other', 'sqli', false],
  ['acme', ['sql'], 'acme', 'sqli', false],
  ['acme-prod', ['a-1', 'b-2', 'c-3'], 'acme-prod', 'c-3', true],
])('%s/%j meets the rule %s/%s: %s', (stack, ids, ruleStack, ruleId, expected) => {
  const parsed = parseQuery(ruleQuery(stack, ids));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  expect(matchesQuery(parsed.query, taggedRule(ruleStack, ruleId))).toBe(expected);
});
