/** Declares `org`: upkeep of the embedded org's folder, beside or without the org running, and who may do what in it. */

import type { Command } from 'commander';
import type { AddCommand } from '../command.ts';
import { requireOrgParts } from '../org-parts.ts';
import type { BackupOptions, FolderOptions, ForgetOptions } from './org-upkeep.ts';
import { addPeople } from './declare-people.ts';
import { DIR_OPTION } from './target-options.ts';

const load = async (): Promise<typeof import('./org-upkeep.ts')> => {
  await requireOrgParts('org');
  return import('./org-upkeep.ts');
};

export const addOrg: AddCommand = (program, run) => {
  const org = program
    .command('org')
    .description('Look after the embedded org: save it, bring it back, examine it; its users and their keys.')
    .addHelpText('after', '\nExample:\n  signalwright org backup org-monday.backup');
  const add = (name: string, summary: string): Command =>
    org
      .command(name)
      .description(summary)
      .option(...DIR_OPTION)
      .option(
        '--data <folder>',
        'where the org keeps its data (default: .signalwright beside signalwright.yaml)',
      );

  const backup = add('backup', 'Save the org to one file, while it runs, and read the file back.')
    .argument('<file>', 'to write')
    .option('--force', 'replace the file when it is there')
    .addHelpText('after', '\nExample:\n  signalwright org backup org-monday.backup --json');
  run<BackupOptions>(backup, async (options, context) => (await load()).backUp(options, context));

  const restore = add('restore', 'Bring an org back from a backup, after the backup has been checked.')
    .argument('<file>', 'that `org backup` wrote')
    .option('--force', 'replace the org that is there; its files are moved aside')
    .addHelpText(
      'after',
      '\nExample:\n  signalwright org restore org-monday.backup --data /srv/signalwright',
    );
  run<BackupOptions>(restore, async (options, context) => (await load()).restore(options, context));

  const forget = add(
    'forget',
    'Remove an address or the id of a user from all that the org has stored, up or stopped.',
  )
    .argument('<value>', 'exactly as events have it')
    .option('-y, --yes', 'do it; without, what would change is counted')
    .addHelpText('after', '\nExample:\n  signalwright org forget 203.0.113.7 --yes');
  run<ForgetOptions>(forget, async (options, context) => (await load()).forget(options, context));

  const doctor = add(
    'doctor',
    'Examine the org: databases, audit trail, people, outbox, clock, disk, permissions.',
  ).addHelpText('after', '\nExample:\n  signalwright org doctor --json');
  run<FolderOptions>(doctor, async (options, context) => (await load()).doctor(options, context));

  addPeople(org, run);
};
