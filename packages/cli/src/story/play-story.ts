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
import { STORY_FILE } from '../target.ts';
import { environmentFailure } from '../failure.ts';
import type { World } from '../world.ts';
import { emptySteps, type EmptyStep, type StoryCounts } from './counts.ts';
import { STORY_MS } from './attack.ts';
import { createNarrator, type Narrator } from './narrator.ts';
import { closeStage, followVisits, openStage, type Stage, type StageOptions } from './stage.ts';
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

const MAX_TABLE_SIGNALS = 100;

export async function playStory(options: StageOptions, world: World, reporter: Reporter): Promise<Story> {
  const narrator = createNarrator(reporter);
  const content = await checkContent(options.root, world, reporter, narrator);
  const stage = await openStage(options, content.workspace, world);
  try {
    const dataFile = join(stage.project.dataDir, STORY_FILE);
    const applied = await applyContent(content.workspace, stage, world, reporter, narrator);
    const before = readStory(dataFile, world.nowMs());
    const told =
      before.kind === 'told'
        ? before.told
        : await tellFrom(before, dataFile, stage, world, reporter, narrator);
    if (before.kind === 'told')
      narrator.step('attack', 'was played before; its signals are still here (--reset starts over)');
    const signals = valueOf(await stage.client.signals.search({ order: 'newest', limit: MAX_TABLE_SIGNALS }));
    const counts: StoryCounts = { check: content.check, test: content.test, ...applied, ...told };
    followVisits(stage, world);
    return {
      counts,
      empty: emptySteps(counts),
      isFresh: before.kind !== 'told',
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

/** What the data folder says of the story. Events of a story that began at one moment have the same ids each time. */
type Before =
  | { readonly kind: 'untold' }
  /** Cut off in the middle: told again from the same beginning, the org knows what it had heard. */
  | { readonly kind: 'begun'; readonly startMs: number }
  | { readonly kind: 'told'; readonly told: Told };

/** The beginning is on the disk before the first event is, the outcome after the last. */
async function tellFrom(
  before: Exclude<Before, { kind: 'told' }>,
  dataFile: string,
  stage: Stage,
  world: World,
  reporter: Reporter,
  narrator: Narrator,
): Promise<Told> {
  const startMs = before.kind === 'begun' ? before.startMs : world.nowMs() - STORY_MS;
  if (before.kind === 'begun') narrator.step('attack', 'was cut off the last time, and is carried on');
  else writeFileAtomic(dataFile, `${JSON.stringify({ startMs })}\n`);
  const told = await tellAttack(stage, startMs, world, reporter, narrator);
  writeFileAtomic(dataFile, `${JSON.stringify({ startMs, ...told }, null, 2)}\n`);
  return told;
}

/**
 * Chosen: a story that was cut off is carried on for as long as the org still counts what is that late; after it, what
 * is left of the attack would raise other signals than the whole.
 */
const CARRY_ON_MS = 10 * 60_000;

/** A story that cannot be read was told all the same: to tell it again would double every signal of it. */
function readStory(path: string, nowMs: number): Before {
  if (!existsSync(path)) return { kind: 'untold' };
  const story = parseObject(readFileSync(path, 'utf8'));
  const { startMs, ...told } = story ?? {};
  if (STEPS.every((step) => typeof told[step] === 'object' && told[step] !== null)) {
    return { kind: 'told', told: told as unknown as Told };
  }
  if (typeof startMs !== 'number' || Object.keys(told).length > 0) {
    throw environmentFailure(`${path} is damaged.`, 'Start over with `signalwright up --demo --reset`.');
  }
  const lateMs = nowMs - STORY_MS - startMs;
  if (lateMs >= 0 && lateMs <= CARRY_ON_MS) return { kind: 'begun', startMs };
  throw environmentFailure(
    'The story was cut off too long ago to be carried on.',
    'Start over with `signalwright up --demo --reset`; `signalwright up` shows what there is.',
  );
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

const STEPS = ['attack', 'detect', 'notify', 'run', 'comeback'] as const satisfies readonly (keyof Told)[];
