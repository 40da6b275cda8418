/**
 * Every route of an org, on a real socket of a real `signalwright up`, with whatever a hostile or broken client sends.
 * Made from the route table: a route that is added is tried.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SIGNALS_MIGRATIONS, verifyAudit } from '@signalwright/signals';
import { openDatabase } from '@signalwright/store';
import type { Proof, ProofOptions, ProofResult } from '../harness/proof.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { startUp, type UpProcess } from '../harness/up-process.ts';
import { readServedOperations } from './recordings/replay-scenario.ts';
import { readApiSchema } from './hostile-requests/api-schema.ts';
import { DatabaseWatch } from './hostile-requests/database-watch.ts';
import { judgeAnswer } from './hostile-requests/judge-answer.ts';
import { RealIds, plantSignal } from './hostile-requests/real-ids.ts';
import { RawClient, type RawAnswer } from './hostile-requests/send-raw.ts';
import { trialsOf, type Trial, type TriedRoute } from './hostile-requests/trials.ts';
import { ValidBodies } from './hostile-requests/valid-bodies.ts';

/** Of the crossed trials: all take some minutes. */
const EVERY_NTH = { short: 30, full: 1 };
/** The org looks at its clock each second. */
const QUIET_MS = 1_200;
const MAX_QUIET_WAITS = 10;
const MAX_SHOWN = 60;

export const proof: Proof = {
  name: 'hostile-requests',
  claim:
    'Whatever is sent to a route is answered as documented, never with 5xx; what is refused stores nothing; the org stays up.',
  async run(options) {
    const dataDir = mkdtempSync(join(tmpdir(), 'hostile-requests-'));
    try {
      const up = await startUp(dataDir);
      try {
        return await new Attack(up, dataDir, options).run();
      } finally {
        await up.end('SIGTERM');
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};

class Attack {
  readonly #up: UpProcess;
  readonly #dataDir: string;
  readonly #options: ProofOptions;
  readonly #client: RawClient;
  readonly #keys: Readonly<Record<string, string>>;
  readonly #failures: string[] = [];
  readonly #statuses: Record<string, number> = {};
  #tried = 0;

  constructor(up: UpProcess, dataDir: string, options: ProofOptions) {
    this.#up = up;
    this.#dataDir = dataDir;
    this.#options = options;
    this.#client = new RawClient(up.port);
    const { apiKey, applicationKey } = up;
    this.#keys = {
      host: `127.0.0.1:${up.port}`,
      'dd-api-key': apiKey,
      'dd-application-key': applicationKey,
    };
  }

  async run(): Promise<ProofResult> {
    const { short, seed, log } = this.#options;
    const schema = readApiSchema();
    const operations = await readServedOperations();
    const bodies = new ValidBodies(schema, [...operations]);
    const json = { ...this.#keys, 'content-type': 'application/json' };
    const send = (request: Parameters<RawClient['send']>[0]): Promise<RawAnswer> =>
      this.#client.send(request);
    await plantSignal(send, json);
    const ids = new RealIds(send, json, operations, bodies);
    const watch = new DatabaseWatch(join(this.#dataDir, 'org.db'));
    const random = seededRandom(seed);
    const everyNth = short ? EVERY_NTH.short : EVERY_NTH.full;
    const bare: string[] = [];
    for (const operation of operations) {
      const [method = '', path = ''] = operation.split(' ');
      const known = method === 'GET' ? [] : bodies.of(method, path);
      if (method !== 'GET' && method !== 'DELETE' && known.length === 0) bare.push(operation);
      const route: TriedRoute = { method, path, filled: await ids.fill(path), bodies: known };
      const before = this.#tried;
      for (const trial of trialsOf(route, { keys: this.#keys, schema, everyNth, random })) {
        await this.#try(operation, trial, watch);
        if (this.#up.ended() !== undefined) return this.#result(bare);
      }
      log(`${operation}: ${this.#tried - before} requests, ${this.#failures.length} failures so far`);
      ids.forget();
    }
    watch.close();
    this.#client.close();
    await this.#stopAndCheck();
    return this.#result(bare);
  }

  async #try(operation: string, trial: Trial, watch: DatabaseWatch): Promise<void> {
    const first = await this.#ask(operation, trial, watch);
    this.#tried += 1;
    this.#statuses[first.status] = (this.#statuses[first.status] ?? 0) + 1;
    // Signals grow and notices go out by themselves: what is refused must seem to store something each time.
    const isStoring = first.isStoring && (await this.#asksQuietly(operation, trial, watch));
    const problem =
      first.problem ?? (isStoring ? `refused with ${first.status}, and something was stored` : undefined);
    if (problem !== undefined) this.#failures.push(`${operation}: ${trial.name}: ${problem}`);
  }

  async #asksQuietly(operation: string, trial: Trial, watch: DatabaseWatch): Promise<boolean> {
    for (let round = 0; round < 2; round += 1) {
      for (let waited = 0; waited < MAX_QUIET_WAITS && watch.hasChanged(); waited += 1) await sleep(QUIET_MS);
      if (!(await this.#ask(operation, trial, watch)).isStoring) return false;
    }
    return true;
  }

  async #ask(
    operation: string,
    { request, mustRefuse, mayBeCut }: Trial,
    watch: DatabaseWatch,
  ): Promise<{ readonly status: number; readonly problem: string | undefined; readonly isStoring: boolean }> {
    watch.hasChanged();
    const answer = await this.#client.send(request);
    if (answer.kind === 'none' && mayBeCut)
      return { status: 0, problem: undefined, isStoring: watch.hasChanged() };
    const status = answer.kind === 'answer' ? answer.status : 0;
    const isTaken = status >= 200 && status < 300;
    const isWrong = isTaken && mustRefuse;
    return {
      status,
      problem: judgeAnswer(answer, operation) ?? (isWrong ? `taken with ${status}` : undefined),
      isStoring: !isTaken && watch.hasChanged(),
    };
  }

  /** What was taken meanwhile must be whole, and the org must open on it again. */
  async #stopAndCheck(): Promise<void> {
    const { code, signal } = await this.#up.end('SIGTERM');
    if (code !== 0) this.#failures.push(`the org ended with ${code ?? signal ?? 'nothing'}`);
    const mistakes = this.#up
      .stderr()
      .split('\n')
      .filter((line) => line.includes('"stack"'));
    this.#failures.push(...mistakes.slice(0, 3).map((line) => `logged a mistake: ${line.slice(0, 300)}`));
    const db = openDatabase(join(this.#dataDir, 'org.db'), { migrations: SIGNALS_MIGRATIONS });
    if (!verifyAudit(db).ok) this.#failures.push('the audit trail is broken');
    db.close();
    const again = await startUp(this.#dataDir);
    await again.end('SIGTERM');
  }

  #result(bare: readonly string[]): ProofResult {
    const ended = this.#up.ended();
    const crash =
      ended === undefined || ended.code === 0 ? [] : [`the org ended: ${this.#up.stderr().slice(-2_000)}`];
    const failures = [...crash, ...this.#failures];
    return {
      tried: this.#tried,
      failed: failures.length,
      detail: {
        statuses: this.#statuses,
        ...(bare.length > 0 && { withoutAnExample: bare }),
        ...(failures.length > 0 && { failures: failures.slice(0, MAX_SHOWN) }),
      },
    };
  }
}
