import { join, relative, resolve, sep } from 'node:path';
import { formatSource } from '@signalwright/content';
import type { Diagnostic } from '@signalwright/model';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usageFailure } from '../failure.ts';
import { loadContent, plural, renderOne } from '../load-content.ts';
import { findProject } from '../project.ts';
import { replaceFile } from '../replace-file.ts';
import { oneLine } from '../text-width.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';

export interface FmtOptions extends OutputOptions {
  readonly dir?: string;
  readonly check?: boolean;
}

/** A file that is no YAML of ours is named and left as it is; what is wrong in meaning is for `check` to say. */
export async function fmt(options: FmtOptions, { world, reporter, args }: WorkContext): Promise<ExitCode> {
  const root = findProject(world.cwd, options.dir);
  const { sources, diagnostics } = await loadContent(root, world);
  const unread = diagnostics.filter(({ range }) => !sources.has(range.file));
  const chosen = chooseFiles(
    [...sources.keys(), ...unread.map(({ range }) => range.file)],
    args,
    root,
    world.cwd,
  );
  const failed: Diagnostic[] = unread.filter(({ range }) => chosen.has(range.file));
  const changed: string[] = [];
  for (const [file, text] of sources) {
    if (!chosen.has(file)) continue;
    const formatted = formatSource(file, text);
    if (!formatted.ok) failed.push(...formatted.diagnostics);
    else if (formatted.changed) {
      if (options.check !== true) replaceFile(join(root, file), formatted.text);
      changed.push(file);
      reporter.say(`${reporter.colours.yellow('~')} ${oneLine(file)}`);
    }
  }
  for (const diagnostic of failed) reporter.warn(`${renderOne(diagnostic, sources, reporter)}\n`);
  const failedFiles = new Set(failed.map(({ range }) => range.file)).size;
  const parts = [
    `${plural(changed.length, 'file')} ${options.check === true ? 'would change' : 'formatted'}`,
    `${chosen.size - changed.length - failedFiles} unchanged`,
    ...(failedFiles > 0 ? [`${failedFiles} left as ${failedFiles === 1 ? 'it is' : 'they are'}`] : []),
  ];
  reporter.say(parts.join(', '));
  if (options.check === true && changed.length > 0) reporter.say('Format them with `signalwright fmt`.');
  const ok = failed.length === 0 && (options.check !== true || changed.length === 0);
  reporter.data({ ok, files: chosen.size, changed, diagnostics: failed });
  return ok ? EXIT.ok : EXIT.findings;
}

/**
 * Files of the content that `asked` names, by themselves or by a folder above them; all when nothing is asked.
 *
 * @throws CommandFailure 64 for a path without any: a misspelt name must not read as formatted
 */
function chooseFiles(
  files: readonly string[],
  asked: readonly string[],
  root: string,
  cwd: string,
): ReadonlySet<string> {
  if (asked.length === 0) return new Set(files);
  const chosen = asked.flatMap((path) => {
    const wanted = relative(root, resolve(cwd, path)).split(sep).join('/');
    const found = files.filter((file) => wanted === '' || file === wanted || file.startsWith(`${wanted}/`));
    if (found.length > 0) return found;
    throw usageFailure(
      `${path} is no content of ${root}.`,
      'Content stands in rules/, views/ and workflows/.',
    );
  });
  return new Set(chosen);
}
