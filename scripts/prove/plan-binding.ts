/**
 * Makes a plan that changes one rule, alters the file in every way that comes to mind, with digests that fit and
 * without, and applies it: nothing may be written. The file as it was must then still be good.
 * Source: reliability T21 and R9.
 */

import { join } from 'node:path';
import type { Proof } from '../harness/proof.ts';
import { openStage, ruleFile, ruleText, type Stage } from './gitops/stage.ts';
import { TAMPERINGS } from './plan-binding/tamperings.ts';

const MAX_FAILURES_SHOWN = 10;
const EXIT_FINDINGS = 1;

export const proof: Proof = {
  name: 'plan-binding',
  claim: 'A plan that was altered, or is of something else, writes nothing.',
  run: async ({ log }) => {
    const stage = await openStage();
    const failures: string[] = [];
    try {
      stage.write(ruleFile(5), ruleText(5).replace('severity: medium', 'severity: high'));
      stage.commit();
      await stage.run(['plan', '--out', join(stage.root, '.signalwright', 'plan.json')]);
      const text = stage.read('.signalwright/plan.json');
      for (const { name, alter } of TAMPERINGS) {
        const altered = alter(text);
        if (altered === text) failures.push(`${name}: the file is as it was`);
        const { code, written } = await applyFile(stage, altered);
        if (written.length > 0) failures.push(`${name}: written: ${written.join(', ')}`);
        // Anything else would be a mistake of ours, or of this proof.
        if (code !== EXIT_FINDINGS) failures.push(`${name}: ended with ${code}`);
      }
      log(`${TAMPERINGS.length} altered files, ${failures.length} failed`);
      const good = await applyFile(stage, text);
      if (good.code !== 0 || good.written.length !== 1)
        failures.push(`the file as it was: ended with ${good.code}, ${good.written.length} written`);
    } finally {
      await stage.close();
    }
    const detail = failures.length > 0 ? { failures: failures.slice(0, MAX_FAILURES_SHOWN) } : {};
    return { tried: TAMPERINGS.length + 1, failed: failures.length, detail };
  },
};

interface Applied {
  readonly code: number;
  readonly written: readonly string[];
}

async function applyFile(stage: Stage, text: string): Promise<Applied> {
  stage.write('.signalwright/altered.json', text);
  const before = stage.writes.length;
  const path = join(stage.root, '.signalwright', 'altered.json');
  const { code } = await stage.run(['apply', '--yes', '--plan', path]);
  return { code, written: stage.writes.slice(before) };
}
