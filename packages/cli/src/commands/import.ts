import { importPayloads, type ImportedFile, type ImportResult } from '@signalwright/content';
import { KINDS, addressOf, type Diagnostic, type Kind } from '@signalwright/model';
import type { WorkContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usageFailure } from '../failure.ts';
import { readOrgObjects } from '../import-org.ts';
import { readPayloads, type FoundSources } from '../import-sources.ts';
import { loadConfig, loadContent, plural, readManifest } from '../load-content.ts';
import { findProject } from '../project.ts';
import type { OutputOptions, Reporter } from '../reporter.ts';
import { oneLine } from '../text-width.ts';
import { writeImported } from '../write-imported.ts';

export interface ImportOptions extends OutputOptions {
  readonly dir?: string;
  readonly from?: string;
  readonly kind?: string;
  readonly dryRun?: boolean;
}

/** Brings payloads into the form of content and writes what differs; what it cannot bring in, it names. */
export async function importContent(options: ImportOptions, context: WorkContext): Promise<ExitCode> {
  const { world, reporter } = context;
  const kind = kindOf(options.kind);
  const root = findProject(world.cwd, options.dir);
  const config = loadConfig(root, reporter);
  if (config === undefined) return EXIT.findings;
  const found = await findSources(options, { root, config, kind }, context);
  const { sources: files } = await loadContent(root, world);
  const progress = reporter.progress('importing');
  const imported = await importPayloads(files, found.sources, {
    manifest: readManifest(),
    nowMs: world.nowMs(),
    onProgress: (done, total) => progress.update(done, total),
  });
  progress.end();
  const planned = { files: imported.files, refused: [...found.refused, ...imported.refused] };
  const isDryRun = options.dryRun === true;
  const result = isDryRun ? planned : writeImported(root, planned);
  tell(result, isDryRun, reporter);
  const ok = result.refused.length === 0 && result.files.length > 0;
  reporter.data({
    ok,
    dryRun: isDryRun,
    ...countStates(result),
    files: result.files.map(summaryOf),
    refused: result.refused,
  });
  return ok ? EXIT.ok : EXIT.findings;
}

function kindOf(text: string | undefined): Kind | undefined {
  const kind = KINDS.find((each) => each === text);
  if (text === undefined || kind !== undefined) return kind;
  throw usageFailure(`"${text}" is no kind.`, `Kinds: ${KINDS.join(', ')}.`);
}

function findSources(
  options: ImportOptions,
  project: { root: string; config: NonNullable<ReturnType<typeof loadConfig>>; kind: Kind | undefined },
  context: WorkContext,
): Promise<FoundSources> {
  const { root, config, kind } = project;
  const { from } = options;
  if ((from === undefined) === (context.args.length === 0)) {
    throw usageFailure(
      from === undefined ? 'Import what?' : 'Import from files or from an org, not from both.',
      'Name files or folders of API answers, - for stdin, or an org: --from <environment>.',
    );
  }
  return from === undefined
    ? readPayloads(context.args, kind, context.world)
    : readOrgObjects({ root, config, from, ...(kind !== undefined && { kind }) }, context);
}

const SYMBOLS = { created: '+', updated: '~', unchanged: ' ' } as const satisfies Record<
  ImportedFile['status'],
  string
>;

function tell(result: ImportResult, isDryRun: boolean, reporter: Reporter): void {
  const { colours } = reporter;
  for (const { file, status, name, where } of result.files) {
    const symbol = SYMBOLS[status];
    const line = `${status === 'created' ? colours.green(symbol) : colours.yellow(symbol)} ${file}  ${colours.dim(oneLine(name))}`;
    if (status !== 'unchanged') reporter.say(line.trimEnd());
    else reporter.detail(`  ${file} is unchanged (${oneLine(where)})`);
  }
  for (const [message, files] of groupWarnings(result.files)) {
    reporter.say(`${colours.yellow('!')} ${oneLine(message)}  ${colours.dim(shownFiles(files))}`);
  }
  for (const { where, name, reason } of result.refused) {
    const what = name === '' ? oneLine(where) : `${oneLine(name)} (${oneLine(where)})`;
    reporter.warn(`${colours.red('x')} ${what} was not imported: ${oneLine(reason)}`);
  }
  const { created, updated, unchanged, withWarnings, refused } = countStates(result);
  const would = isDryRun ? 'would be ' : '';
  const parts = [
    `${plural(created, 'file')} ${would}created`,
    `${updated} ${would}updated`,
    `${unchanged} unchanged`,
  ];
  if (withWarnings > 0) parts.push(`${withWarnings} with warnings`);
  if (refused > 0) parts.push(`${refused} not imported`);
  if (result.files.length + refused === 0) reporter.warn('There was nothing to import.');
  reporter.say(parts.join(', '));
  if (created + updated > 0 && !isDryRun) reporter.say('Next: signalwright check');
}

/** The same finding in many files is one line. */
function groupWarnings(files: readonly ImportedFile[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { file, warnings } of files) {
    for (const { code, message } of warnings) {
      const line = `${message} (${code})`;
      groups.set(line, [...(groups.get(line) ?? []), file]);
    }
  }
  return groups;
}

function shownFiles(files: readonly string[]): string {
  const [first = '', ...more] = files;
  return more.length === 0 ? first : `${first} and ${plural(more.length, 'more file')}`;
}

interface States {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly withWarnings: number;
  readonly refused: number;
}

function countStates({ files, refused }: ImportResult): States {
  const count = (status: ImportedFile['status']): number =>
    files.filter((each) => each.status === status).length;
  return {
    created: count('created'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    withWarnings: files.filter(({ warnings }) => warnings.length > 0).length,
    refused: refused.length,
  };
}

interface FileSummary {
  readonly address: string;
  readonly file: string;
  readonly status: ImportedFile['status'];
  readonly name: string;
  readonly from: string;
  readonly warnings: readonly Diagnostic[];
}

function summaryOf({ kind, id, file, status, name, where, warnings }: ImportedFile): FileSummary {
  return { address: addressOf(kind, id), file, status, name, from: where, warnings };
}
