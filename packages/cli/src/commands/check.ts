import { openCheckCache, type CacheChoice, type CheckCacheFile } from '../check-cache-file.ts';
import { asCheckFormat, renderFindings, summaryLine, type CheckFormat } from '../check-report.ts';
import { countSeverities, plural } from '../load-content.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usageFailure } from '../failure.ts';
import { findFindings, type Scope, type ScopedFindings } from '../find-findings.ts';
import type { Fixed } from '../fix-findings.ts';
import { findProject } from '../project.ts';
import { oneLine } from '../text-width.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';
import { writeOutput } from '../write-output.ts';

export interface CheckOptions extends OutputOptions, CacheChoice {
  readonly dir?: string;
  readonly format: string;
  readonly output?: string;
  readonly maxWarnings?: string;
  readonly watch?: boolean;
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  /** True without a revision. */
  readonly changed?: string | true;
  readonly staged?: boolean;
}

export async function check(options: CheckOptions, context: WorkContext): Promise<ExitCode> {
  const asked = askedBy(options, context.world.cwd);
  const { root, scope } = asked;
  const kept = openCheckCache(root, options, context.world, context.reporter);
  let findings = await findFindings(root, scope, context.world, kept);
  if (kept !== undefined) {
    const { filesLookedAt } = kept.cache.counts;
    const rest = findings.sources.size - filesLookedAt;
    context.reporter.detail(
      `${plural(filesLookedAt, 'file')} looked at; of ${rest} an earlier check knows what it says.`,
    );
  }
  let fixed: Fixed | undefined;
  if (options.fix === true) {
    const { fixFindings } = await import('../fix-findings.ts');
    const say = asked.isForPeople ? context.reporter.say : context.reporter.detail;
    fixed = fixFindings(root, findings, options.dryRun === true, kept, context, say);
    if (options.dryRun !== true) findings = await findFindings(root, scope, context.world, kept);
  }
  const exitCode = report(findings, fixed, asked, context);
  return options.watch === true ? watch(asked, kept, context) : exitCode;
}

interface Asked {
  readonly format: CheckFormat;
  readonly maxWarnings: number;
  readonly root: string;
  readonly scope: Scope;
  /** Beside a document on stdout, a line for people would make it unreadable for programs. */
  readonly isForPeople: boolean;
  readonly options: CheckOptions;
}

/** @throws CommandFailure 64 for what cannot be asked together */
function askedBy(options: CheckOptions, cwd: string): Asked {
  const { watch: isWatched, staged, fix, dryRun, changed } = options;
  const format = asCheckFormat(options.json === true ? 'json' : options.format);
  if (isWatched === true && format !== 'text' && format !== 'json') {
    throw usageFailure(`--watch prints no ${format}.`, 'Use it with text or json.');
  }
  if (staged === true && (fix === true || isWatched === true)) {
    throw usageFailure(
      `--staged cannot stand with ${fix === true ? '--fix' : '--watch'}.`,
      'What is staged is only read; work in the folder and stage it again.',
    );
  }
  if (fix === true && isWatched === true) {
    throw usageFailure(
      '--fix cannot stand with --watch.',
      'A file that you are editing would change under you.',
    );
  }
  if (dryRun === true && fix !== true)
    throw usageFailure('--dry-run says what --fix would do.', 'Add --fix.');
  return {
    format,
    maxWarnings: asMaxWarnings(options.maxWarnings),
    root: findProject(cwd, options.dir),
    scope: { changedSince: changed === true ? 'HEAD' : changed, isStaged: staged === true },
    isForPeople: options.output !== undefined || format === 'text' || format === 'github',
    options,
  };
}

function asMaxWarnings(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw usageFailure(`"${text}" is no number of warnings.`, 'Write a whole number: --max-warnings 0');
}

function report(
  findings: ScopedFindings,
  fixed: Fixed | undefined,
  { format, maxWarnings, root, isForPeople, options }: Asked,
  { world, reporter }: WorkContext,
): ExitCode {
  const { errors, warnings } = countSeverities(findings.diagnostics);
  const ok = errors === 0 && warnings <= maxWarnings;
  const how = { root, nowMs: world.nowMs(), reporter, isQuiet: options.quiet === true, ok };
  const text = renderFindings(
    format,
    { ...findings, ...(fixed !== undefined && { fixed: fixed.fixed }) },
    how,
  );
  if (options.output !== undefined || text !== '') writeOutput(text, options.output, world);
  if (isForPeople) reporter.say(summaryLine(findings, findings.changed?.size));
  if (errors === 0 && !ok) {
    reporter.warn(`${plural(warnings, 'warning')}: more than --max-warnings ${maxWarnings} allows.`);
  }
  return ok ? EXIT.ok : EXIT.findings;
}

/** Until Ctrl-C, which is its ordinary end. */
async function watch(
  asked: Asked,
  kept: CheckCacheFile | undefined,
  context: WorkContext,
): Promise<ExitCode> {
  const { root, scope } = asked;
  const { world, reporter } = context;
  const { watchContent } = await import('../watch-content.ts');
  const onReady = (): void => reporter.warn('Watching the content; Ctrl-C ends it.');
  await watchContent(root, world, onReady, async (files) => {
    const time = new Date(world.nowMs()).toISOString().slice(11, 19);
    const shown = files.slice(0, MAX_SHOWN_FILES).map(oneLine).join(', ');
    const more = files.length > MAX_SHOWN_FILES ? ` and ${files.length - MAX_SHOWN_FILES} more` : '';
    reporter.warn(`${time} changed: ${shown}${more}`);
    report(await findFindings(root, scope, world, kept), undefined, asked, context);
  });
  return EXIT.ok;
}

const MAX_SHOWN_FILES = 5;
