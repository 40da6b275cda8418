/**
 * Disks that are full. In a simulation the disk refuses each write and each sync of the journal in turn, in every
 * chapter of a life; then the built command works where files may not grow beyond so many KiB, and, where one can be
 * mounted, on a small file system that is really full.
 * No call is made of which the intent is not durable, no file is left half written, what to do is said, and once there
 * is room the next run does all of it.
 * Source: threat T23 of docs/threats.md, reliability R8.
 */

import { describeRefusal, everyRefusal, liveOnFullDisk, rehearse } from '@signalwright/sync/rehearsal';
import type { Proof } from '../harness/proof.ts';
import { openRealStage } from './crash-apply/real-stage.ts';
import {
  adoptWithoutRoom,
  applyWithoutRoom,
  importWithoutRoom,
  planWithoutRoom,
} from './disk-full/commands.ts';
import { applyOnFullDisk } from './disk-full/small-disk.ts';

const HABITS = {
  short: [{ lagMs: 0 }],
  full: [{ lagMs: 0 }, { lagMs: 0, parallel: 1 }, { lagMs: 12_000, parallel: 4 }],
};
/** KiB that a file may have. */
const APPLY_KIB = { short: [0, 3], full: Array.from({ length: 16 }, (_, kib) => kib) };
const WRITE_KIB = { short: [1], full: [0, 1, 2, 3] };
/** Blocks that are left on the small disk. */
const FREE_BLOCKS = { short: [1], full: [0, 1, 2, 3, 4, 5, 6] };
const MAX_FAILURES_SHOWN = 10;

export const proof: Proof = {
  name: 'disk-full',
  claim:
    'On a full disk nothing is called that is not on record and nothing is left half written; room mends it.',
  run: async ({ short, log }) => {
    const form = short ? 'short' : 'full';
    const failures: string[] = [];
    let tried = 0;
    const note = (name: string, problems: readonly string[]): void => {
      tried += 1;
      failures.push(...problems.map((problem) => `${name}: ${problem}`));
    };
    for (const habits of HABITS[form]) {
      for (const start of await rehearse(habits)) {
        for (const refusal of everyRefusal(start.size)) {
          const name = `"${start.chapter.name}", ${JSON.stringify(habits)}, ${describeRefusal(refusal)}`;
          note(name, await liveOnFullDisk(start, refusal));
        }
      }
    }
    const simulated = tried;
    log(`${simulated} simulated lives, ${failures.length} failures`);
    const stage = await openRealStage();
    let mounted = 0;
    try {
      for (const kib of APPLY_KIB[form])
        note(`apply, files up to ${kib} KiB`, await applyWithoutRoom(stage, kib));
      for (const kib of WRITE_KIB[form]) {
        note(`plan --out, files up to ${kib} KiB`, await planWithoutRoom(stage, kib));
        note(`drift --adopt-all, files up to ${kib} KiB`, await adoptWithoutRoom(stage, kib));
        note(`import, files up to ${kib} KiB`, await importWithoutRoom(stage, kib));
      }
      log(`${tried - simulated} commands where files cannot grow, ${failures.length} failures`);
      for (const blocks of FREE_BLOCKS[form]) {
        const problems = await applyOnFullDisk(stage, blocks);
        if (problems === 'not mounted') continue;
        mounted += 1;
        note(`apply with ${blocks} blocks left`, problems);
      }
      if (mounted === 0) log('SKIPPED: no file system can be mounted here; only root can.');
    } finally {
      await stage.close();
    }
    const detail = {
      simulated,
      commands: tried - simulated - mounted,
      onSmallDisk: mounted,
      ...(failures.length > 0 && { failures: failures.slice(0, MAX_FAILURES_SHOWN) }),
    };
    return { tried, failed: failures.length, detail };
  },
};
