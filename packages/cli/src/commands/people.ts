/**
 * Who may do what in a running org, over its public API: permission, law and audit trail are those of every other
 * client, and no second way into its database exists. docs/decisions/0354.
 */

import { parseDuration } from '@signalwright/model';
import type { PersonAnswer, RoleAnswer, TokenAnswer } from '@signalwright/wire';
import { answerOf } from '../api-answer.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandFailure, usageFailure } from '../failure.ts';
import { plural } from '../load-content.ts';
import { openProjectTarget, type TargetChoice } from '../open-project-target.ts';
import { clipColumns, oneLine, padColumns } from '../text-width.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';
import type { Target } from '../target.ts';

export type PeopleOptions = OutputOptions & TargetChoice;

export interface AddUserOptions extends PeopleOptions {
  readonly name?: string;
  readonly role?: readonly string[];
}

export interface IssueOptions extends PeopleOptions {
  readonly name: string;
  readonly expires?: string;
  readonly scope?: readonly string[];
}

export async function listUsers(options: PeopleOptions, context: WorkContext): Promise<ExitCode> {
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const users = await readUsers(target);
  const roles = new Map((await readRoles(target)).map(({ id, name }) => [id, name]));
  const told = users.map(({ roleIds, ...user }) => ({
    ...user,
    roles: roleIds.map((id) => roles.get(id) ?? id),
  }));
  const rows = told.map(({ handle, name, status, roles: held, id }) => [
    handle,
    name,
    status,
    held.join(', '),
    id,
  ]);
  const { reporter } = context;
  reporter.say(table(['HANDLE', 'NAME', 'STATE', 'ROLES', 'ID'], rows));
  reporter.say(reporter.colours.dim(`\n${plural(users.length, 'user')}`));
  reporter.data({ ok: true, count: told.length, users: told });
  return EXIT.ok;
}

export async function addUser(options: AddUserOptions, context: WorkContext): Promise<ExitCode> {
  const [email = ''] = context.args;
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const roleIds = options.role === undefined ? [] : await roleIdsOf(target, options.role);
  const made = { email, roleIds, ...(options.name !== undefined && { name: options.name }) };
  const user = answerOf(await target.client.people.createUser(made), target);
  context.reporter.say(`Added ${oneLine(user.handle)} (${user.id}).`);
  context.reporter.say(`  signalwright org tokens issue ${oneLine(user.handle)} --name <name>  issues a key`);
  context.reporter.data({ ok: true, id: user.id, handle: user.handle });
  return EXIT.ok;
}

export function disableUser(options: PeopleOptions, context: WorkContext): Promise<ExitCode> {
  return setDisabled(options, context, true);
}

export function enableUser(options: PeopleOptions, context: WorkContext): Promise<ExitCode> {
  return setDisabled(options, context, false);
}

async function setDisabled(
  options: PeopleOptions,
  context: WorkContext,
  isDisabled: boolean,
): Promise<ExitCode> {
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const before = await findUser(target, context.args[0] ?? '');
  const after = answerOf(await target.client.people.setDisabled(before.id, isDisabled), target);
  const isChanged = before.status !== after.status;
  context.reporter.say(`${oneLine(after.handle)} is ${isChanged ? '' : 'already '}${after.status}.`);
  const { id, handle, status } = after;
  context.reporter.data({ ok: true, id, handle, status, changed: isChanged });
  return EXIT.ok;
}

export async function changeRole(options: PeopleOptions, context: WorkContext): Promise<ExitCode> {
  const [wanted = '', change = '', role = ''] = context.args;
  if (change !== 'give' && change !== 'take') {
    throw usageFailure(`"${oneLine(change)}" is no change of a role.`, 'Use one of: give, take.');
  }
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const user = await findUser(target, wanted);
  const [roleId = ''] = await roleIdsOf(target, [role]);
  const isHeld = change === 'give';
  const isChanged = user.roleIds.includes(roleId) !== isHeld;
  answerOf(await target.client.people.setRole(roleId, user.id, isHeld), target);
  context.reporter.say(`${oneLine(user.handle)} ${isHeld ? 'has' : 'has not'} the role ${oneLine(role)}.`);
  context.reporter.data({ ok: true, id: user.id, roleId, held: isHeld, changed: isChanged });
  return EXIT.ok;
}

