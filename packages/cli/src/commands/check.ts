import { countSeverities, loadContent, plural, renderOne } from '../load-content.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usageFailure } from '../failure.ts';
import { findProject } from '../project.ts';
import { renderAnnotation } from '../annotation.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';

export interface CheckOptions extends OutputOptions {
  readonly dir?: string;
  readonly format: string;
}

export async function check(options: CheckOptions, { world, reporter }: WorkContext): Promise<ExitCode> {
  const format = options.json === true ? 'json' : options.format;
  if (!['text', 'json', 'github'].includes(format)) {
    throw usageFailure(`"${format}" is no format.`, 'Use text, json or github.');
  }
  const root = findProject(world.cwd, options.dir);
  const { diagnostics, sources, workspace } = await loadContent(root);
  const counts = countSeverities(diagnostics);
  const files = [...sources.keys()].length;
  if (format === 'json') {
    world.out(
      `${JSON.stringify({ schemaVersion: 1, ok: counts.errors === 0, files, ...counts, diagnostics })}\n`,
    );
  } else {
    for (const diagnostic of diagnostics) {
      if (options.quiet === true && diagnostic.severity !== 'error') continue;
      if (format === 'github') world.out(`${renderAnnotation(diagnostic)}\n`);
      else world.out(`${renderOne(diagnostic, sources, reporter)}\n\n`);
    }
    const objects = workspace === undefined ? '' : `${plural(workspace.objects.length, 'object')}, `;
    reporter.say(
      `${plural(files, 'file')}, ${objects}${plural(counts.errors, 'error')}, ${plural(counts.warnings, 'warning')}`,
    );
  }
  return counts.errors > 0 ? EXIT.findings : EXIT.ok;
}
