/** Prints the steps of the story, one line each, with what they came to below. */

import type { Reporter } from '../reporter.ts';

export interface Narrator {
  step(name: string, text: string): void;
  /** A remark that belongs to the step above. */
  note(text: string): void;
  /** `sql_injection 25 · xss 16`, zeros left out, below the step above. */
  counts(counts: Readonly<Record<string, number>>): void;
}

const NAME_WIDTH = 8;
const WIDTH = 100;

export function createNarrator(reporter: Reporter): Narrator {
  const { colours } = reporter;
  const indent = ' '.repeat(NAME_WIDTH + 2);
  return {
    step: (name, text) =>
      reporter.say(`${colours.green('✓')} ${colours.bold(name.padEnd(NAME_WIDTH))}${text}`),
    note: (text) => reporter.say(`${indent}${colours.dim(text)}`),
    counts: (counts) => {
      const parts = Object.entries(counts)
        .filter(([, count]) => count > 0)
        .map(([name, count]) => `${name} ${count}`);
      for (const line of wrap(parts, WIDTH - indent.length)) reporter.say(`${indent}${colours.dim(line)}`);
    },
  };
}

function wrap(parts: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length + 3 <= width)
      lines[lines.length - 1] = `${last} · ${part}`;
    else lines.push(part);
  }
  return lines;
}
