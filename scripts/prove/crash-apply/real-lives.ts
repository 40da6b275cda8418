/**
 * Lives of some content in real processes: created, changed, switched off, deleted. In each chapter an apply is killed
 * a few times with SIGKILL, or the org is, under it; then one further apply must do.
 * Source: reliability R2.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../../harness/seeded-random.ts';
import { NOTIFICATION, SUPPRESSION, WORKFLOW, ruleFile, ruleText } from '../gitops/stage.ts';
import { journalBytes, judgeApplied, readJournal, removeOurs, told } from './real-judge.ts';
import { openRealStage, type RealStage, type Repository } from './real-stage.ts';

export interface RealLives {
  readonly kills: number;
  readonly killsOfOrg: number;
  /** Kills that left an apply without its end on record. */
  readonly inTheMiddle: number;
  /** Kills that left a call of which nobody knew what became. */
  readonly openCalls: number;
  readonly lives: number;
  readonly failures: readonly string[];
}

interface Chapter {
  readonly name: string;
  readonly files: Readonly<Record<string, string | undefined>>;
  readonly daysBefore: number;
  /** Of ours, at its end. */
  readonly objects: number;
}

const RULES = 9;
const GONE = RULES - 1;
const GRACE_DAYS = 8;
const NUMBERS = Array.from({ length: RULES }, (_, n) => n);

const CHAPTERS: readonly Chapter[] = [
  {
    name: 'create',
    files: {
      ...Object.fromEntries(NUMBERS.map((n) => [ruleFile(n), ruleText(n)])),
      'rules/suppression/pentest.yaml': SUPPRESSION,
      'rules/notification/urgent.yaml': NOTIFICATION,
      'workflows/watch.yaml': WORKFLOW,
    },
    daysBefore: 0,
    objects: RULES + 3,
  },
  {
    name: 'update',
    files: {
      ...Object.fromEntries(NUMBERS.slice(0, 4).map((n) => [ruleFile(n), changed(ruleText(n))])),
      'rules/suppression/pentest.yaml': SUPPRESSION.replace('Agreed scope.', 'Extended.'),
    },
    daysBefore: 0,
    objects: RULES + 3,
  },
  {
    name: 'switch off',
    files: { [ruleFile(GONE)]: undefined, 'rules/notification/urgent.yaml': undefined },
    daysBefore: 0,
    objects: RULES + 3,
  },
  { name: 'delete', files: {}, daysBefore: GRACE_DAYS, objects: RULES + 1 },
];

function changed(text: string): string {
  return text.replace('severity: medium', 'severity: high');
}

const MAX_KILLS_A_CHAPTER = 3;
/** One kill in so many hits the org. */
const ORG_SHARE = 4;
/** One in so many comes at any moment, while the program loads, too; the others once the journal grows. */
const ANY_MOMENT_SHARE = 5;
const MAX_ANY_MOMENT_MS = 1_500;
/** How much an apply writes until it is hit; an object takes about 600. */
const MAX_GROWTH_BYTES = { create: 6_000, other: 1_500 };
const MAX_AFTER_GROWTH_MS = 20;
const LOOK_EVERY_MS = 2;
const STRANGER = 'Somebody else’s';

export async function liveForReal(
  kills: number,
  random: SeededRandom,
  log: (line: string) => void,
): Promise<RealLives> {
  const stage = await openRealStage();
  const counts: Counts = { kills: 0, killsOfOrg: 0, inTheMiddle: 0, openCalls: 0 };
  const failures: string[] = [];
  let lives = 0;
  try {
    const stranger = await addStranger(stage);
    while (counts.kills < kills) {
      lives += 1;
      const problems = await liveOnce(stage, `life-${lives}`, random, counts);
      if ((await readStranger(stage, stranger.id)) !== stranger.text)
        problems.push('an object of somebody else was touched');
      failures.push(...problems.map((problem) => `real life ${lives}: ${problem}`));
      log(
        `real life ${lives}: ${counts.kills} kills, ${counts.killsOfOrg} of the org, ${failures.length} failures`,
      );
    }
  } finally {
    await stage.close();
  }
  return { ...counts, lives, failures };
}

