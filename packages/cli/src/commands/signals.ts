import { ARCHIVE_REASONS, TRIAGE_STATES, UNASSIGNED, parseDuration } from '@signalwright/model';
import type { SignalAnswer, UserAnswer } from '@signalwright/wire';
import { answerOf } from '../api-answer.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandFailure, usageFailure } from '../failure.ts';
import { plural } from '../load-content.ts';
import { openProjectTarget, type TargetChoice } from '../open-project-target.ts';
import { renderSignal } from '../render-signal.ts';
import { renderSignalTable } from '../signal-table.ts';
import { oneLine } from '../text-width.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';
import type { Target } from '../target.ts';

export type SignalOptions = OutputOptions & TargetChoice;

export interface ListOptions extends SignalOptions {
  readonly query: string;
  readonly past: string;
  readonly limit: string;
}

/** Most that one list shows; a longer one is a question for `--query`. */
const MAX_LISTED = 1_000;

export async function listSignals(options: ListOptions, context: WorkContext): Promise<ExitCode> {
  const { world, reporter } = context;
  const pastMs = parseDuration(options.past);
  if (pastMs === undefined) throw usageFailure(`"${options.past}" is no time.`, 'Write it as 4h, 7d or 30d.');
  const limit = /^\d{1,4}$/.test(options.limit) ? Number(options.limit) : 0;
  if (limit < 1 || limit > MAX_LISTED) {
    throw usageFailure(`"${options.limit}" is no limit.`, `Use a number from 1 to ${MAX_LISTED}.`);
  }
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const nowMs = world.nowMs();
  const search = { query: options.query, fromMs: nowMs - pastMs, order: 'newest', limit } as const;
  const signals = answerOf(await target.client.signals.search(search), target);
  if (signals.length === 0) reporter.say(`No signal matches ${options.query} in the past ${options.past}.`);
  else {
    reporter.say(renderSignalTable(signals, { nowMs, color: reporter.isColoured, width: reporter.width }));
    const more = signals.length === limit ? `; there may be more, see --limit` : '';
    reporter.say(reporter.colours.dim(`\n${plural(signals.length, 'signal')}, newest first${more}`));
  }
  reporter.data({ ok: true, query: options.query, count: signals.length, signals });
  return EXIT.ok;
}

/** The page of the service needs no link of ours: one is signed in there. */
export async function openExplorer(options: SignalOptions, context: WorkContext): Promise<ExitCode> {
  const { reporter } = context;
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const { isEmbeddedTarget } = await import('@signalwright/sync');
  const { url, explorerUrl } = target.plan;
  const link = isEmbeddedTarget(target.plan)
    ? `${url}${answerOf(await target.client.own.makeLaunchPath(), target)}`
    : explorerUrl;
  reporter.say(link);
  reporter.data({ ok: true, url: link });
  return EXIT.ok;
}

export async function getSignal(options: SignalOptions, context: WorkContext): Promise<ExitCode> {
  const { world, reporter } = context;
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const signal = await readSignal(target, context.args[0] ?? '');
  const render = { nowMs: world.nowMs(), color: reporter.isColoured, width: reporter.width };
  reporter.say(renderSignal(signal, render));
  reporter.data({ ok: true, signal });
  return EXIT.ok;
}

export interface StateOptions extends SignalOptions {
  readonly reason?: string;
  readonly comment?: string;
}

/** The version that was read goes along: whoever changed the signal in between wins, and we say so. */
export async function setSignalState(options: StateOptions, context: WorkContext): Promise<ExitCode> {
  const [id = '', asked = ''] = context.args;
  const state = oneOf(TRIAGE_STATES, asked, 'state');
  const reason = options.reason === undefined ? undefined : oneOf(ARCHIVE_REASONS, options.reason, 'reason');
  if (state !== 'archived' && (reason !== undefined || options.comment !== undefined)) {
    throw usageFailure('--reason and --comment belong to the state archived.');
  }
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const before = await readSignal(target, id);
  const change = {
    state,
    ...(reason !== undefined && { archiveReason: reason }),
    ...(options.comment !== undefined && { archiveComment: options.comment }),
    ...(before.version !== undefined && { version: before.version }),
  };
  const after = answerOf(await target.client.signals.setState(id, change), target, noSignal(id));
  const isChanged = before.state !== after.state;
  const { colours } = context.reporter;
  context.reporter.say(
    `${oneLine(before.title)}  ${isChanged ? `${before.state} ${colours.dim('→')} ${colours.bold(after.state)}` : `is ${after.state} already`}`,
  );
  context.reporter.data({ ok: true, id, changed: isChanged, before: before.state, after: after.state });
  return EXIT.ok;
}

export async function assignSignal(options: SignalOptions, context: WorkContext): Promise<ExitCode> {
  const [id = '', wanted = ''] = context.args;
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const before = await readSignal(target, id);
  const uuid = await findUser(target, wanted);
  const change = { uuid, ...(before.version !== undefined && { version: before.version }) };
  const after = answerOf(await target.client.signals.setAssignee(id, change), target, noSignal(id));
  const { colours } = context.reporter;
  context.reporter.say(
    `${oneLine(before.title)}  ${nameOf(before.assignee)} ${colours.dim('→')} ${colours.bold(nameOf(after.assignee))}`,
  );
  context.reporter.data({ ok: true, id, before: before.assignee, after: after.assignee });
  return EXIT.ok;
}

function nameOf(assignee: SignalAnswer['assignee']): string {
  return assignee.id === UNASSIGNED.id ? 'unassigned' : oneLine(assignee.name);
}

async function readSignal(target: Target, id: string): Promise<SignalAnswer> {
  return answerOf(await target.client.signals.get(id), target, noSignal(id));
}

function noSignal(id: string): string {
  return `There is no signal "${oneLine(id)}".`;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A uuid is taken as it is; a handle or a name is looked up where the target has our list of users. */
async function findUser(target: Target, wanted: string): Promise<string> {
  if (wanted === 'none') return '';
  if (UUID.test(wanted)) return wanted;
  const url = target.plan.url;
  const users = answerOf(
    await target.client.own.listUsers(),
    target,
    `${url} has no list of users to look names up in: give the uuid of the user.`,
  );
  const isMeant = ({ handle, name }: UserAnswer): boolean =>
    [handle, name].some((each) => each.toLowerCase() === wanted.toLowerCase());
  const [found, ...others] = users.filter(isMeant);
  if (found !== undefined && others.length === 0) return found.uuid;
  const known = users.map(({ handle, name }) => oneLine(handle === '' ? name : handle)).join(', ');
  throw new CommandFailure(
    EXIT.findings,
    `${others.length > 0 ? 'Several users are' : 'No user is'} called "${oneLine(wanted)}".`,
    `There are: ${known || 'none'}. "none" assigns nobody.`,
  );
}

/** Dashes are read as the underscores that the API has. */
function oneOf<Value extends string>(values: readonly Value[], asked: string, noun: string): Value {
  const found = values.find((value) => value === asked.replaceAll('-', '_'));
  if (found !== undefined) return found;
  throw usageFailure(`"${oneLine(asked)}" is no ${noun}.`, `Use one of: ${values.join(', ')}.`);
}
