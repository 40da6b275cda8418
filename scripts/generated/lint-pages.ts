/**
 * docs/lints/<code>.md: the first lines and the last section of each page come from the table of codes, what stands
 * between is written by hand (why, what is bad, what is good) and kept. A page that is missing is not made up.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CODES, isAdvice, type DiagnosticCode } from '@signalwright/model';
import type { Generator } from './generator.ts';

const ALL = Object.keys(CODES) as DiagnosticCode[];
const LAST_SECTION = '## Turn it off';

export const lintPages: Generator = {
  name: 'lint-pages',
  outputs: () => ALL.map(pathOf),
  render: (root) => {
    const there = ALL.filter((code) => existsSync(join(root, pathOf(code))));
    const pages = there.map((code) => [pathOf(code), renderPage(code, read(root, code))] as const);
    return Promise.resolve(new Map(pages));
  },
};

function pathOf(code: DiagnosticCode): string {
  return `docs/lints/${code}.md`;
}

function read(root: string, code: DiagnosticCode): string {
  return readFileSync(join(root, pathOf(code)), 'utf8');
}

function renderPage(code: DiagnosticCode, before: string): string {
  const { severity, summary } = CODES[code];
  const [, , ...rest] = before.split(LAST_SECTION)[0]?.trim().split('\n\n') ?? [];
  const parts = [`# ${code}`, `${summary} (${severity})`, ...rest, LAST_SECTION, ...howToTurnOff(code)];
  return `${parts.join('\n\n')}\n`;
}

function howToTurnOff(code: DiagnosticCode): readonly string[] {
  const setting = `\`\`\`yaml\nlints:\n  ${code}: off # or error, warning, info\n\`\`\``;
  if (!isAdvice(code)) return ['It cannot be turned off or ignored: content with this error is not applied.'];
  if (code.startsWith('ignore/')) return ['For the whole project, in `signalwright.yaml`:', setting];
  return [
    'In one place, with a reason, in a comment above the line; `(until 2026-12-31)` behind the reason ends it:',
    `\`\`\`yaml\n# signalwright-ignore ${code}: why this is right here\n\`\`\``,
    'For the whole project, in `signalwright.yaml`:',
    setting,
  ];
}
