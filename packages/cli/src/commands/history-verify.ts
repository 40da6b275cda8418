import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { parseHead, spellHead, type JournalHead } from '@signalwright/store';
import {
  examineJournal,
  type BadEntry,
  type JournalExamination,
  type PublishedHead,
} from '@signalwright/sync';
import type { WorkContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usageFailure } from '../failure.ts';
import { findHistory, readPublishedHeads, type HistoryOptions, type HistoryPlace } from '../history-place.ts';
import { plural } from '../load-content.ts';
import type { OutputOptions, Reporter } from '../reporter.ts';
import { countEntries, orNoJournal, timeText } from './history.ts';

export interface VerifyOptions extends HistoryOptions, OutputOptions {
  readonly head?: readonly string[];
  /** Of a bundle only. */
  readonly key?: string;
}

/** Reads the journal of an environment from end to end; asks git for published heads, and no network. */
export async function verifyHistory(
  options: VerifyOptions,
  { world, reporter }: WorkContext,
): Promise<ExitCode> {
  if (options.key !== undefined) throw usageFailure('--key belongs to --bundle.');
  const named = (options.head ?? []).map(headOf);
  const place = findHistory(options, world, reporter);
  if (place === undefined) return EXIT.findings;
  const published = await readPublishedHeads(place, world);
  if (published.unread > 0) {
    reporter.warn(`${plural(published.unread, 'line')} of the notes of git cannot be read as a head.`);
  }
  const verdict = judge(place, named, published.heads);
  const { examined, bad, own, others } = verdict;
  const { environment, journalPath } = place;
  if (bad === undefined) sayGood(reporter, place, verdict);
  else {
    reporter.warn(
      `${environment}: entry ${bad.entry} of ${relative(world.cwd, journalPath)}, at byte ${bad.byte}, cannot be trusted: ${bad.reason}.`,
    );
    reporter.warn(
      examined === undefined
        ? 'Where applies run elsewhere, verify there: each machine has a journal of its own. If one was here, bring back a copy; docs/history.md says how.'
        : 'What stands before it holds. Keep the file as evidence and bring back a copy; docs/history.md says how.',
    );
  }
  reporter.data({
    ok: bad === undefined,
    environment,
    path: journalPath,
    ...(examined !== undefined && {
      entries: examined.entries,
      applies: examined.applies,
      head: examined.head,
      journal: examined.journal,
      tornBytes: examined.tornBytes,
    }),
    published: { named: named.length, notes: own.length, ofOtherJournals: others.length },
    ...(bad !== undefined && { bad }),
  });
  return bad === undefined ? EXIT.ok : EXIT.findings;
}

function headOf(text: string): JournalHead {
  const head = parseHead(text);
  if (head !== undefined) return head;
  throw usageFailure(
    `"${text.slice(0, 80)}" is not the head of a journal.`,
    'It is a number, a colon and 64 digits, as `apply` prints it.',
  );
}

export interface Verdict {
  /** Undefined when there is no journal although heads of one are published. */
  readonly examined?: JournalExamination;
  readonly bad?: BadEntry;
  /** Published heads of this journal, and of others of the same environment. */
  readonly own: readonly PublishedHead[];
  readonly others: readonly PublishedHead[];
}

/** Machines that apply to one environment have a journal each: a head is held against the journal that it is of. */
export function judge(
  { environment, journalPath }: HistoryPlace,
  named: readonly JournalHead[],
  published: readonly PublishedHead[],
): Verdict {
  if (!existsSync(journalPath) && named.length + published.length > 0) {
    const count = named.length + published.length;
    const reason = `it is missing, although ${plural(count, 'head')} ${count === 1 ? 'was' : 'were'} published`;
    return { bad: { entry: 0, byte: 0, reason }, own: [], others: published };
  }
  const ofJournal = (journal: string): readonly PublishedHead[] =>
    published.filter((head) => head.journal === journal);
  const headsOf = (journal: string): readonly JournalHead[] => [
    ...named,
    ...ofJournal(journal).map(({ head }) => head),
  ];
  const examined = orNoJournal(environment, () => examineJournal(journalPath, { headsOf }));
  const own = ofJournal(examined.journal);
  const others = published.filter(({ journal }) => journal !== examined.journal);
  const { bad } = examined;
  const foreign =
    own.length === 0 && others.length > 0
      ? {
          entry: 0,
          byte: 0,
          reason: `this is another journal than the ${plural(others.length, 'published head')} of this environment ${others.length === 1 ? 'is' : 'are'} of`,
        }
      : undefined;
  const found = bad ?? foreign;
  return { examined, ...(found !== undefined && { bad: found }), own, others };
}

function sayGood(
  reporter: Reporter,
  { environment }: HistoryPlace,
  { examined, own, others }: Verdict,
): void {
  if (examined === undefined) return;
  const { entries, applies, firstAtMs, lastAtMs, head, tornBytes } = examined;
  const span =
    firstAtMs === undefined || lastAtMs === undefined
      ? ''
      : `, ${timeText(firstAtMs)} to ${timeText(lastAtMs)}`;
  reporter.say(`${environment}: ${countEntries(entries, applies)} hold${span}.`);
  reporter.say(`Head ${spellHead(head)}`);
  if (tornBytes > 0) {
    reporter.say(
      `The last ${tornBytes} bytes are of an append that was interrupted: nothing was called for it.`,
    );
  }
  const last = own.reduce((seq, published) => Math.max(seq, published.head.seq), -1);
  if (own.length > 0) {
    reporter.say(
      `${plural(own.length, 'published head')} in the notes of git ${own.length === 1 ? 'stands' : 'stand'} in it, the last at entry ${last}.`,
    );
  } else {
    reporter.say('No head of it is published: a tail that was cut off would not show.');
  }
  if (others.length > 0) {
    reporter.warn(
      `${plural(others.length, 'published head')} of this environment ${others.length === 1 ? 'is' : 'are'} of other journals: applies from other machines, or journals that are lost.`,
    );
  }
}
