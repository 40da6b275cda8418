import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { spellHead } from '@signalwright/store';
import {
  MAX_BUNDLE_BYTES,
  examineJournal,
  makeStatement,
  openBundle,
  signBundle,
  type HistoryStatement,
  type LoggedApply,
} from '@signalwright/sync';
import type { WorkContext } from '../command.ts';
import { digestBeginning } from '../digest-beginning.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandFailure, environmentFailure, usageFailure } from '../failure.ts';
import { findHistory, type HistoryOptions, type HistoryPlace } from '../history-place.ts';
import { plural } from '../load-content.ts';
import { findProject } from '../project.ts';
import { readLimited } from '../read-limited.ts';
import { replaceFile } from '../replace-file.ts';
import type { OutputOptions, Reporter } from '../reporter.ts';
import { oneLine } from '../text-width.ts';
import { countEntries, orNoJournal, timeText } from './history.ts';

/** A bundle holds each of them. Chosen: an apply an hour for eleven years. */
const MAX_APPLIES = 100_000;
const MAX_KEY_BYTES = 16 * 1024;

export interface ExportOptions extends HistoryOptions, OutputOptions {
  readonly out: string;
  readonly key: string;
}

/** Signs what the journal says. A journal that does not hold is not signed. */
export async function exportHistory(
  options: ExportOptions,
  { world, reporter }: WorkContext,
): Promise<ExitCode> {
  const key = readKey(resolve(world.cwd, options.key), createPrivateKey, 'private');
  const place = findHistory(options, world, reporter);
  if (place === undefined) return EXIT.findings;
  const { stack, environment, journalPath } = place;
  const applies: LoggedApply[] = [];
  const examined = orNoJournal(environment, () =>
    examineJournal(journalPath, {
      tell: (apply) => {
        if (applies.length >= MAX_APPLIES) throw tooMuch(`more than ${MAX_APPLIES} applies`);
        applies.push(apply);
      },
    }),
  );
  const { bad, journal: id, bytes, entries, head } = examined;
  if (bad !== undefined) {
    throw new CommandFailure(
      EXIT.findings,
      `${journalPath} is damaged at entry ${bad.entry}: nothing was signed.`,
      `\`signalwright history verify --env ${environment}\` says what is wrong.`,
    );
  }
  const statement = makeStatement({
    stack,
    environment,
    journal: { id, bytes, entries, head },
    journalSha256: digestBeginning(journalPath, bytes) ?? '',
    applies,
    exportedAtMs: world.nowMs(),
  });
  const signed = signBundle(statement, key);
  if (!signed.ok) throw tooMuch(signed.reason);
  replaceFile(resolve(world.cwd, options.out), signed.text);
  reporter.say(`${options.out}: ${countEntries(entries, applies.length)}, signed with key ${signed.hint}.`);
  reporter.say(`Head ${spellHead(head)}`);
  reporter.data({
    ok: true,
    environment,
    path: options.out,
    entries,
    applies: applies.length,
    head,
    keyHint: signed.hint,
  });
  return EXIT.ok;
}

function tooMuch(what: string): CommandFailure {
  return environmentFailure(`The history cannot be exported: ${what}.`.replace('..', '.'));
}

export interface BundleOptions extends HistoryOptions, OutputOptions {
  readonly bundle: string;
  readonly key?: string;
}

/** Without a network, and without a project: where the journal is at hand, the bundle is held against it, too. */
export async function verifyBundle(
  options: BundleOptions,
  { world, reporter }: WorkContext,
): Promise<ExitCode> {
  if (options.key === undefined) {
    throw usageFailure('--bundle needs --key.', 'Name the public key of who signed it: --key public.pem');
  }
  const key = readKey(resolve(world.cwd, options.key), createPublicKey, 'public');
  const opened = openBundle(readLimited(resolve(world.cwd, options.bundle), MAX_BUNDLE_BYTES), key);
  if (!opened.ok) {
    reporter.warn(`${options.bundle} cannot be trusted. ${opened.reason}`);
    reporter.data({ ok: false, path: options.bundle, reason: opened.reason });
    return EXIT.findings;
  }
  const { statement, hint } = opened;
  const place = placeAtHand(statement, options, { world, reporter });
  const journal = place === undefined ? 'absent' : compare(statement, place);
  sayBundle(statement, hint, reporter);
  if (journal === 'absent') reporter.say('The journal is not at hand: the bundle alone was checked.');
  const path = place?.journalPath ?? '';
  if (journal === 'same') reporter.say(`It is what ${path} says.`);
  if (journal === 'other') {
    reporter.warn(`${path} does not begin with what was signed: it was changed, or is another journal.`);
  }
  const { environment, applies, commits, exportedAtMs } = statement.predicate;
  reporter.data({
    ok: journal !== 'other',
    path: options.bundle,
    environment,
    applies: applies.length,
    commits,
    head: statement.predicate.journal.head,
    exportedAtMs,
    keyHint: hint,
    journal,
  });
  return journal === 'other' ? EXIT.findings : EXIT.ok;
}

function sayBundle({ predicate }: HistoryStatement, hint: string, reporter: Reporter): void {
  const { stack, environment, journal, applies, commits, exportedAtMs } = predicate;
  reporter.say(
    `${oneLine(stack)}, ${oneLine(environment)}: ${countEntries(journal.entries, applies.length)}, ${plural(commits.length, 'commit')}, as of ${timeText(exportedAtMs)}.`,
  );
  reporter.say(`Signed with key ${hint}.`);
  reporter.say(`Head ${journal.head.seq}:${oneLine(journal.head.hash)}`);
}

/** Undefined where there is no such journal: an auditor has the bundle alone. */
function placeAtHand(
  { predicate: { stack, environment } }: HistoryStatement,
  { dir }: HistoryOptions,
  { world, reporter }: Pick<WorkContext, 'world' | 'reporter'>,
): HistoryPlace | undefined {
  try {
    findProject(world.cwd, dir);
    const place = findHistory({ ...(dir !== undefined && { dir }), env: environment }, world, reporter);
    return place?.stack === stack && existsSync(place.journalPath) ? place : undefined;
  } catch (error) {
    if (error instanceof CommandFailure && dir === undefined) return undefined;
    throw error;
  }
}

/** The journal goes on after an export: its beginning is compared. */
function compare({ subject, predicate }: HistoryStatement, { journalPath }: HistoryPlace): 'same' | 'other' {
  const digest = digestBeginning(journalPath, predicate.journal.bytes);
  return digest !== undefined && digest === subject[0]?.digest.sha256 ? 'same' : 'other';
}

/** @throws CommandFailure which never says what stands in the file */
function readKey(path: string, parse: (pem: string) => KeyObject, sort: 'private' | 'public'): KeyObject {
  const pem = readLimited(path, MAX_KEY_BYTES);
  const isPrivate = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(pem);
  let key: KeyObject | undefined;
  try {
    if (isPrivate === (sort === 'private')) key = parse(pem);
  } catch {
    // Said below, without the file's own words.
  }
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw usageFailure(
    `${path} is no ${sort} key of the kind ed25519 in PEM, without a passphrase.`,
    sort === 'private'
      ? 'Make one: openssl genpkey -algorithm ed25519 -out key.pem'
      : 'Take it out of the private one: openssl pkey -in key.pem -pubout -out public.pem',
  );
}
