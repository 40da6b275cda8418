/**
 * Lets accidents happen to a repository that prunes, runs `apply` at once and a week later, and looks whether anything
 * was switched off or deleted: nothing may be. Then the same with what is meant: deleted files that are committed,
 * few and many, which must go. Source: reliability T16.
 */

import { join } from 'node:path';
import type { Proof } from '../harness/proof.ts';
import { ACCIDENTS, type Accident } from './prune-accidents/accidents.ts';
import { openStage, ruleFile, type Ran, type Stage } from './gitops/stage.ts';

/** More than the time of grace. */
const LATER_DAYS = 8;
/** Below what needs a word of consent, and above it: then some of every kind. */
const FEW = [ruleFile(2), ruleFile(3)];
const MANY = [
  ...FEW,
  'rules/suppression/pentest.yaml',
  'rules/notification/urgent.yaml',
  'rules/notification/leaks.yaml',
  'workflows/watch.yaml',
];
/** Applied, refused, wrong usage, environment: an accident that ends in a mistake of ours tells nothing. */
const ENDS: ReadonlySet<number> = new Set([0, 1, 64, 74]);
const MAX_FAILURES_SHOWN = 10;

export const proof: Proof = {
  name: 'prune-accidents',
  claim: 'What is gone by accident is neither deleted nor switched off; what was deleted on purpose is.',
  run: async ({ log }) => {
    const failures: string[] = [];
    for (const accident of ACCIDENTS) {
      const stage = await openStage();
      try {
        failures.push(
          ...(await tryAccident(stage, accident)).map((problem) => `${accident.name}: ${problem}`),
        );
      } finally {
        await stage.close();
      }
      log(`${accident.name}`);
    }
    for (const files of [FEW, MANY]) failures.push(...(await tryPurpose(files)));
    return {
      tried: ACCIDENTS.length + 2,
      failed: failures.length,
      detail: {
        accidents: ACCIDENTS.length,
        onPurpose: 2,
        ...(failures.length > 0 && { failures: failures.slice(0, MAX_FAILURES_SHOWN) }),
      },
    };
  },
};

async function tryAccident(stage: Stage, accident: Accident): Promise<readonly string[]> {
  await accident.happen(stage);
  const before = await stage.census();
  const already = stage.removals.length;
  const folder = join(stage.root, accident.folder ?? '.');
  const ran: Ran[] = [];
  for (const days of [0, LATER_DAYS]) {
    stage.passDays(days);
    ran.push(await stage.run(['apply', '--yes', ...(accident.args ?? [])], folder));
  }
  const after = new Set(await stage.census());
  const lost = before.filter((line) => !after.has(line));
  const calls = stage.removals.slice(already);
  return [
    ...(lost.length === 0 ? [] : [`gone or switched off: ${lost.join(', ')}`]),
    ...(calls.length === 0 ? [] : [`calls: ${calls.join(', ')}`]),
    ...(ran.some(({ text }) => text.trim() === '') ? ['nothing was said'] : []),
    ...ran.flatMap(({ code }) => (ENDS.has(code) ? [] : [`ended with ${code}`])),
  ];
}

/** Without this the accidents could pass because nothing is ever removed. */
async function tryPurpose(files: readonly string[]): Promise<readonly string[]> {
  const stage = await openStage();
  try {
    const before = await stage.census();
    stage.git('rm', '-q', ...files);
    stage.commit();
    for (const days of [0, LATER_DAYS]) {
      stage.passDays(days);
      const asked = await stage.run(['apply', '--yes']);
      const digest = /--allow-destroy=([0-9a-f]{12})/.exec(asked.text)?.[1];
      if (digest !== undefined) await stage.run(['apply', '--yes', '--allow-destroy', digest]);
    }
    const left = await stage.census();
    const gone = before.length - left.length;
    return gone === files.length ? [] : [`${files.length} deleted on purpose: ${gone} are gone`];
  } finally {
    await stage.close();
  }
}
