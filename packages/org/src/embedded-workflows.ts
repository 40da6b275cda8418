/** The embedded runner behind the org's port: its own journal, and the org's API with the run as the cause. */

import { join } from 'node:path';

import { fetchThrough, type EgressBroker } from '@signalwright/outbound';
import { openDatabase, type Database } from '@signalwright/store';
import { createApiClient, encodeSignal, attributesOf } from '@signalwright/wire';
import {
  BUILT_IN_ACTIONS,
  INTERPRETER_VERSION,
  BUILT_IN_MANIFEST,
  RUN_MIGRATIONS,
  RunJournal,
  Runner,
  createInputChecker,
  createSecurityOrg,
  type Clock,
  type Run,
  type RunStatus,
} from '@signalwright/workflow';
import { MAX_WORKFLOW_RUN_MS, unreachable, type Signal } from '@signalwright/model';

import { CAUSE_HEADER, WORKFLOW_HEADER } from './http/authenticator.ts';
import { newUuid } from '@signalwright/signals';
import type { Log } from './log.ts';
import { forgetInTables, type Replacement } from './upkeep/forget-in-tables.ts';
import { RUN_DATABASE } from './upkeep/org-files.ts';
import type {
  OrgAccess,
  PlantedRun,
  WorkflowInstance,
  WorkflowPort,
  WorkflowStart,
  WorkflowStarted,
} from './workflow-port.ts';

export interface EmbeddedWorkflowsOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
  readonly egress: EgressBroker;
  /** Value of a secret by name; throws when there is none. */
  readonly secret: (name: string) => string;
  readonly log: Log;
}

/** Opens the journal and carries on the runs that the last process left behind. */
export function openEmbeddedWorkflows(options: EmbeddedWorkflowsOptions, access: OrgAccess): WorkflowPort {
  const database = openDatabase(join(options.dataDir, 'runs.db'), { migrations: RUN_MIGRATIONS });
  try {
    return openOn(database, options, access);
  } catch (error) {
    database.close();
    throw error;
  }
}

function openOn(database: Database, options: EmbeddedWorkflowsOptions, access: OrgAccess): WorkflowPort {
  const journal = new RunJournal(database);
  const runner = new Runner({
    journal,
    newId: () => newUuid(options.random),
    world: {
      actions: BUILT_IN_ACTIONS,
      checkInput: createInputChecker(BUILT_IN_MANIFEST),
      org: (run, signal) => createSecurityOrg(clientOf(run, signal, options, access)),
      http: fetchThrough(options.egress),
      secret: options.secret,
      clock: options.clock,
    },
    onError: (error, run) => {
      const stack = error instanceof Error ? error.stack : String(error);
      options.log({
        level: 'error',
        message: 'A workflow run failed inside the runner.',
        runId: run.id,
        stack,
      });
    },
  });
  const resumed = runner.resume();
  if (resumed > 0) options.log({ level: 'info', message: 'Carried on workflow runs.', runs: resumed });
  return new EmbeddedWorkflows(runner, journal, database);
}

class EmbeddedWorkflows implements WorkflowPort {
  readonly #runner: Runner;
  readonly #journal: RunJournal;
  readonly #database: Database;

  constructor(runner: Runner, journal: RunJournal, database: Database) {
    this.#runner = runner;
    this.#journal = journal;
    this.#database = database;
  }

