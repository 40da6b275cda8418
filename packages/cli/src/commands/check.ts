import { countSeverities, loadContent, plural, renderOne } from '../load-content.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usageFailure } from '../failure.ts';
import { findProject } from '../project.ts';
import { renderAnnotation } from '../annotation.ts';
import type { AddCommand, WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';

interface CheckOptions extends OutputOptions {
  readonly dir?: string;
  readonly format: string;
}

export const addCheck: AddCommand = (program, run) => {
  const command = program
    .command('check')
    .description('Validate every file of rules/, views/ and workflows/; exit 1 when there is an error.')
    .option('-d, --dir <folder>', 'folder that holds signalwright.yaml (default: looked for upwards)')
    .option('--format <format>', 'text, json or github (annotations in GitHub Actions)', 'text')
    .addHelpText('after', '\nExample:\n  signalwright check --format github');
  run<CheckOptions>(command, check);
};

async function check(options: CheckOptions, { world, reporter }: WorkContext): Promise<ExitCode> {
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
      else world.out(`${renderOne(diagnostic, sources, reporter.isColoured)}\n\n`);
    }
    const objects = workspace === undefined ? '' : `${plural(workspace.objects.length, 'object')}, `;
    reporter.say(
      `${plural(files, 'file')}, ${objects}${plural(counts.errors, 'error')}, ${plural(counts.warnings, 'warning')}`,
    );
  }
  return counts.errors > 0 ? EXIT.findings : EXIT.ok;
}
