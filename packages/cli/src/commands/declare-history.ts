/** Declares `history`: what was applied, and the proof that nobody has changed the record since. */

import type { Command } from 'commander';
import type { AddCommand } from '../command.ts';
import type { HistoryOptions } from '../history-place.ts';
import type { BundleOptions, ExportOptions } from './history-bundle.ts';
import type { ListOptions } from './history.ts';
import type { VerifyOptions } from './history-verify.ts';
import { DIR_OPTION, ENV_OPTION } from './target-options.ts';

export const addHistory: AddCommand = (program, run) => {
  const history = program
    .command('history')
    .description('What was applied, when and by whom; shows whether the record is whole.')
    .addHelpText('after', '\nExample:\n  signalwright history verify --env prod');
  const add = (name: string, summary: string): Command =>
    history
      .command(name)
      .description(summary)
      .option(...DIR_OPTION)
      .option(...ENV_OPTION);

  const list = add('list', 'List the applies to an environment, the newest last.')
    .option('--limit <number>', 'the newest so many, up to 1000', '20')
    .addHelpText('after', '\nExample:\n  signalwright history list --env prod --limit 5');
  run<ListOptions>(list, async (options, context) =>
    (await import('./history.ts')).listHistory(options, context),
  );

  const verify = add(
    'verify',
    'Read the journal from end to end; names the first entry that cannot be trusted.',
  )
    .option(
      '--head <head...>',
      'a head that is kept elsewhere, as `apply` prints it: it must stand in the journal',
    )
    .option('--bundle <file>', 'verify what `history export` wrote instead, also where there is no journal')
    .option('--key <pem>', 'public key (ed25519) of who signed the bundle')
    .addHelpText(
      'after',
      '\nHeads in the notes of git (`history publish`) are held against the journal, too.\n\nExamples:\n  signalwright history verify --env prod\n  signalwright history verify --env prod --head 57:<64 digits>\n  signalwright history verify --bundle history.json --key public.pem',
    );
  run<VerifyOptions & Partial<BundleOptions>>(verify, async (options, context) => {
    const { bundle } = options;
    return bundle === undefined
      ? (await import('./history-verify.ts')).verifyHistory(options, context)
      : (await import('./history-bundle.ts')).verifyBundle({ ...options, bundle }, context);
  });

  const publish = add(
    'publish',
    'Write the head of the journal into a note of git, on the commit that was applied last.',
  ).addHelpText(
    'after',
    '\nExample:\n  signalwright history publish --env prod && git push origin refs/notes/signalwright',
  );
  run<HistoryOptions>(publish, async (options, context) =>
    (await import('./history-publish.ts')).publishHead(options, context),
  );

  const toFile = add('export', 'Write what the journal says into a signed bundle that verifies offline.')
    .requiredOption('-o, --out <file>', 'bundle to write (in-toto statement in a sigstore bundle)')
    .requiredOption('--key <pem>', 'private key, ed25519: openssl genpkey -algorithm ed25519 -out key.pem')
    .addHelpText(
      'after',
      '\nExample:\n  signalwright history export --env prod --out history.json --key key.pem',
    );
  run<ExportOptions>(toFile, async (options, context) =>
    (await import('./history-bundle.ts')).exportHistory(options, context),
  );
};