  async start(request: WorkflowStart): Promise<WorkflowStarted> {
    const { workflow, signal, actorId, inputs, cause, key } = request;
    const result = await this.#runner.start({
      workflow,
      trigger:
        actorId === undefined
          ? { kind: 'security', signalId: signal.id }
          : { kind: 'manual', signalId: signal.id, actorId },
      securitySignal: securitySignalOf(signal),
      inputs,
      cause,
      dedupeKey: key,
    });
    return result.ok ? { ok: true, runId: result.runId } : { ok: false, reason: result.refusal.reason };
  }

  list(workflowId: string): readonly WorkflowInstance[] {
    return this.#journal.runs({ workflowId }).map((run) => this.#instanceOf(run));
  }

  listOfSignal(signalId: string): readonly WorkflowInstance[] {
    return this.#journal.runs({ signalId }).map((run) => this.#instanceOf(run));
  }

  find(instanceId: string): WorkflowInstance | undefined {
    const run = this.#journal.run(instanceId);
    return run && this.#instanceOf(run);
  }

  cancel(instanceId: string): Promise<boolean> {
    return this.#runner.cancel(instanceId);
  }

  removeEnded(beforeMs: number, limit: number): Promise<number> {
    return this.#journal.removeEnded(beforeMs, limit);
  }

  async plant({ id, workflow, startedAtMs }: PlantedRun): Promise<void> {
    const [step] = workflow.steps;
    await this.#journal.addRun({
      id,
      dedupeKey: `planted:${id}`,
      workflow,
      interpreterVersion: INTERPRETER_VERSION,
      trigger: { kind: 'security', signalId: '' },
      securitySignal: {},
      inputs: {},
      cause: [],
      createdAtMs: startedAtMs,
    });
    await this.#journal.markRunning(id);
    if (step?.does.kind === 'action') {
      await this.#journal.startStep(id, step.id, step.does.action, {}, startedAtMs);
      const untilMs = startedAtMs + MAX_WORKFLOW_RUN_MS;
      await this.#journal.retryStep(id, step.id, 0, 'It was under way before this org was there.', untilMs);
    }
    this.#runner.resume();
  }

  async forget(replacement: Replacement): ReturnType<WorkflowPort['forget']> {
    const result = await this.#database.write(() => ({
      rows: forgetInTables(this.#database, RUN_DATABASE, replacement),
      underWay: this.#journal.countUnfinished(),
    }));
    if (replacement.isMeant) this.#database.foldLog();
    return result;
  }

  idle(): Promise<void> {
    return this.#runner.idle();
  }

  async close(): Promise<void> {
    await this.#runner.close();
    this.#database.close();
  }

  #instanceOf(run: Run): WorkflowInstance {
    return {
      id: run.id,
      workflowId: run.workflow.id,
      workflowName: run.workflow.name,
      signalId: run.trigger.signalId,
      status: statusOf(run.status),
      ...(run.reason !== undefined && { reason: run.reason }),
      startedAtMs: run.createdAtMs,
      ...(run.endedAtMs !== undefined && { endedAtMs: run.endedAtMs }),
      steps: this.#journal.steps(run.id).map((step) => ({
        name: step.path,
        state: step.status,
        ...(step.output !== undefined && { output: step.output }),
        ...(step.reason !== undefined && { reason: step.reason }),
      })),
    };
  }
}

/** What `Source.securitySignal` reads: the id, and the attributes that the API answers. */
function securitySignalOf(signal: Signal): Readonly<Record<string, unknown>> {
  return { id: signal.id, url: `/signals/${signal.id}`, ...attributesOf(encodeSignal(signal, 'one')) };
}

/** A client of the org that says of each request which run it belongs to, and sends none once `signal` aborts. */
function clientOf(
  run: Run,
  signal: AbortSignal,
  options: EmbeddedWorkflowsOptions,
  access: OrgAccess,
): ReturnType<typeof createApiClient> {
  return createApiClient({
    baseUrl: access.baseUrl,
    auth: { apiKey: access.apiKey, applicationKey: access.applicationKey },
    fetch: async (url, init) => {
      signal.throwIfAborted();
      const headers = new Headers(init.headers);
      headers.set(CAUSE_HEADER, [...run.cause, `run:${run.id}`].join(','));
      headers.set(WORKFLOW_HEADER, run.workflow.id);
      return access.fetch(url, { ...init, headers });
    },
    clock: { nowMs: options.clock.nowMs, sleep: (ms) => options.clock.sleep(ms, signal) },
    random: () => (options.random(1)[0] ?? 0) / 256,
  });
}

function statusOf(status: RunStatus): WorkflowInstance['status'] {
  switch (status) {
    case 'queued':
    case 'running':
      return 'IN_PROGRESS';
    case 'succeeded':
      return 'SUCCEEDED';
    case 'failed':
      return 'FAILED';
    case 'cancelled':
      return 'CANCELED';
    case 'needs_person':
      return 'NEEDS_PERSON';
    default:
      return unreachable(status);
  }
}
