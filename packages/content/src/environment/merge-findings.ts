/** Findings of the same content in several environments as one list: what holds everywhere is said once. */

import type { Diagnostic } from '@signalwright/model';
import { someNames } from '../diagnostic.ts';

export interface EnvironmentFindings {
  /** Of the environment. */
  readonly name: string;
  readonly diagnostics: readonly Diagnostic[];
}

export function mergeFindings(all: readonly EnvironmentFindings[]): readonly Diagnostic[] {
  const [only, ...others] = all;
  if (only !== undefined && others.length === 0) return only.diagnostics;
  const found = new Map<string, { readonly diagnostic: Diagnostic; readonly environments: Set<string> }>();
  for (const { name, diagnostics } of all) {
    for (const diagnostic of diagnostics) {
      const key = keyOf(diagnostic);
      const known = found.get(key) ?? { diagnostic, environments: new Set() };
      known.environments.add(name);
      found.set(key, known);
    }
  }
  return [...found.values()].map(({ diagnostic, environments }) =>
    environments.size === all.length ? diagnostic : withEnvironments(diagnostic, [...environments]),
  );
}

function keyOf({ code, range, message }: Diagnostic): string {
  const { file, start, end } = range;
  return JSON.stringify([code, file, start.line, start.col, end.line, end.col, message]);
}

function withEnvironments(diagnostic: Diagnostic, environments: readonly string[]): Diagnostic {
  // Its message names the environment.
  if (diagnostic.code === 'env/missing-variable') return diagnostic;
  return { ...diagnostic, message: `${diagnostic.message} (in ${someNames(environments)})` };
}
