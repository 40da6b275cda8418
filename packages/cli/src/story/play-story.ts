/**
 * The story that a newcomer sees: content is checked and applied, an attack is detected, told, answered by a
 * workflow, and refused when it comes again. Everything is real but the outside world: a shop, a receiver of
 * webhooks, a list of known addresses.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@signalwright/store';
import type { SignalAnswer } from '@signalwright/wire';
import type { Reporter } from '../reporter.ts';
import { environmentFailure } from '../failure.ts';
import type { World } from '../world.ts';
import { emptySteps, type EmptyStep, type StoryCounts } from './counts.ts';
import { createNarrator } from './narrator.ts';
import { closeStage, followVisits, openStage, type StageOptions } from './stage.ts';
import { tellAttack, valueOf, type Told } from './tell-attack.ts';
import { applyContent, checkContent } from './tell-content.ts';

/** A story that was told and still stands: the org answers, the shop takes visits. */
export interface Story {
  readonly counts: StoryCounts;
  readonly empty: readonly EmptyStep[];
  /** False when the data held a story already: nothing was applied or attacked again. */
  readonly isFresh: boolean;
  readonly signals: readonly SignalAnswer[];
  readonly launchUrl: string;
  readonly appUrl: string | undefined;
  close(): Promise<void>;
}

/** Says in the data folder that the story was told, and what came of it. */
const STORY_FILE = 'story.json';
const MAX_TABLE_SIGNALS = 100;

export async function playStory(options: StageOptions, world: World, reporter: Reporter): Promise<Story> {
  const narrator = createNarrator(reporter);
  const content = await checkContent(options.root, world, reporter, narrator);
  const stage = await openStage(options, content.workspace, world);
  try {
    const dataFile = join(stage.project.dataDir, STORY_FILE);
    const applied = await applyContent(content.workspace, stage, world, reporter, narrator);
    const before = readToldStory(dataFile);
    const told = before ?? (await tellAttack(stage, world, reporter, narrator));
    if (before === undefined) writeFileAtomic(dataFile, `${JSON.stringify(told, null, 2)}\n`);
    else narrator.step('attack', 'was played before; its signals are still here (--reset starts over)');
    const signals = valueOf(await stage.client.signals.search({ order: 'newest', limit: MAX_TABLE_SIGNALS }));
    const counts: StoryCounts = { check: content.check, test: content.test, ...applied, ...told };
    followVisits(stage, world);
    return {
      counts,
      empty: emptySteps(counts),
      isFresh: before === undefined,
      signals,
      launchUrl: stage.project.server.newLaunchUrl(),
      appUrl: stage.source.appUrl,
      close: () => closeStage(stage),
    };
  } catch (error) {
    await closeStage(stage);
    throw error;
  }
}

/** A story that cannot be read was told all the same: to tell it again would double every signal of it. */
function readToldStory(path: string): Told | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  try {
    const told = JSON.parse(text) as Partial<Told> | null;
    if (STEPS.every((step) => typeof told?.[step] === 'object' && told[step] !== null)) return told as Told;
  } catch {
    // Said below, like a story that lacks a step.
  }
  throw environmentFailure(`${path} is damaged.`, 'Start over with `signalwright up --demo --reset`.');
}

const STEPS = ['attack', 'detect', 'notify', 'run', 'comeback'] as const satisfies readonly (keyof Told)[];