export async function listTokens(options: PeopleOptions, context: WorkContext): Promise<ExitCode> {
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const tokens = answerOf(await target.client.people.listTokens(), target);
  const handles = new Map((await readUsers(target)).map(({ id, handle }) => [id, handle]));
  const nowMs = context.world.nowMs();
  const rows = tokens.map((token) => [
    token.name,
    handles.get(token.ownerId) ?? token.ownerId,
    `…${token.last4}`,
    endOf(token, nowMs),
    token.scopes === undefined ? 'all' : token.scopes.join(', '),
    token.id,
  ]);
  const { reporter } = context;
  reporter.say(table(['NAME', 'USER', 'KEY', 'ENDS', 'MAY DO', 'ID'], rows));
  reporter.say(reporter.colours.dim(`\n${plural(tokens.length, 'key')}`));
  reporter.data({ ok: true, count: tokens.length, tokens });
  return EXIT.ok;
}

export async function issueToken(options: IssueOptions, context: WorkContext): Promise<ExitCode> {
  const lifeMs = options.expires === undefined ? undefined : parseDuration(options.expires);
  if (options.expires !== undefined && lifeMs === undefined) {
    throw usageFailure(`"${oneLine(options.expires)}" is no time.`, 'Write it as 8h, 30d or 52w.');
  }
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const user = await findUser(target, context.args[0] ?? '');
  const expiresAt = lifeMs === undefined ? undefined : new Date(context.world.nowMs() + lifeMs).toISOString();
  const asked = {
    ownerId: user.id,
    name: options.name,
    ...(options.scope !== undefined && { scopes: options.scope }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
  const { secret, ...token } = answerOf(await target.client.people.issueToken(asked), target);
  // Alone on its line: a script reads it, and nothing else is said on the same stream.
  context.reporter.say(secret);
  context.world.err(
    `Shown this once. It acts for ${oneLine(user.handle)}${expiresAt === undefined ? '' : ` until ${expiresAt}`}: ` +
      'as a bearer token, or as DD-APPLICATION-KEY beside an API key.\n',
  );
  context.reporter.data({ ok: true, ...token, key: secret });
  return EXIT.ok;
}

export async function revokeToken(options: PeopleOptions, context: WorkContext): Promise<ExitCode> {
  const [id = ''] = context.args;
  const target = await openProjectTarget(options, context);
  if (target === undefined) return EXIT.findings;
  const missing = `There is no key "${oneLine(id)}".`;
  answerOf(await target.client.people.revokeToken(id), target, missing);
  context.reporter.say(`Revoked ${oneLine(id)}.`);
  context.reporter.data({ ok: true, id });
  return EXIT.ok;
}

async function readUsers(target: Target): Promise<readonly PersonAnswer[]> {
  return answerOf(await target.client.people.listUsers(), target);
}

async function readRoles(target: Target): Promise<readonly RoleAnswer[]> {
  return answerOf(await target.client.people.listRoles(), target);
}

/** A handle is one user's alone; a name may be several's. */
async function findUser(target: Target, wanted: string): Promise<PersonAnswer> {
  const users = await readUsers(target);
  const exact = users.find(({ handle, id }) => handle === wanted || id === wanted.toLowerCase());
  const [found, ...others] = users.filter(({ name }) => name !== '' && name === wanted);
  const user = exact ?? (others.length === 0 ? found : undefined);
  if (user !== undefined) return user;
  throw new CommandFailure(
    EXIT.findings,
    `${others.length > 0 ? 'Several users are' : 'No user is'} called "${oneLine(wanted)}".`,
    '`signalwright org users list` shows who is there.',
  );
}

async function roleIdsOf(target: Target, names: readonly string[]): Promise<readonly string[]> {
  const roles = await readRoles(target);
  return names.map((name) => {
    const role = roles.find((each) => each.name === name || each.id === name);
    if (role !== undefined) return role.id;
    const known = roles.map((each) => oneLine(each.name)).join(', ');
    throw new CommandFailure(EXIT.findings, `No role is called "${oneLine(name)}".`, `There are: ${known}.`);
  });
}

function endOf({ expiresAt }: TokenAnswer, nowMs: number): string {
  if (expiresAt === undefined) return 'never';
  return Date.parse(expiresAt) <= nowMs ? 'ended' : expiresAt.slice(0, 16).replace('T', ' ');
}

/** Widest that a column gets but for the last, which is an id that somebody copies. */
const MAX_CELL_COLUMNS = 40;

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows.map((row) => row.map(oneLine))];
  const last = header.length - 1;
  const shown = cells.map((row) =>
    row.map((cell, column) => (column === last ? cell : clipColumns(cell, MAX_CELL_COLUMNS))),
  );
  const widths = header.map((_, column) => Math.max(...shown.map((row) => (row[column] ?? '').length)));
  return shown
    .map((row) =>
      row
        .map((cell, column) => padColumns(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
