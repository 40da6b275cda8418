/** Two rules that count the same events and decide the same way: every attack raises two signals. */

import type { AuthoredRule, DetectionRule } from '@signalwright/model';
import { printQuery, type Query } from '@signalwright/query';
import type { LinkContext } from '../../link/link-context.ts';
import type { Lint } from '../lint-contract.ts';

export const duplicateRule: Lint = (object, report, context) => {
  if (object.kind !== 'detection-rule') return;
  const twin = firstTwin(object, context);
  if (twin === undefined) return;
  report.at(['id'], 'lint/duplicate-rule', `This rule does what ${twin.address} does.`, {
    hint: 'Keep one of them, or say in queries and cases what tells them apart.',
    related: [{ message: 'The other rule.', range: twin.origin.rangeOf(['id']) }],
  });
};

/** The first rule of its shape, for those that are not it. Made once a check, when the first rule asks. */
const twinsOf = new WeakMap<LinkContext, ReadonlyMap<AuthoredRule, AuthoredRule>>();

function firstTwin(rule: AuthoredRule, context: LinkContext): AuthoredRule | undefined {
  const known = twinsOf.get(context) ?? findTwins(context);
  twinsOf.set(context, known);
  return known.get(rule);
}

function findTwins(context: LinkContext): ReadonlyMap<AuthoredRule, AuthoredRule> {
  const firstOf = new Map<string, AuthoredRule>();
  const twins = new Map<AuthoredRule, AuthoredRule>();
  for (const rule of context.ofKind('detection-rule')) {
    const shape = shapeOf(rule.object, context);
    const first = firstOf.get(shape);
    if (first === undefined) firstOf.set(shape, rule);
    else twins.set(rule, first);
  }
  return twins;
}

/** Everything that decides whether and how a signal is raised; not its names, tags, messages and targets. */
function shapeOf(rule: DetectionRule, context: LinkContext): string {
  const { id: _id, name: _name, tags: _tags, message: _message, enabled, queries, cases, ...rest } = rule;
  return JSON.stringify([
    enabled,
    rest,
    queries.map(({ query, ...each }) => {
      const parsed = context.query(query);
      return [parsed === undefined ? query : canonical(parsed), each];
    }),
    cases.map(({ condition, severity }) => [condition, severity]),
  ]);
}

/** The order of clauses means nothing. */
function canonical(query: Query): string {
  if (query.kind !== 'and' && query.kind !== 'or') return printQuery(query);
  return `${query.kind}(${query.children.map(canonical).toSorted().join(' ')})`;
}
