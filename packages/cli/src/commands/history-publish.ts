import { spellHead } from '@signalwright/store';
import { examineJournal, parsePublishedHeads, printPublishedHead } from '@signalwright/sync';
import { readAppliedBy } from '../applied-by.ts';
import type { WorkContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { orGitFailure } from '../git-failure.ts';
import { findHistory, type HistoryOptions } from '../history-place.ts';
import type { OutputOptions } from '../reporter.ts';
import { orNoJournal } from './history.ts';

/** Writes the head into a note on the commit that was applied last. Pushing it is for who may push. */
export async function publishHead(
  options: HistoryOptions & OutputOptions,
  { world, reporter }: WorkContext,
): Promise<ExitCode> {
  const place = findHistory(options, world, reporter);
  if (place === undefined) return EXIT.findings;
  const { environment, stack, root, journalPath } = place;
  let commit: string | undefined;
  const { bad, head, journal } = orNoJournal(environment, () =>
    examineJournal(journalPath, { tell: (apply) => void (commit = apply.commit ?? commit) }),
  );
  if (bad !== undefined) {
    throw new CommandFailure(
      EXIT.findings,
      `${journalPath} is damaged at entry ${bad.entry}: nothing was published.`,
      `\`signalwright history verify --env ${environment}\` says what is wrong.`,
    );
  }
  if (commit === undefined) {
    throw new CommandFailure(
      EXIT.findings,
      `No apply to ${environment} was of a commit: there is nothing to put a note on.`,
      'Commit the content, then apply.',
    );
  }
  const { NOTES_REF, appendNote, readNote } = await import('@signalwright/review');
  const applied = commit;
  const isNew = await orGitFailure(async () => {
    const git = { cwd: root, env: world.env };
    const there = parsePublishedHeads(await readNote(applied, git)).heads;
    if (there.some((published) => published.journal === journal && published.head.hash === head.hash))
      return false;
    const { by } = await readAppliedBy(root, world);
    const line = printPublishedHead({ stack, environment, journal, head, atMs: world.nowMs() });
    await appendNote(applied, line, by ?? { name: 'signalwright' }, git);
    return true;
  });
  reporter.say(`${isNew ? 'Published' : 'Published already'}: head ${spellHead(head)}`);
  reporter.say(`on commit ${applied}, in ${NOTES_REF}. Others see it after: git push origin ${NOTES_REF}`);
  reporter.data({ ok: true, environment, head, journal, commit: applied, ref: NOTES_REF, isNew });
  return EXIT.ok;
}
