import { join, relative, resolve, sep } from 'node:path';
import { CONFIG_FILE, FORMAT_VERSION, formatOf, migrateSource } from '@signalwright/content';
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
  readonly migrate?: boolean;
}

interface Formatted {
  /** Text of each file that changes. */
  readonly changed: ReadonlyMap<string, string>;
  readonly failed: readonly Diagnostic[];
}

/** A file that is no YAML of ours is named and left as it is; what is wrong in meaning is for `check` to say. */
export async function fmt(options: FmtOptions, { world, reporter, args }: WorkContext): Promise<ExitCode> {
  const root = findProject(world.cwd, options.dir);
  const migrates = options.migrate === true;
  if (migrates && args.length > 0)
    throw usageFailure('One format version holds for the whole folder.', 'Leave the paths out.');
  const { sources, diagnostics } = await loadContent(root, world);
  const newer = diagnostics.filter(({ code }) => code === 'config/newer-format');
  const unread = diagnostics.filter(
    ({ range, severity }) => severity === 'error' && !sources.has(range.file),
  );
  const chosen = chooseFiles(
    [...sources.keys(), ...unread.map(({ range }) => range.file)],
    args,
    root,
    world.cwd,
  );
  const from = migrates ? formatOf(sources.get(CONFIG_FILE)) : FORMAT_VERSION;
  const formatted = newer.length > 0 ? NOTHING : formatAll(sources, chosen, from);
  const failed = [...newer, ...unread.filter(({ range }) => chosen.has(range.file)), ...formatted.failed];
  // What is left in an older format would be taken for one of the new version from then on.
  const changed = migrates && failed.length > 0 ? [] : [...formatted.changed.keys()];
  for (const file of changed) {
    if (options.check !== true) replaceFile(join(root, file), formatted.changed.get(file) ?? '');
    reporter.say(`${reporter.colours.yellow('~')} ${oneLine(file)}`);
  }
  for (const diagnostic of failed) reporter.warnPainted(`${renderOne(diagnostic, sources, reporter)}\n`);
  const failedFiles = new Set(failed.map(({ range }) => range.file)).size;
  const parts = [
    `${plural(changed.length, 'file')} ${options.check === true ? 'would change' : 'formatted'}`,
    `${chosen.size - changed.length - failedFiles} unchanged`,
    ...(failedFiles > 0 ? [`${failedFiles} left as ${failedFiles === 1 ? 'it is' : 'they are'}`] : []),
  ];
  reporter.say(parts.join(', '));
  if (migrates) reporter.say(versionLine(from, failed.length > 0, options.check === true));
  if (options.check === true && changed.length > 0)
    reporter.say(
      `${migrates ? 'Migrate' : 'Format'} them with \`signalwright fmt${migrates ? ' --migrate' : ''}\`.`,
    );
  const ok = failed.length === 0 && (options.check !== true || changed.length === 0);
  const formatVersion = migrates ? { formatVersion: { from, to: FORMAT_VERSION } } : {};
  reporter.data({ ok, files: chosen.size, changed, ...formatVersion, diagnostics: failed });
  return ok ? EXIT.ok : EXIT.findings;
}

const NOTHING: Formatted = { changed: new Map(), failed: [] };

function formatAll(
  sources: ReadonlyMap<string, string>,
  chosen: ReadonlySet<string>,
  from: number,
): Formatted {
  const changed = new Map<string, string>();
  const failed: Diagnostic[] = [];
  for (const [file, text] of sources) {
    if (!chosen.has(file)) continue;
    const formatted = migrateSource(file, text, from);
    if (!formatted.ok) failed.push(...formatted.diagnostics);
    else if (formatted.changed) changed.set(file, formatted.text);
  }
  return { changed, failed };
}

function versionLine(from: number, isRefused: boolean, isDry: boolean): string {
  if (isRefused) return 'Nothing was migrated: mend what is named above first.';
  if (from === FORMAT_VERSION) return `All content is in format ${FORMAT_VERSION} already.`;
  return `Format ${from} ${isDry ? 'would become' : 'became'} ${FORMAT_VERSION}.`;
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
