import { StoreError } from '@signalwright/store';
import { examineJournal, type LoggedApply } from '@signalwright/sync';
import type { WorkContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { environmentFailure, usageFailure } from '../failure.ts';
import { findHistory, type HistoryOptions } from '../history-place.ts';
import { plural } from '../load-content.ts';
import type { Colours, OutputOptions } from '../reporter.ts';
import { oneLine } from '../text-width.ts';

/** More lines than a person reads; a pipeline reads the journal itself. */
const MAX_LISTED = 1000;
const SHORT = 12;

export interface ListOptions extends HistoryOptions, OutputOptions {
  readonly limit: string;
}

export async function listHistory(options: ListOptions, { world, reporter }: WorkContext): Promise<ExitCode> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LISTED) {
    throw usageFailure(`--limit takes a whole number from 1 to ${MAX_LISTED}.`);
  }
  const place = findHistory(options, world, reporter);
  if (place === undefined) return EXIT.findings;
  const listed: LoggedApply[] = [];
  const examined = orNoJournal(place.environment, () =>
    examineJournal(place.journalPath, {
      tell: (apply) => {
        listed.push(apply);
        if (listed.length > limit) listed.shift();
      },
    }),
  );
  const { environment } = place;
  const { applies, bad } = examined;
  if (applies > listed.length) reporter.say(`${applies - listed.length} earlier ones; --limit shows more.`);
  for (const apply of listed) for (const line of linesOf(apply, reporter.colours)) reporter.say(line);
  if (applies === 0) reporter.say(`No apply to ${environment} is on record.`);
  reporter.data({
    ok: bad === undefined,
    environment,
    applies: listed.map(({ changes, ...apply }) => ({ ...apply, changes: changes.length })),
    earlier: applies - listed.length,
    ...(bad !== undefined && { bad }),
  });
  if (bad === undefined) return EXIT.ok;
  reporter.warn(
    `The journal is damaged from entry ${bad.entry} on: \`signalwright history verify --env ${environment}\`.`,
  );
  return EXIT.findings;
}

/** What was never made is no damage. */
export function orNoJournal<T>(environment: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'store/missing') throw error;
    throw environmentFailure(
      `There is no journal of ${environment} here: ${error.path}.`,
      'An apply makes it. Where applies run elsewhere, look there.',
    );
  }
}

function linesOf(apply: LoggedApply, { bold, yellow, red }: Colours): readonly string[] {
  const { atMs, planDigest, commit, by, run, end, done, failed, consent } = apply;
  const results = [
    `${done} done`,
    ...(failed > 0 ? [red(`${failed} failed`)] : []),
    ...(end === 'cut-off' ? [yellow('cut off')] : []),
  ];
  const who =
    by === undefined
      ? 'nobody named'
      : [by.name, ...(by.mail === undefined ? [] : [`<${by.mail}>`])].join(' ');
  const what = commit === undefined ? 'no commit' : `commit ${oneLine(commit).slice(0, SHORT)}`;
  const consents = [
    ...(consent?.plan === undefined ? [] : ['plan approved in a file']),
    ...(consent?.destroy === undefined ? [] : ['removals agreed to']),
    ...(consent?.acceptedHistory === true ? ['rewritten history accepted'] : []),
  ];
  const place = run === undefined ? [] : [oneLine(run)];
  return [
    `${bold(timeText(atMs))}  ${what}  plan ${oneLine(planDigest).slice(0, SHORT)}  ${results.join(', ')}`,
    `  by ${[oneLine(who), ...consents, ...place].join('; ')}`,
  ];
}

/** Of a clock that somebody may have set wrong. @param ms Unix time in milliseconds */
export function timeText(ms: number): string {
  return Math.abs(ms) > MAX_DATE_MS ? 'no time' : new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Later than this is no date of ECMAScript. */
const MAX_DATE_MS = 8.64e15;

export function countEntries(entries: number, applies: number): string {
  return `${plural(entries, 'entry', 'entries')} of ${plural(applies, 'apply', 'applies')}`;
}
