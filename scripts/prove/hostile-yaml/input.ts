/** One hostile input: the bytes of a file, and what must come of them. */

import type { SeededRandom } from '../../harness/seeded-random.ts';

export interface HostileInput {
  /** Says what it is, for the line of a failure. */
  readonly name: string;
  /** Made when asked for: all inputs together would fill the process that is measured. */
  readonly bytes: () => Uint8Array;
  /** Path below the root of the content. */
  readonly file: string;
  /**
   * refused: an error must come of it. flagged: an error or a warning must. valid: no error may. either: when it is accepted, js-yaml must read the same,
   * so that nothing was accepted for something that it is not.
   */
  readonly expected: 'refused' | 'flagged' | 'valid' | 'either';
}

/** Inputs of one sort; the table is tried in full, then random ones are drawn. */
export interface Family {
  readonly name: string;
  readonly table: () => readonly HostileInput[];
  /** Left out where the table says everything. */
  readonly draw?: (random: SeededRandom) => HostileInput;
}

export const RULE_FILE = 'rules/detection/hostile.yaml';
export const WORKFLOW_FILE = 'workflows/hostile.yaml';

type Content = string | Uint8Array | (() => string | Uint8Array);

export function refused(name: string, content: Content, file = RULE_FILE): HostileInput {
  return { name, bytes: bytesOf(content), file, expected: 'refused' };
}

export function flagged(name: string, content: Content, file = RULE_FILE): HostileInput {
  return { name, bytes: bytesOf(content), file, expected: 'flagged' };
}

export function valid(name: string, content: Content, file = RULE_FILE): HostileInput {
  return { name, bytes: bytesOf(content), file, expected: 'valid' };
}

export function either(name: string, content: Content, file = RULE_FILE): HostileInput {
  return { name, bytes: bytesOf(content), file, expected: 'either' };
}

function bytesOf(content: Content): () => Uint8Array {
  return () => {
    const made = typeof content === 'function' ? content() : content;
    return typeof made === 'string' ? new TextEncoder().encode(made) : made;
  };
}

/** The parts of a rule as they are written in the file: `query` comes with its quotes, `name` with its own. */
export interface RuleParts {
  readonly name?: string;
  readonly query?: string;
  readonly condition?: string;
  readonly message?: string;
  readonly sample?: string;
  /** Further lines. */
  readonly more?: string;
}

/** A small rule without any mistake, apart from what `parts` bring in. */
export function ruleText(parts: RuleParts = {}): string {
  const { name = 'Hostile', query = "'@http.status_code:500'", condition = 'failures > 5' } = parts;
  return `kind: detection-rule
id: hostile
name: ${name}
type: application_security
groupBy: [service]
queries:
  - name: failures
    query: ${query}
cases:
  - name: many
    condition: ${condition}
    severity: low
message: ${parts.message ?? 'Look at it.'}
sample: ${parts.sample ?? '{ service: shop }'}
${parts.more ?? ''}tests:
  - name: one event is matched
    event: { '@http.status_code': 500 }
    matches: [failures]
`;
}

export function pick<T>(random: SeededRandom, values: readonly T[]): T {
  const value = values[random.below(values.length)];
  if (value === undefined) throw new Error('Nothing to pick from.');
  return value;
}
