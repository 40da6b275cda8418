/** Declares `org users` and `org tokens`: who may do what in a running org. */

import type { Command } from 'commander';
import type { RunCommand } from '../command.ts';
import type { AddUserOptions, IssueOptions, PeopleOptions } from './people.ts';
import { DIR_OPTION, ENV_OPTION } from './target-options.ts';

const load = (): Promise<typeof import('./people.ts')> => import('./people.ts');

export function addPeople(org: Command, run: RunCommand): void {
  addUsers(org, run);
  addTokens(org, run);
}

function addUsers(org: Command, run: RunCommand): void {
  const users = org
    .command('users')
    .description('List users of the running org, add and disable them, give and take roles.')
    .addHelpText(
      'after',
      '\nExample:\n  signalwright org users add ada@example.com --role "Security Analyst"',
    );
  const add = (name: string, summary: string): Command =>
    users
      .command(name)
      .description(summary)
      .option(...DIR_OPTION)
      .option(...ENV_OPTION);

  const list = add('list', 'List users with their state and roles.').addHelpText(
    'after',
    '\nExample:\n  signalwright org users list',
  );
  run<PeopleOptions>(list, async (options, context) => (await load()).listUsers(options, context));

  const create = add('add', 'Add a user.')
    .argument('<email>', 'which is the handle too')
    .option('--name <name>', 'how people call the user')
    .option('--role <role...>', 'names of roles that the user gets')
    .addHelpText(
      'after',
      '\nExample:\n  signalwright org users add ada@example.com --name Ada --role "Security Analyst"',
    );
  run<AddUserOptions>(create, async (options, context) => (await load()).addUser(options, context));

  const disable = add('disable', 'Disable a user: all keys of the user stop at once.')
    .argument('<user>', 'handle, name or uuid')
    .addHelpText('after', '\nExample:\n  signalwright org users disable ada@example.com');
  run<PeopleOptions>(disable, async (options, context) => (await load()).disableUser(options, context));

  const enable = add('enable', 'Let a disabled user in again, with the keys of before.')
    .argument('<user>', 'handle, name or uuid')
    .addHelpText('after', '\nExample:\n  signalwright org users enable ada@example.com');
  run<PeopleOptions>(enable, async (options, context) => (await load()).enableUser(options, context));

  const role = add('role', 'Give a role to a user, or take it away.')
    .argument('<user>', 'handle, name or uuid')
    .argument('<change>', 'give or take')
    .argument('<role>', 'name of the role')
    .addHelpText(
      'after',
      '\nExample:\n  signalwright org users role ada@example.com give "Datadog Standard Role"',
    );
  run<PeopleOptions>(role, async (options, context) => (await load()).changeRole(options, context));
}

function addTokens(org: Command, run: RunCommand): void {
  const tokens = org
    .command('tokens')
    .description('Issue keys to users of the running org, list and revoke them.')
    .addHelpText(
      'after',
      '\nExample:\n  signalwright org tokens issue ada@example.com --name ci --expires 30d --scope security_monitoring_rules_read',
    );
  const add = (name: string, summary: string): Command =>
    tokens
      .command(name)
      .description(summary)
      .option(...DIR_OPTION)
      .option(...ENV_OPTION);

  const list = add('list', 'List keys: whose they are, what they may do, when they end.').addHelpText(
    'after',
    '\nExample:\n  signalwright org tokens list --json',
  );
  run<PeopleOptions>(list, async (options, context) => (await load()).listTokens(options, context));

  const issue = add('issue', 'Issue a key to a user and print it: it is shown this once.')
    .argument('<user>', 'handle, name or uuid')
    .requiredOption('--name <name>', 'what the key is for')
    .option('--expires <time>', 'when it ends, such as 8h or 30d (default: never)')
    .option('--scope <permission...>', 'the most that it may do, of what the user may (default: all of it)')
    .addHelpText(
      'after',
      '\nExample:\n  signalwright org tokens issue ada@example.com --name laptop --expires 30d',
    );
  run<IssueOptions>(issue, async (options, context) => (await load()).issueToken(options, context));

  const revoke = add('revoke', 'Revoke a key: it stops at once.')
    .argument('<id>', 'of the key, as the list prints it')
    .addHelpText(
      'after',
      '\nExample:\n  signalwright org tokens revoke 0b9f2c52-93d0-4d0f-8a51-0f2f7f7a9a11',
    );
  run<PeopleOptions>(revoke, async (options, context) => (await load()).revokeToken(options, context));
}
