import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  backUpOrg,
  examineOrg,
  forgettableProblem,
  forgetValue,
  restoreOrg,
  type BackupSummary,
} from '@signalwright/org';
import { StoreError } from '@signalwright/store';
import type { ForgottenAnswer } from '@signalwright/wire';
import { answerOf } from '../api-answer.ts';
import type { WorkContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { environmentFailure, usageFailure } from '../failure.ts';
import { plural } from '../load-content.ts';
import { findProject } from '../project.ts';
import type { OutputOptions, Reporter } from '../reporter.ts';
import { DATA_FOLDER, openOwnOrg } from '../target.ts';
import type { World } from '../world.ts';

export interface FolderOptions extends OutputOptions {
  readonly dir?: string;
  readonly data?: string;
}

export interface BackupOptions extends FolderOptions {
  readonly force?: boolean;
}

export interface ForgetOptions extends FolderOptions {
  readonly yes?: boolean;
}

export async function backUp(
  options: BackupOptions,
  { world, reporter, args }: WorkContext,
): Promise<ExitCode> {
  const path = resolve(world.cwd, args[0] ?? '');
  if (existsSync(path) && options.force !== true) {
    throw usageFailure(`${args[0]} is there already.`, 'Name another file, or say --force to replace it.');
  }
  const summary = backUpOrg(dataDirOf(options, world.cwd), path, world.nowMs());
  reporter.say(`Saved to ${path}, and read back:`);
  say(reporter, summary);
  reporter.data({ ok: true, path, ...summary });
  return EXIT.ok;
}

export async function restore(
  options: BackupOptions,
  { world, reporter, args }: WorkContext,
): Promise<ExitCode> {
  const path = resolve(world.cwd, args[0] ?? '');
  const dataDir = dataDirOf(options, world.cwd);
  const result = restoreOrg(path, dataDir, { mayReplace: options.force === true, nowMs: world.nowMs() });
  if (!result.ok) {
    throw usageFailure(
      `An org has its data in ${dataDir} already (${result.present.join(', ')}).`,
      'Say --force to replace it; its files are moved aside, not removed.',
    );
  }
  const { summary, keptIn } = result;
  reporter.say(`Restored to ${dataDir}, from a backup of ${new Date(summary.createdAtMs).toISOString()}:`);
  say(reporter, summary);
  if (keptIn !== undefined) reporter.say(`What stood there before is in ${keptIn}`);
  reporter.data({ ok: true, dataDir, ...summary, ...(keptIn !== undefined && { keptIn }) });
  return EXIT.ok;
}

export async function doctor(options: FolderOptions, { world, reporter }: WorkContext): Promise<ExitCode> {
  const dataDir = dataDirOf(options, world.cwd);
  if (!existsSync(dataDir)) {
    throw environmentFailure(`There is no org in ${dataDir}.`, '`signalwright up` makes one.');
  }
  const findings = examineOrg(dataDir, world.nowMs());
  const { green, yellow, red } = reporter.colours;
  const marks = { ok: green('ok     '), warning: yellow('warning'), failed: red('failed ') };
  for (const { check, verdict, message } of findings) {
    reporter.say(`${marks[verdict]} ${check.padEnd(11)} ${message}`);
  }
  const isWell = findings.every(({ verdict }) => verdict !== 'failed');
  reporter.data({ ok: isWell, dataDir, findings });
  return isWell ? EXIT.ok : EXIT.findings;
}

export async function forget(
  options: ForgetOptions,
  { world, reporter, args }: WorkContext,
): Promise<ExitCode> {
  const value = args[0] ?? '';
  const dataDir = dataDirOf(options, world.cwd);
  const problem = forgettableProblem(value);
  if (problem !== undefined) throw usageFailure(problem);
  if (!existsSync(join(dataDir, 'org.db'))) throw environmentFailure(`There is no org in ${dataDir}.`);
  const isMeant = options.yes === true;
  const { rows, standIn, auditHeads, underWay } = await forgetIn(dataDir, { value, isMeant }, world);
  const found = Object.entries(rows);
  if (found.length === 0) reporter.say('Nothing in the org names it.');
  for (const [table, count] of found) reporter.say(`${String(count).padStart(7)} ${table}`);
  if (standIn !== undefined) reporter.say(`${standIn} stands for it now. Backups made before still hold it.`);
  if (auditHeads !== undefined) {
    reporter.say(`The audit trail was rewritten: head ${auditHeads.before} became ${auditHeads.after}.`);
  }
  if (!isMeant && found.length > 0) reporter.say('Nothing was changed; --yes does it.');
  if (rows['org.db/content'] !== undefined)
    reporter.warn('Content names it, and is changed in its files alone.');
  if (isMeant && underWay !== undefined) {
    reporter.warn(
      `${plural(underWay, 'run')} or historical jobs go on and may write it again: repeat this after them.`,
    );
  }
  reporter.data({
    ok: true,
    dataDir,
    rows,
    ...(standIn && { standIn }),
    ...(auditHeads && { auditHeads }),
    ...(underWay && { underWay }),
  });
  return EXIT.ok;
}

/** The folder of a stopped org itself; an org that is up is asked, with the keys of its owner. */
async function forgetIn(
  dataDir: string,
  request: { readonly value: string; readonly isMeant: boolean },
  world: World,
): Promise<ForgottenAnswer> {
  const { nowMs } = world;
  const random = (bytes: number): Uint8Array => randomBytes(bytes);
  try {
    return forgetValue(dataDir, request.value, { nowMs, random, isMeant: request.isMeant });
  } catch (error) {
    if (!(error instanceof StoreError) || error.kind !== 'busy') throw error;
  }
  const org = await openOwnOrg(dataDir, world);
  return answerOf(await org.client.own.forget(request), org);
}

function dataDirOf({ dir, data }: FolderOptions, cwd: string): string {
  return data === undefined ? join(findProject(cwd, dir), DATA_FOLDER) : resolve(cwd, data);
}

function say(reporter: Reporter, { files, counts }: BackupSummary): void {
  const { signals, content, events, auditEntries, auditHead } = counts;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  reporter.say(`  ${signals} signals, ${content} objects of content, ${events} events, ${bytes} bytes`);
  reporter.say(`  audit trail of ${auditEntries} entries, which holds; head ${auditHead}`);
}
