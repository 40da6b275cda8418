/** A parsed query as a tree of the proof, for the naive matcher. */

import type { Bound, Field, OpenEnd, Query, Test } from '@signalwright/query';
import type { Asked, End, Sign, Tree, Where } from './tree.ts';

export function treeOf(query: Query): Tree {
  switch (query.kind) {
    case 'match-all':
      return { kind: 'true' };
    case 'match-none':
      return { kind: 'not', part: { kind: 'true' } };
    case 'not':
      return { kind: 'not', part: treeOf(query.child) };
    case 'and':
    case 'or':
      return { kind: query.kind === 'and' ? 'all' : 'any', parts: query.children.map(treeOf) };
    case 'match':
      return { kind: 'leaf', where: whereOf(query.field), asked: askedOf(query.test) };
  }
}

function whereOf(field: Field): Where {
  switch (field.kind) {
    case 'attribute':
      return { kind: 'attribute', name: field.path };
    case 'reserved':
      return { kind: 'reserved', name: field.name };
    case 'tag':
      return { kind: 'tag', name: field.key };
    case 'calculated':
      throw new Error('No published query has a calculated field.');
    default:
      return { kind: field.kind };
  }
}

function askedOf(test: Test): Asked {
  switch (test.kind) {
    case 'equals':
      return { kind: 'is', text: test.value };
    case 'pattern':
      return {
        kind: 'like',
        signs: test.parts.flatMap((part): readonly Sign[] =>
          part.kind === 'text'
            ? [...part.text].map((char) => ({ char }))
            : [part.kind === 'any-run' ? 'run' : 'one'],
        ),
      };
    case 'exists':
      return { kind: 'exists' };
    case 'compare': {
      const end = endOf(test.bound, test.operator.endsWith('='));
      return { kind: 'between', [test.operator.startsWith('>') ? 'low' : 'high']: end };
    }
    case 'range': {
      const [low, high] = [endOf(test.lower, test.inclusive), endOf(test.upper, test.inclusive)];
      return { kind: 'between', ...(low !== undefined && { low }), ...(high !== undefined && { high }) };
    }
    case 'cidr':
      return { kind: 'blocks', blocks: test.blocks };
  }
}

function endOf(bound: Bound | OpenEnd, inside: boolean): End | undefined {
  return bound.kind === 'open' ? undefined : { value: bound.value, inside };
}
