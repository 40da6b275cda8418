import { importPayloads, type ImportedObject, type ImportResult } from '@signalwright/content';
import { KINDS, addressOf, type Diagnostic, type Kind } from '@signalwright/model';
import type { WorkContext } from '../command.ts';
import { environmentOf } from '../environment.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usageFailure } from '../failure.ts';
import { readOrgObjects } from '../import-org.ts';
import { readTerraform } from '../import-terraform.ts';
import { readPayloads, type FoundSources, type PartialList } from '../import-sources.ts';
import { loadConfig, loadContent, plural, readManifest, renderOne } from '../load-content.ts';
import { findProject } from '../project.ts';
import type { OutputOptions, Reporter } from '../reporter.ts';
import { clipColumns, oneLine } from '../text-width.ts';
import { writeImported } from '../write-imported.ts';

export interface ImportOptions extends OutputOptions {
  readonly dir?: string;
  readonly from?: string;
  readonly kind?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

/** Beside the environments, where files are named. */
const TERRAFORM = 'terraform';

/** Brings payloads into the form of content and writes what differs; what it cannot bring in, it names. */
export async function importContent(options: ImportOptions, context: WorkContext): Promise<ExitCode> {
  const { world, reporter } = context;
  const kind = kindOf(options.kind);
  const root = findProject(world.cwd, options.dir);
  const config = loadConfig(root, reporter);
  if (config === undefined) return EXIT.findings;
  const found = await findSources(options, { root, config, kind }, context);
  const { sources: files, diagnostics } = await loadContent(root, world);
  for (const each of diagnostics.filter((one) => isUnread(one, files)))
    reporter.warnPainted(`${renderOne(each, files, reporter)}\n`);
  const reading = reporter.progress('importing');
  const checking = reporter.progress('checking what was imported, round');
  const imported = await importPayloads(files, found.sources, {
    manifest: readManifest(),
    nowMs: world.nowMs(),
    environment: found.environment,
    leaveUntuned: options.from !== undefined && context.args.length === 0 && options.all !== true,
    leaveDeprecated: options.from !== undefined,
    onProgress: (now) =>
      now.stage === 'reading' ? reading.update(now.done, now.total) : checking.update(now.round),
  });
  reading.end();
  checking.end();
  const planned = { ...imported, refused: [...found.refused, ...imported.refused] };
  const isDryRun = options.dryRun === true;
  const result = isDryRun ? planned : writeImported(root, planned);
  tell(result, isDryRun, reporter, options.from === TERRAFORM && context.args.length > 0);
  tellPartial(found.partial ?? [], reporter);
  for (const remark of found.remarks ?? [])
    reporter.warn(`${reporter.colours.yellow('!')} ${oneLine(remark)}`);
  const ok = result.refused.length === 0 && result.objects.length + result.untuned + result.deprecated > 0;
  reporter.data({
    ok,
    dryRun: isDryRun,
    counts: countStates(result),
    objects: result.objects.map(summaryOf),
    refused: result.refused,
    partial: found.partial ?? [],
    remarks: found.remarks ?? [],
  });
  return ok ? EXIT.ok : EXIT.findings;
}

/** What such a file holds is not known, so it may be imported a second time. */
function isUnread({ code, severity, range }: Diagnostic, files: ReadonlyMap<string, string>): boolean {
  return severity === 'error' && code !== 'file/no-content' && !files.has(range.file);
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
  if (from === TERRAFORM && context.args.length > 0) return readTerraform(context.args, kind, context.world);
  if (from === TERRAFORM && environmentOf(config, TERRAFORM) === undefined)
    throw usageFailure(
      'Import what of Terraform?',
      'Name states or folders, or - for stdin: signalwright import --from terraform state.json',
    );
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
  ImportedObject['status'],
  string
>;

function tell(result: ImportResult, isDryRun: boolean, reporter: Reporter, isTakenOver: boolean): void {
  const { colours } = reporter;
  const paint = { created: colours.green, updated: colours.yellow, unchanged: colours.dim };
  for (const { files, name, where } of result.objects) {
    for (const { file, status } of files) {
      if (status === 'unchanged') reporter.detail(`  ${file} is unchanged (${oneLine(where)})`);
      else
        reporter.say(`${paint[status](SYMBOLS[status])} ${file}  ${colours.dim(shownName(name))}`.trimEnd());
    }
  }
  for (const [message, files] of groupWarnings(result.objects)) {
    reporter.say(`${colours.yellow('!')} ${oneLine(message)}  ${colours.dim(shownFiles(files))}`);
  }
  for (const { where, name, reason } of result.refused) {
    const what = name === '' ? oneLine(where) : `${shownName(name)} (${oneLine(where)})`;
    reporter.warnPainted(`${colours.red('x')} ${what} was not imported: ${oneLine(reason)}`);
  }
  const { created, updated, unchanged, withWarnings, refused } = countStates(result);
  const would = isDryRun ? 'would be ' : '';
  const parts = [
    `${plural(created, 'object')} ${would}created`,
    `${updated} ${would}updated`,
    `${unchanged} unchanged`,
  ];
  if (withWarnings > 0) parts.push(`${withWarnings} with warnings`);
  if (refused > 0) parts.push(`${refused} not imported`);
  if (result.objects.length + refused + result.untuned + result.deprecated === 0)
    reporter.warn('There was nothing to import.');
  reporter.say(parts.join(', '));
  if (result.untuned > 0)
    reporter.say(
      `${plural(result.untuned, 'rule')} of Datadog that nobody tuned left out; --all brings them in`,
    );
  if (result.deprecated > 0)
    reporter.say(
      `${plural(result.deprecated, 'rule')} that Datadog has deprecated left out: it takes no changes any more`,
    );
  if (created + updated > 0 && !isDryRun)
    reporter.say(`Next: signalwright check${isTakenOver ? ', then signalwright plan --adopt' : ''}`);
}

/** Names are data: one may be as long as a file. */
const MAX_NAME_COLUMNS = 100;

function shownName(name: string): string {
  return clipColumns(oneLine(name.slice(0, 2 * MAX_NAME_COLUMNS)), MAX_NAME_COLUMNS);
}

/** Somebody who asks the API by hand gets ten of a thousand rules, and hardly sees it. */
function tellPartial(partial: readonly PartialList[], reporter: Reporter): void {
  for (const { where, holds, total } of partial) {
    reporter.warn(
      `${reporter.colours.yellow('!')} ${oneLine(where)} is a part of a list: ${holds} of ${total} are here. Ask for the other pages too, with page[size] and page[number].`,
    );
  }
}

/** The same finding in many files is one line. */
function groupWarnings(objects: readonly ImportedObject[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { code, message, range } of objects.flatMap(({ warnings }) => warnings)) {
    const line = `${message} (${code})`;
    groups.set(line, [...(groups.get(line) ?? []), range.file]);
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
  readonly untuned: number;
  readonly deprecated: number;
}

function countStates({ objects, refused, untuned, deprecated }: ImportResult): States {
  const count = (status: ImportedObject['status']): number =>
    objects.filter((each) => each.status === status).length;
  return {
    created: count('created'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    withWarnings: objects.filter(({ warnings }) => warnings.length > 0).length,
    refused: refused.length,
    untuned,
    deprecated,
  };
}

interface ObjectSummary {
  readonly address: string;
  readonly name: string;
  readonly status: ImportedObject['status'];
  readonly files: readonly { readonly file: string; readonly status: ImportedObject['status'] }[];
  readonly from: string;
  readonly warnings: readonly Diagnostic[];
}

function summaryOf({ kind, id, name, status, files, where, warnings }: ImportedObject): ObjectSummary {
  return {
    address: addressOf(kind, id),
    name,
    status,
    files: files.map((each) => ({ file: each.file, status: each.status })),
    from: where,
    warnings,
  };
}
