/**
 * Damages the journal that real applies wrote, in every way a crash, a disk or a hand can, and lets the command go on
 * with it: nothing may be created that is there, nothing written that content does not ask for, and who reads the
 * answer must learn where the damage is and what to do. (What the store reads of a cut journal is `journal-cut`.)
 * Source: reliability T24 and T25.
 */

import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Proof } from '../harness/proof.ts';
import { seededRandom, type SeededRandom } from '../harness/seeded-random.ts';
import { openStage, ruleFile, ruleText, type Stage } from './gitops/stage.ts';

/** Trials of each sort. */
const SHORT_TRIALS = 3;
const FULL_TRIALS = 250;
const MAX_FAILURES_SHOWN = 10;
const PROGRESS_EVERY = 50;
const EDITED = 5;

export const proof: Proof = {
  name: 'journal-damage',
  claim: 'No damage of a journal leads to a wrong write, and each says where it is and what to do.',
  run: async ({ short, seed, log }) => {
    const random = seededRandom(seed);
    const stage = await openStage();
    const failures: string[] = [];
    try {
      const scene = await setScene(stage);
      const trials = listTrials(scene.original, short ? SHORT_TRIALS : FULL_TRIALS, random);
      for (const [index, trial] of trials.entries()) {
        const problem = await tryOne(scene, trial, index);
        if (problem !== undefined) failures.push(`${trial.name}: ${problem}`);
        if ((index + 1) % PROGRESS_EVERY === 0)
          log(`${index + 1} of ${trials.length} trials, ${failures.length} failed`);
      }
      const lines = scene.original.toString('utf8').split('\n').length - 1;
      const detail = {
        journalBytes: scene.original.length,
        entries: lines - 1,
        refused: trials.filter(({ expect }) => expect === 'refused').length,
        goneOnWith: trials.filter(({ expect }) => expect === 'goes on').length,
        ...(failures.length > 0 && { failures: failures.slice(0, MAX_FAILURES_SHOWN) }),
      };
      return { tried: trials.length, failed: failures.length, detail };
    } finally {
      await stage.close();
    }
  },
};

interface Scene {
  readonly stage: Stage;
  readonly journal: string;
  readonly original: Buffer;
  /** The one write that an edit of the rule asks for. */
  readonly editWrite: string;
}

interface Trial {
  readonly name: string;
  /** Undefined: the file is not there. */
  readonly bytes: Buffer | undefined;
  /** Of plan and apply. `history verify` refuses all of them: the head was published. */
  readonly expect: 'refused' | 'goes on';
}

/** A create of everything, an update, a switch-off, each in the journal, and its head in the notes of git. */
async function setScene(stage: Stage): Promise<Scene> {
  edit(stage, 50);
  const before = stage.writes.length;
  await mustRun(stage, ['apply', '--yes']);
  const [editWrite = ''] = stage.writes.slice(before);
  rmSync(join(stage.root, ruleFile(13)));
  stage.commit();
  await mustRun(stage, ['apply', '--yes']);
  await mustRun(stage, ['plan', '--exit-code']);
  await mustRun(stage, ['history', 'publish']);
  await mustRun(stage, ['history', 'verify']);
  const journal = join(stage.root, '.signalwright', 'sync', 'local.ndjson');
  return { stage, journal, original: readFileSync(journal), editWrite };
}

function edit(stage: Stage, threshold: number): void {
  stage.write(ruleFile(EDITED), ruleText(EDITED).replace(/failures > \d+/, `failures > ${threshold}`));
  stage.commit();
}

async function mustRun(stage: Stage, args: readonly string[]): Promise<void> {
  const { code, text } = await stage.run(args);
  if (code !== 0) throw new Error(`${args.join(' ')} exits ${code}: ${text}`);
}