interface Counts {
  kills: number;
  killsOfOrg: number;
  inTheMiddle: number;
  openCalls: number;
}

async function liveOnce(
  stage: RealStage,
  stack: string,
  random: SeededRandom,
  counts: Counts,
): Promise<string[]> {
  const repository = stage.openRepository(stack);
  const problems: string[] = [];
  for (const chapter of CHAPTERS) {
    stage.aheadDays += chapter.daysBefore;
    if (Object.keys(chapter.files).length > 0) repository.commit(chapter.files);
    const growth = chapter.name === 'create' ? MAX_GROWTH_BYTES.create : MAX_GROWTH_BYTES.other;
    for (let kill = 1 + random.below(MAX_KILLS_A_CHAPTER); kill > 0; kill -= 1) {
      await applyAndKill(stage, repository, random, counts, growth);
    }
    const last = await repository.run(['apply', '--yes']);
    if (last.end !== 0) problems.push(`"${chapter.name}": one further apply ended ${told(last)}`);
    problems.push(
      ...(await judgeApplied(stage, repository, stack, chapter.objects)).map(
        (problem) => `"${chapter.name}": ${problem}`,
      ),
    );
  }
  await removeOurs(stage, stack);
  return problems;
}

/** An apply that ends before it is hit is none of the kills. */
async function applyAndKill(
  { org }: RealStage,
  repository: Repository,
  random: SeededRandom,
  counts: Counts,
  maxGrowth: number,
): Promise<void> {
  const isOrg = random.below(ORG_SHARE) === 0;
  const isAnyMoment = random.below(ANY_MOMENT_SHARE) === 0;
  const enough = journalBytes(repository) + 1 + random.below(maxGrowth);
  const afterMs = random.below(isAnyMoment ? MAX_ANY_MOMENT_MS : MAX_AFTER_GROWTH_MS);
  const apply = repository.start(['apply', '--yes']);
  let hasEnded = false;
  void apply.ended.then(() => (hasEnded = true));
  while (!isAnyMoment && !hasEnded && journalBytes(repository) < enough) await sleep(LOOK_EVERY_MS);
  await Promise.race([apply.ended, sleep(afterMs)]);
  if (hasEnded) return;
  if (isOrg) await org.kill();
  else apply.child.kill('SIGKILL');
  await apply.ended;
  if (isOrg) await org.start();
  counts.kills += 1;
  if (isOrg) counts.killsOfOrg += 1;
  const left = readJournal(repository);
  if (left.isCut) counts.inTheMiddle += 1;
  if (left.openCalls > 0) counts.openCalls += 1;
}

async function addStranger({ org }: RealStage): Promise<{ readonly id: string; readonly text: string }> {
  const made = await org
    .client()
    .objects('detection-rule')
    .create({
      name: STRANGER,
      type: 'application_security',
      isEnabled: true,
      tags: ['team:other'],
      message: 'Not ours.',
      queries: [{ query: '@appsec.security_activity:attack_attempt.*', aggregation: 'count', name: 'a' }],
      cases: [{ name: 'many', status: 'low', condition: 'a > 5', notifications: [] }],
      options: {
        evaluationWindow: 300,
        keepAlive: 3_600,
        maxSignalDuration: 86_400,
        detectionMethod: 'threshold',
      },
    });
  if (made.kind !== 'done') throw new Error(JSON.stringify(made));
  return { id: made.value.id, text: JSON.stringify(made.value.payload) };
}

async function readStranger({ org }: RealStage, id: string): Promise<string> {
  const read = await org.client().objects('detection-rule').get(id);
  return read.kind === 'done' ? JSON.stringify(read.value.payload) : 'gone';
}
