/** `up --demo` and `demo`: plays the story, shows what came of it, and stays or ends. */

import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { renderSignalTable } from '../signal-table.ts';
import type { Reporter } from '../reporter.ts';
import { playStory, type Story } from './play-story.ts';
import type { StageOptions } from './stage.ts';

/** What of a project is content; data and everything else stays where it is. */
const CONTENT = ['signalwright.yaml', 'rules', 'views', 'workflows'];
const SHOWN_SIGNALS = 25;
const TABLE_WIDTH = 110;

/** Plays the story and stays until it is asked to end. */
export async function showStory(options: StageOptions, { world, reporter }: WorkContext): Promise<ExitCode> {
  reporter.say('signalwright: content in git, an org on this machine, a shop under attack');
  reporter.say();
  const story = await playStory(options, world, reporter);
  try {
    // Listens before it says that it can be stopped.
    const stopped = world.untilStopped();
    showSignals(story, reporter, world.nowMs());
    reporter.say(
      `Signals Explorer  ${reporter.colours.underline(story.launchUrl)}  (opens once; another link: signalwright signals open)`,
    );
    if (story.appUrl !== undefined)
      reporter.say(`Sample shop       ${reporter.colours.underline(story.appUrl)}`);
    reporter.say('Stop with Ctrl-C; the next start finds everything again, --reset starts over.');
    const code = endOf(story, reporter);
    if (code !== EXIT.ok) return code;
    await stopped;
    return EXIT.ok;
  } finally {
    await story.close();
  }
}

/** The same in a temporary folder; ends by itself and leaves nothing behind. */
export async function showStoryOnce(
  { root, ...how }: Pick<StageOptions, 'root' | 'recorded'>,
  { world, reporter }: WorkContext,
): Promise<ExitCode> {
  const folder = mkdtempSync(join(tmpdir(), 'signalwright-demo-'));
  const startedMs = world.nowMs();
  try {
    for (const name of CONTENT) {
      if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name), { recursive: true });
    }
    reporter.say('signalwright demo: content in git, an org on this machine, a shop under attack');
    reporter.say();
    const story = await playStory({ ...how, root: folder, port: 0 }, world, reporter);
    try {
      showSignals(story, reporter, world.nowMs());
      const seconds = ((world.nowMs() - startedMs) / 1000).toFixed(1);
      reporter.say(`Played in ${seconds} s and cleaned up. To stay and look around: signalwright up --demo`);
      return endOf(story, reporter);
    } finally {
      await story.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function showSignals(story: Story, reporter: Reporter, nowMs: number): void {
  const shown = story.signals.slice(0, SHOWN_SIGNALS);
  reporter.say();
  for (const line of renderSignalTable(shown, { nowMs, color: reporter.isColoured, width: TABLE_WIDTH })
    .trimEnd()
    .split('\n')) {
    reporter.say(line);
  }
  if (story.signals.length > shown.length) reporter.say(`… and ${story.signals.length - shown.length} more`);
  reporter.say();
}

function endOf(story: Story, reporter: Reporter): ExitCode {
  for (const { step, reason } of story.empty) reporter.warn(`The step "${step}" came to nothing: ${reason}.`);
  reporter.data({ ok: story.empty.length === 0, steps: story.counts, empty: story.empty });
  return story.empty.length === 0 ? EXIT.ok : EXIT.findings;
}
