/** A small file system in memory, filled up but for a few blocks. Only root can mount one. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleFile, ruleText } from '../gitops/stage.ts';
import type { RealStage } from '../crash-apply/real-stage.ts';
import { judgeRefusedApply } from './commands.ts';

const SIZE = '2m';
const RULES = 10;

/** @param blocks that are free when the apply begins @returns what went wrong */
export async function applyOnFullDisk(
  stage: RealStage,
  blocks: number,
): Promise<readonly string[] | 'not mounted'> {
  const disk = mkdtempSync(join(tmpdir(), 'signalwright-small-disk-'));
  if (!mount(disk)) {
    rmSync(disk, { recursive: true });
    return 'not mounted';
  }
  try {
    const stack = `small-${blocks}`;
    const repository = stage.openRepository(stack, join(disk, 'repository'));
    repository.commit(
      Object.fromEntries(Array.from({ length: RULES }, (_, n) => [ruleFile(n), ruleText(n)])),
    );
    const filler = join(disk, 'filler');
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(filler, Buffer.alloc((bavail - blocks) * bsize));
    const refused = await repository.run(['apply', '--yes']);
    rmSync(filler);
    return await judgeRefusedApply(stage, repository, stack, refused);
  } finally {
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  }
}

function mount(disk: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