function listTrials(original: Buffer, count: number, random: SeededRandom): readonly Trial[] {
  const lines = splitLines(original);
  const some = (make: () => Trial): Trial[] => Array.from({ length: count }, make);
  const end = original.length - 1;
  const refused = (name: string, bytes: Buffer): Trial => ({ name, bytes, expect: 'refused' });
  const goesOn = (name: string, bytes: Buffer | undefined): Trial => ({ name, bytes, expect: 'goes on' });
  const without = (at: number): Buffer => Buffer.concat(lines.toSpliced(at, 1));
  return [
    ...some(() => {
      const at = random.below(end);
      return goesOn(`cut at ${at}`, original.subarray(0, at));
    }),
    ...some(() => {
      const line = 1 + random.below(lines.length - 1);
      return goesOn(`cut before entry ${line}`, Buffer.concat(lines.slice(0, line)));
    }),
    ...some(() => {
      const at = random.below(original.length);
      const flipped = Buffer.from(original);
      flipped[at] = (flipped[at] ?? 0) ^ (1 + random.below(255));
      return refused(`flip at ${at}`, flipped);
    }),
    ...some(() => {
      const at = 1 + random.below(lines.length - 2);
      const moved = lines.toSpliced(at, 1).toSpliced(at + 1, 0, lines[at] ?? Buffer.of());
      const sorts: readonly (readonly [string, Buffer])[] = [
        ['moved', Buffer.concat(moved)],
        ['taken out', without(at)],
        ['doubled', Buffer.concat(lines.toSpliced(at, 0, lines[at] ?? Buffer.of()))],
      ];
      const [sort, bytes] = sorts[random.below(sorts.length)] ?? ['', original];
      return refused(`entry ${at} ${sort}`, bytes);
    }),
    goesOn('deleted', undefined),
    goesOn('empty', Buffer.alloc(0)),
    goesOn('header only', Buffer.concat(lines.slice(0, 1))),
    goesOn('zeros after a power cut', Buffer.alloc(100)),
    refused(
      'zeros in the middle',
      Buffer.concat([...lines.slice(0, 3), Buffer.alloc(64), ...lines.slice(3)]),
    ),
    refused('without its header', without(0)),
    refused('line ends of Windows', Buffer.from(original.toString('utf8').replaceAll('\n', '\r\n'))),
    refused('another text', Buffer.from('kind: detection-rule\n')),
    refused('of a newer version', newerVersion(lines)),
  ];
}

function splitLines(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf(0x0a, from) + 1;
    lines.push(bytes.subarray(from, to));
    from = to;
  }
  return lines;
}

/** With a hash that fits: nothing but the version is in the way. */
function newerVersion(lines: readonly Buffer[]): Buffer {
  const { atMs, prevHash, seq } = JSON.parse(lines[0]?.toString('utf8') ?? '') as Record<string, unknown>;
  const body = '{"format":"signalwright-journal","version":99}';
  const content = `{"atMs":${String(atMs)},"body":${body},"prevHash":"${String(prevHash)}","seq":${String(seq)}}`;
  const hash = createHash('sha256').update(content).digest('hex');
  const header = content.replace('"prevHash"', `"hash":"${hash}","prevHash"`);
  return Buffer.concat([Buffer.from(`${header}\n`), ...lines.slice(1)]);
}

/** Every second trial has an edit that waits to be applied. @returns what went wrong */
async function tryOne(scene: Scene, trial: Trial, index: number): Promise<string | undefined> {
  const { stage, journal } = scene;
  const isPending = index % 2 === 1;
  if (isPending) edit(stage, 100 + index);
  const census = (await stage.census()).join('\n');
  const before = stage.writes.length;
  if (trial.bytes === undefined) rmSync(journal, { force: true });
  else writeFileSync(journal, trial.bytes);
  const verified = await stage.run(['history', 'verify']);
  const planned = await stage.run(['plan']);
  const applied = await stage.run(['apply', '--yes']);
  const written = stage.writes.slice(before);
  // What was applied without the original journal is on record again before the next trial.
  writeFileSync(journal, scene.original);
  if (isPending) await stage.run(['apply', '--yes']);
  writeFileSync(journal, scene.original);

  const isNewer = trial.name === 'of a newer version';
  if (verified.code !== (isNewer ? 74 : 1)) return `history verify exits ${verified.code}: ${verified.text}`;
  if (!isNewer && !/cannot be trusted: /.test(verified.text)) return `history verify says ${verified.text}`;
  if ((await stage.census()).join('\n') !== census) return 'objects came, went or were switched';
  const expected = trial.expect === 'goes on' && isPending ? [scene.editWrite] : [];
  if (written.join() !== expected.join()) return `written: ${written.join(', ') || 'nothing'}`;
  return trial.expect === 'refused' ? judgeRefusals(planned, applied, isNewer) : judgePlan(planned, applied);
}

type Ran = Awaited<ReturnType<Stage['run']>>;

function judgeRefusals(planned: Ran, applied: Ran, isNewer: boolean): string | undefined {
  const says = isNewer ? /newer version/ : /record \d+ at byte \d+ cannot be trusted[\s\S]*history verify/;
  for (const { code, text } of [planned, applied]) {
    if (code !== 74 || !says.test(text)) return `exits ${code}: ${text}`;
  }
  return undefined;
}

function judgePlan(planned: Ran, applied: Ran): string | undefined {
  if (planned.code !== 0 || !planned.text.includes('0 to create'))
    return `plan exits ${planned.code}: ${planned.text}`;
  return applied.code === 0 ? undefined : `apply exits ${applied.code}: ${applied.text}`;
}
