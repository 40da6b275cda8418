/** Files of one room may not import each other in a circle, types included. */

import { posix } from 'node:path';
import type { Finding } from './finding.ts';
import type { SourceFile } from './read-sources.ts';

/** One finding a circle, at the file of the circle that comes first by path. */
export function checkCycles(files: readonly SourceFile[]): Finding[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const targets = new Map(files.map((file) => [file.path, neighbours(file, byPath)]));
  return stronglyConnected([...byPath.keys()], targets)
    .filter((group) => group.length > 1 || targets.get(group[0] ?? '')?.includes(group[0] ?? '') === true)
    .map((group) => describe(group, byPath));
}

function neighbours(file: SourceFile, byPath: ReadonlyMap<string, SourceFile>): string[] {
  return file.imports
    .filter((fact) => fact.specifier.startsWith('.'))
    .map((fact) => posix.join(posix.dirname(file.path), fact.specifier))
    .filter((path) => byPath.has(path));
}

function describe(group: readonly string[], byPath: ReadonlyMap<string, SourceFile>): Finding {
  const sorted = group.toSorted();
  const first = sorted[0] ?? '';
  const into = byPath
    .get(first)
    ?.imports.find((fact) => group.includes(posix.join(posix.dirname(first), fact.specifier)));
  return {
    code: 'imports/cycle',
    file: first,
    line: into?.line ?? 1,
    message: `These files import each other in a circle: ${sorted.join(', ')}.`,
    hint: 'Move what they share into a file below both.',
  };
}

/** Tarjan's algorithm, with its own stack so that a long chain of files cannot overflow ours. */
function stronglyConnected(
  nodes: readonly string[],
  targets: ReadonlyMap<string, readonly string[]>,
): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const groups: string[][] = [];
  for (const root of nodes) {
    if (index.has(root)) continue;
    const work: { node: string; next: number }[] = [{ node: root, next: 0 }];
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const { node } = frame;
      if (frame.next === 0) {
        index.set(node, index.size);
        low.set(node, index.get(node) ?? 0);
        stack.push(node);
        onStack.add(node);
      }
      const child = targets.get(node)?.[frame.next];
      frame.next += 1;
      if (child !== undefined) {
        if (!index.has(child)) work.push({ node: child, next: 0 });
        else if (onStack.has(child)) lower(low, node, index.get(child) ?? 0);
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent !== undefined) lower(low, parent.node, low.get(node) ?? 0);
      if (low.get(node) === index.get(node)) groups.push(popGroup(stack, onStack, node));
    }
  }
  return groups;
}

function lower(low: Map<string, number>, node: string, value: number): void {
  low.set(node, Math.min(low.get(node) ?? value, value));
}

function popGroup(stack: string[], onStack: Set<string>, until: string): string[] {
  const group: string[] = [];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    onStack.delete(node);
    group.push(node);
    if (node === until) break;
  }
  return group;
}
