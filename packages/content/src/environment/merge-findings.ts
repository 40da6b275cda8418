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
  if (only !== undefined && others.length === 0) {
    return only.diagnostics.map((each) => (isOfSome(each) ? withEnvironments(each, [only.name]) : each));
  }
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
    environments.size === all.length && !isOfSome(diagnostic)
      ? diagnostic
      : withEnvironments(diagnostic, [...environments]),
  );
}

function keyOf({ code, range, message }: Diagnostic): string {
  const { file, start, end } = range;
  return JSON.stringify([code, file, start.line, start.col, end.line, end.col, message]);
}

/** Never of all of them: one of them defines the variable. */
function isOfSome({ code }: Diagnostic): boolean {
  return code === 'env/missing-variable';
}

function withEnvironments(diagnostic: Diagnostic, environments: readonly string[]): Diagnostic {
  const where = `in ${someNames(environments)}`;
  const message = isOfSome(diagnostic)
    ? diagnostic.message.replace(/\.$/, ` ${where}.`)
    : `${diagnostic.message} (${where})`;
  return { ...diagnostic, message };
}
