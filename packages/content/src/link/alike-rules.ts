/**
 * Which rules raise the same signals: those of one shape. Nearly every rule has a shape of its own, and to write it down
 * took a twentieth of a check. So it is asked for only of rules that have their gist in common, a number that says little
 * and costs little.
 */

import { createHash } from 'node:crypto';
import type { DetectionRule } from '@signalwright/model';
import { parseQuery, printQuery, type Query, type Test } from '@signalwright/query';
import type { ParsedTexts } from './parsed-texts.ts';

/** The same for rules of one shape; rules of different shapes seldom have it in common. */
export function gistOf({ type, queries, cases }: DetectionRule, texts: ParsedTexts): number {
  let gist = gistOfText(type);
  for (const { query } of queries) {
    const parsed = texts.query(query);
    gist = Math.imul(gist, 31) + (parsed.ok ? gistOfQuery(parsed.query) : gistOfText(query));
  }
  for (const { condition, severity } of cases)
    gist = Math.imul(gist, 31) + gistOfText(condition ?? '') + gistOfText(severity);
  return gist | 0;
}

/** The order of clauses means nothing. */
function gistOfQuery(query: Query): number {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.children.reduce((sum, child) => (sum + gistOfQuery(child)) | 0, query.children.length);
    case 'not':
      return ~gistOfQuery(query.child);
    case 'match':
      return gistOfTest(query.test);
    default:
      return 0;
  }
}

function gistOfTest(test: Test): number {
  if (test.kind === 'equals') return gistOfText(test.value);
  if (test.kind !== 'pattern') return 1;
  return test.parts.reduce((sum, part) => sum + (part.kind === 'text' ? gistOfText(part.text) : 1), 2) | 0;
}

function gistOfText(text: string): number {
  let gist = 7;
  for (let at = 0; at < text.length; at += 1) gist = (Math.imul(gist, 31) + text.charCodeAt(at)) | 0;
  return gist;
}

/** Of everything that decides whether and how a signal is raised; not of names, tags, messages and targets. */
export function shapeOf(rule: DetectionRule): string {
  const { id: _id, name: _name, tags: _tags, message: _message, remoteId: _remoteId, ...deciding } = rule;
  const { enabled, queries, cases, ...rest } = deciding;
  const shape = [
    enabled,
    rest,
    queries.map(({ query, ...each }) => {
      const parsed = parseQuery(query);
      return [parsed.ok ? canonical(parsed.query) : query, each];
    }),
    cases.map(({ condition, severity }) => [condition, severity]),
  ];
  return createHash('sha256').update(JSON.stringify(shape)).digest('base64url');
}

/** The order of clauses means nothing. */
function canonical(query: Query): string {
  if (query.kind !== 'and' && query.kind !== 'or') return printQuery(query);
  return `${query.kind}(${query.children.map(canonical).toSorted().join(' ')})`;
}
