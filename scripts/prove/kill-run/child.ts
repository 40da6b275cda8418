/** The process that is killed: starts what is missing, carries on what is unfinished, exits 0 when all has ended. */

import {
  appendFileSync,
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineAction, type AnyAction, type SecurityOrg } from '@signalwright/action';
import { openDatabase } from '@signalwright/store';
import { RUN_MIGRATIONS, RunJournal, Runner } from '@signalwright/workflow';
import { WORKLOAD } from './workload.ts';

const [folder = '', runs = '0'] = process.argv.slice(2);
const database = openDatabase(join(folder, 'runs.db'), { migrations: RUN_MIGRATIONS });
const effects = openSync(join(folder, 'effects.log'), 'a');
/** Flaky steps that were tried before, by this process or one that was killed: a retry must not be spent on each kill. */
const TRIED = join(folder, 'tried.log');
const tried = new Set(existsSync(TRIED) ? readFileSync(TRIED, 'utf8').split('\n') : []);

const effect = defineAction<unknown, unknown>({
  id: 'effect',
  replay: 'keyed',
  async run(_input, ctx) {
    if (ctx.stepKey.endsWith('/flaky') && !tried.has(ctx.stepKey)) {
      tried.add(ctx.stepKey);
      appendFileSync(TRIED, `${ctx.stepKey}\n`);
      return { kind: 'retry', reason: 'the first attempt always fails', afterMs: 1 };
    }
    writeSync(effects, `${ctx.stepKey}\n`);
    fdatasyncSync(effects);
    await sleep(2);
    return { kind: 'done', output: { key: ctx.stepKey } };
  },
});

let next = 0;
const runner = new Runner({
  journal: new RunJournal(database),
  newId: () => `run-${process.pid}-${(next += 1)}`,
  onError: (error) => {
    throw error;
  },
  world: {
    actions: new Map([['effect', effect as AnyAction]]),
    checkInput: () => ({ ok: true }),
    org: () => ({}) as SecurityOrg,
    http: () => Promise.reject(new Error('no network')),
    secret: () => '',
    clock: { nowMs: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
  },
});

process.stdout.write('working\n');
runner.resume();
await Promise.all(
  Array.from({ length: Number(runs) }, (_, index) =>
    runner.start({
      workflow: WORKLOAD,
      trigger: { kind: 'security', signalId: `s${index}` },
      securitySignal: { id: `s${index}` },
      inputs: {},
      cause: [`signal:s${index}`],
      dedupeKey: `s${index}`,
    }),
  ),
);
await runner.idle();
database.close();
closeSync(effects);
