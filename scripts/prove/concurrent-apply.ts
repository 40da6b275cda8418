/**
 * Several processes apply the same content to one org at once: of one folder, where a lock keeps them apart, and of
 * clones of one repository, where a lease at their remote does. The one that writes is killed, is stopped and goes on,
 * or is stopped until another one has taken its lease over. After each round one more apply must find nothing doubled
 * and leave nothing to do. Source: reliability T17 and R5.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { REMOTE_KINDS, createApiClient, readOwnership, type ApiClient } from '@signalwright/wire';
import type { Proof } from '../harness/proof.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { startUp, type UpProcess } from '../harness/up-process.ts';
import { runTogether, type Fate, type Round } from './concurrent-apply/run-together.ts';
import { RULES, openStage, startApply, startPlan, type Stage } from './concurrent-apply/stage.ts';

const SCENES: readonly { readonly form: Stage['form']; readonly fate: Fate }[] = [
  { form: 'lock', fate: 'stop' },
  { form: 'lease', fate: 'freeze' },
  { form: 'lease', fate: 'kill' },
  { form: 'lock', fate: 'kill' },
  { form: 'lease', fate: 'stop' },
];
/** Each scene that nothing else tries once. */
const SHORT_ROUNDS = 3;
const FULL_ROUNDS = 50;
const FEWEST = 2;
const MOST = 8;
const MOST_SHORT = 2;
const MAX_FAILURES_SHOWN = 10;
const EXIT_FINDINGS = 1;
const EXIT_BUSY = 75;

export const proof: Proof = {
  name: 'concurrent-apply',
  claim:
    'Of applies at once one writes at a time: nothing twice, nothing lost, whoever is stopped or killed.',
  run: async ({ short, seed, log }) => {
    const random = seededRandom(seed);
    const folder = mkdtempSync(join(tmpdir(), 'signalwright-concurrent-'));
    const up = await startUp(join(folder, 'org'));
    const failures: string[] = [];
    const seen = { busy: 0, takenOver: 0, lost: 0 };
    let processes = 0;
    try {
      for (let round = 0; round < (short ? SHORT_ROUNDS : FULL_ROUNDS); round += 1) {
        const { form, fate } = SCENES[round % SCENES.length] ?? { form: 'lock', fate: 'stop' };
        const count = FEWEST + random.below((short ? MOST_SHORT : MOST) - FEWEST + 1);
        const stage = openStage(join(folder, `round-${round}`), `stack-${round}`, form, count, up);
        const ended = await runTogether(stage, fate, random);
        processes += count;
        seen.busy += ended.others.filter((code) => code === EXIT_BUSY).length;
        if (form === 'lease' && fate !== 'stop') {
          if (ended.others.includes(0)) seen.takenOver += 1;
          if (ended.struck === EXIT_FINDINGS) seen.lost += 1;
        }
        const problems = [...judgeCodes(ended, form, fate), ...(await judge(stage, up))];
        failures.push(...problems.map((problem) => `round ${round} (${form}, ${fate}): ${problem}`));
        log(
          `round ${round}: ${count} by ${form}, ${fate} ${ended.struck}, others ${ended.others.join(', ')}`,
        );
      }
    } finally {
      await up.end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    }
    // Without these nobody was ever in the way of anybody.
    for (const [what, times] of Object.entries(seen)) {
      if (times === 0) failures.push(`${what}: not once`);
    }
    const shown = failures.length > 0 ? { failures: failures.slice(0, MAX_FAILURES_SHOWN) } : {};
    return { tried: processes, failed: failures.length, detail: { ...seen, ...shown } };
  },
};

function judgeCodes({ struck, others }: Round, form: Stage['form'], fate: Fate): readonly string[] {
  const mayLose = form === 'lease' && fate === 'freeze';
  const isStrange = (code: number | undefined): boolean => code !== 0 && code !== EXIT_BUSY;
  const problems = others.filter(isStrange).map((code) => `another one ended with ${String(code)}`);
  if (struck === 'unseen') problems.push('nobody was seen to write');
  else if (fate !== 'kill' && isStrange(struck) && !(mayLose && struck === EXIT_FINDINGS))
    problems.push(`the one that was stopped ended with ${String(struck)}`);
  if (fate !== 'kill' && struck !== 0 && !others.includes(0)) problems.push('nobody ended with 0');
  if (fate === 'kill' && form === 'lease' && !others.includes(0)) problems.push('nobody took the lease over');
  return problems;
}

async function judge(stage: Stage, up: UpProcess): Promise<readonly string[]> {
  const [folder = ''] = stage.folders;
  const last = await startApply(stage, folder).ended;
  const again = await startPlan(stage, folder).ended;
  const ids = await marked(stage.stack, up);
  const doubled = ids.filter((id, index) => id === ids[index - 1]);
  return [
    ...(last === 0 ? [] : [`one more apply ended with ${String(last)}`]),
    ...(again === 0 ? [] : [`a plan after it ended with ${String(again)}`]),
    ...doubled.map((id) => `${id} is there twice`),
    ...(ids.length === RULES ? [] : [`${ids.length} objects where ${RULES} belong`]),
  ];
}

/** Ids of what carries a mark of the stack, in order. */
async function marked(stack: string, up: UpProcess): Promise<readonly string[]> {
  const client: ApiClient = createApiClient({
    baseUrl: up.url,
    auth: { apiKey: up.apiKey, applicationKey: up.applicationKey },
    fetch: (url, init) => fetch(url, init),
    clock: { nowMs: Date.now, sleep: (ms) => sleep(ms) },
    random: Math.random,
  });
  const ids: string[] = [];
  for (const kind of REMOTE_KINDS) {
    const listed = await client.objects(kind).list();
    if (listed.kind !== 'done') throw new Error(`${kind} cannot be listed`);
    for (const { payload } of listed.value) {
      const ownership = readOwnership(payload);
      if (ownership.kind === 'tag' && ownership.stack === stack) ids.push(`${kind}/${ownership.id}`);
    }
  }
  return ids.toSorted();
}
