/** Registers `up` and `demo`: the commands that load the org, the database and the WAF engine, and only then. */

import { dirname } from 'node:path';
import type { AddCommand } from '../command.ts';
import { requireOrgParts } from '../org-parts.ts';
import { findPackaged } from '../package-files.ts';
import { CONFIG_FILE, findProject } from '../project.ts';
import type { OutputOptions } from '../reporter.ts';
import type { UpOptions } from './up.ts';

export const addUp: AddCommand = (program, run) => {
  const command = program
    .command('up')
    .description('Serve the embedded org and its Signals Explorer on this machine, until Ctrl-C.')
    .option('-d, --dir <folder>', 'folder that holds signalwright.yaml (default: looked for upwards)')
    .option(
      '--data <folder>',
      'where the org keeps its data (default: .signalwright beside signalwright.yaml)',
    )
    .option('-p, --port <number>', 'port on 127.0.0.1, 0 for any free one (default: 8085)')
    .option('--demo', 'apply the content, play an attack against a sample shop, then stay')
    .option('--recorded', 'with --demo: replay recorded events instead of running the WAF engine')
    .option('--reset', 'start over: removes what the org has stored')
    .option(
      '-c, --connector <handle=url...>',
      "a webhook for a handle: '@webhook-soc=https://siem.example.com/in'",
    )
    .option(
      '--connectors <file>',
      'mail, Slack, Teams, PagerDuty, Jira and webhooks by handle (default: connectors.yaml in the data folder)',
    )
    .option(
      '--keep <what=time...>',
      'how long events, signals, audit and runs are kept: signals=90d, audit=forever (default: events=2d signals=455d audit=455d runs=90d)',
    )
    .option('--public-url <url>', 'where people open the pages, for links in what they are told')
    .option(
      '--default-rules <file>',
      'rules that Datadog or a partner owns, as GET …/security_monitoring/rules answers them, besides those that the content tunes',
    )
    .option(
      '--test-sessions',
      'let tests of API clients open orgs of their own here (see docs/test-sessions.md)',
    )
    .option(
      '--recordings <folder>',
      'with --test-sessions: recorded conversations, for the clock and what was there',
    )
    .option(
      '--rate-limit <requests/seconds>',
      "answer 429 beyond so many requests of a family: 300/60, or 'service' for limits like those of the service",
    )
    .addHelpText('after', '\nExample:\n  signalwright up --demo --reset');
  run<UpOptions>(command, async (options, context) => {
    await requireOrgParts('up');
    return (await import('./up.ts')).up(options, context);
  });
};

interface DemoOptions extends OutputOptions {
  readonly dir?: string;
  readonly recorded?: boolean;
}

export const addDemo: AddCommand = (program, run) => {
  const command = program
    .command('demo')
    .description(
      'Play the whole story once in a temporary folder: attack, detection, notification, response.',
    )
    .option(
      '-d, --dir <folder>',
      'content to play it with (default: the project here, else what ships with the command)',
    )
    .option('--recorded', 'replay recorded events instead of running the WAF engine')
    .addHelpText('after', '\nExample:\n  signalwright demo --json');
  run<DemoOptions>(command, async (options, context) => {
    await requireOrgParts('demo');
    const { showStoryOnce } = await import('../story/show-story.ts');
    const root = contentFor(context.world.cwd, options.dir);
    return showStoryOnce({ root, ...(options.recorded === true && { recorded: true }) }, context);
  });
};

/** The project at hand; outside of any, the content that ships with the command. */
function contentFor(cwd: string, dir: string | undefined): string {
  try {
    return findProject(cwd, dir);
  } catch (error) {
    const shipped = shippedContent();
    if (dir !== undefined || shipped === undefined) throw error;
    return shipped;
  }
}

function shippedContent(): string | undefined {
  const config = findPackaged(`content/${CONFIG_FILE}`, CONFIG_FILE);
  return config === undefined ? undefined : dirname(config);
}
