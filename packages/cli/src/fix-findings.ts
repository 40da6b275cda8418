/** `check --fix`: mends what is certain, and says what it did. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixContent } from '@signalwright/content';
import type { Diagnostic } from '@signalwright/model';
import { maskSecrets } from '@signalwright/template';
import type { CheckCacheFile } from './check-cache-file.ts';
import type { WorkContext } from './command.ts';
import type { ScopedFindings } from './find-findings.ts';
import type { Colours } from './reporter.ts';
import { plural, readManifest } from './load-content.ts';
import { replaceFile } from './replace-file.ts';
import { oneLine } from './text-width.ts';

export interface Fixed {
  readonly fixed: readonly Diagnostic[];
  readonly files: readonly string[];
}

/**
 * @param isDryRun writes nothing and says what would be done
 * @param kept what earlier checks found out
 * @param say prints a line for people, or not, where a document stands on stdout
 */
export function fixFindings(
  root: string,
  { sources, changed }: ScopedFindings,
  isDryRun: boolean,
  kept: CheckCacheFile | undefined,
  { world, reporter }: WorkContext,
  say: (line: string) => void,
): Fixed {
  const result = fixContent(
    sources,
    { manifest: readManifest(), nowMs: world.nowMs(), cache: kept?.cache },
    ({ range }) => changed === undefined || changed.has(range.file),
  );
  const left = new Set<string>();
  for (const [file, text] of isDryRun ? [] : result.changed) {
    const path = join(root, file);
    if (readFileSync(path, 'utf8') === sources.get(file)) replaceFile(path, text);
    else {
      left.add(file);
      reporter.warn(`${oneLine(file)} changed meanwhile and was left as it is.`);
    }
  }
  const fixed = result.fixed.filter(({ range }) => !left.has(range.file));
  const files = [...result.changed.keys()].filter((file) => !left.has(file));
  const { colours } = reporter;
  for (const { range, code, fix } of fixed) {
    const place = `${oneLine(range.file)}:${range.start.line}:${range.start.col}`;
    say(
      `${colours.green(isDryRun ? 'would fix' : 'fixed')} ${place} ${colours.dim(code)} ${fix?.title ?? ''}`,
    );
  }
  if (isDryRun)
    for (const file of files)
      sayLines(sources.get(file) ?? '', result.changed.get(file) ?? '', file, say, colours);
  if (fixed.length > 0) {
    say(
      `${plural(fixed.length, 'finding')} in ${plural(files.length, 'file')} ${isDryRun ? 'would be fixed' : 'fixed'}\n`,
    );
  }
  return { fixed, files };
}

/** The lines that differ, before and after: a fix never adds or removes one. */
function sayLines(
  before: string,
  after: string,
  file: string,
  say: (line: string) => void,
  colours: Colours,
): void {
  say(colours.bold(oneLine(file)));
  const lines = after.split('\n');
  before.split('\n').forEach((line, index) => {
    if (line === lines[index]) return;
    say(colours.red(`- ${shown(line)}`));
    say(colours.green(`+ ${shown(lines[index] ?? '')}`));
  });
}

/** Nothing from a file may reach a terminal as a command, and no secret a log; its indentation stays. */
function shown(line: string): string {
  return `${/^ */.exec(line)?.[0] ?? ''}${oneLine(maskSecrets(line))}`;
}
