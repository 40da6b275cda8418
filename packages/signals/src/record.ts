/**
 * Writes what detection says in one transaction: the signals, their audit entries, automated blocks, and the notices
 * that follow. Saying the same thing again changes nothing.
 */

import type { SignalChange } from '@signalwright/detect';
import {
  severityRank,
  type Actor,
  type DetectedSignal,
  type Permission,
  type Severity,
  type Signal,
} from '@signalwright/model';
import { isStoreFailure } from '@signalwright/store';

import { appendAudit } from './audit.ts';
import type { CommandContext } from './command.ts';
import { blockIp, blockUser } from './commands.ts';
import { addNotice, type Notice, type OutboxTarget } from './outbox.ts';
import { recordDetection } from './signal-table.ts';

/** Who is to be told of a signal, and because of what. */
export interface Route {
  readonly target: OutboxTarget;
  /** `notification-rule:<id>` or `detection-rule:<id>`. */
  readonly source: string;
}

export interface DetectionBatch {
  readonly changes: readonly SignalChange[];
  /** What led to the events behind the changes, oldest first. */
  readonly cause: readonly string[];
  readonly route: (signal: Signal) => readonly Route[];
}

/** What a batch came to; counts are of things that were not known before. */
export interface RecordedBatch {
  readonly opened: readonly Signal[];
  readonly raised: readonly Signal[];
  readonly extended: number;
  readonly suppressed: number;
  readonly notices: number;
  readonly blocked: readonly string[];
  /** Automated blocks that were refused, each with why. */
  readonly refusedBlocks: readonly string[];
  readonly failed: readonly FailedChange[];
}

/** A change that a mistake of ours kept from being written. Nothing of it was; the next picture of the signal makes up. */
export interface FailedChange {
  readonly signalId: string;
  readonly error: unknown;
}

/**
 * Inside the caller's transaction, each change in one of its own: what one signal brings up costs no other.
 *
 * @throws what the store throws when it fails itself
 */
export function recordBatch(context: CommandContext, batch: DetectionBatch): RecordedBatch {
  const failed: FailedChange[] = [];
  const parts = newestOfEach(batch.changes).flatMap((change) => {
    try {
      return context.db.transaction(() => new ChangeRecorder(context, batch).record(change));
    } catch (error) {
      if (isStoreFailure(error)) throw error;
      failed.push({ signalId: change.kind === 'closed' ? change.signalId : change.signal.id, error });
      return [];
    }
  });
  const sum = (count: (part: RecordedChange) => number): number =>
    parts.reduce((total, part) => total + count(part), 0);
  return {
    opened: parts.flatMap((part) => part.opened),
    raised: parts.flatMap((part) => part.raised),
    extended: sum((part) => part.extended),
    suppressed: sum((part) => part.suppressed),
    notices: sum((part) => part.notices),
    blocked: parts.flatMap((part) => part.blocked),
    refusedBlocks: parts.flatMap((part) => part.refusedBlocks),
    failed,
  };
}

type RecordedChange = Omit<RecordedBatch, 'failed'>;

/** Within a batch the last picture of a signal holds all that the earlier extensions said. */
function newestOfEach(changes: readonly SignalChange[]): readonly SignalChange[] {
  const last = new Map<string, SignalChange>();
  for (const change of changes) if (change.kind === 'extended') last.set(change.signal.id, change);
  return changes.filter((change) => change.kind !== 'extended' || last.get(change.signal.id) === change);
}

class ChangeRecorder {
  readonly #context: CommandContext;
  readonly #batch: DetectionBatch;
  readonly #opened: Signal[] = [];
  readonly #raised: Signal[] = [];
  readonly #blocked: string[] = [];
  readonly #refusedBlocks: string[] = [];
  #extended = 0;
  #suppressed = 0;
  #notices = 0;

  constructor(context: CommandContext, batch: DetectionBatch) {
    this.#context = context;
    this.#batch = batch;
  }

  record(change: SignalChange): RecordedChange {
    switch (change.kind) {
      case 'closed':
        // Triage is another matter: a signal that grows no more stays open for people.
        break;
      case 'suppressed':
        this.#suppress(change.signal, change.suppressionId);
        break;
      default:
        this.#detect(change.signal);
    }
    return {
      opened: this.#opened,
      raised: this.#raised,
      extended: this.#extended,
      suppressed: this.#suppressed,
      notices: this.#notices,
      blocked: this.#blocked,
      refusedBlocks: this.#refusedBlocks,
    };
  }

  /** Judged by what is stored, not by the word of the change: after a crash an extension may be an opening. */
  #detect(detected: DetectedSignal): void {
    const recorded = recordDetection(this.#context.db, detected, this.#context.nowMs());
    if (recorded.kind === 'known') return;
    const { signal } = recorded;
    if (recorded.kind === 'opened') {
      this.#opened.push(signal);
      this.#audit('signal.open', signal, undefined);
      this.#follow(signal, 'opened');
    } else if (severityRank(signal.severity) > severityRank(recorded.before.severity)) {
      this.#raised.push(signal);
      this.#audit('signal.raise', signal, recorded.before.severity);
      this.#follow(signal, 'raised');
    } else {
      this.#extended += 1;
      const known = new Set(recorded.before.entities.map((entity) => entity.value));
      this.#block(signal, (value) => !known.has(value));
    }
  }

  /** Automated blocking first, so that whoever is told can see that it happened. */
  #follow(signal: Signal, reason: Notice['reason']): void {
    this.#block(signal, () => true);
    const { db, nowMs } = this.#context;
    const cause = [...this.#batch.cause, `signal:${signal.id}`];
    for (const { target, source } of this.#batch.route(signal)) {
      const notice: Notice = {
        target,
        source,
        reason,
        cause,
        signalId: signal.id,
        severity: signal.severity,
      };
      if (addNotice(db, notice, nowMs())) this.#notices += 1;
    }
  }

  /** @param isNew which entities: of a signal that merely grew, those it did not name before */
  #block(signal: Signal, isNew: (value: string) => boolean): void {
    const actor: Actor = {
      kind: 'system',
      id: `rule:${signal.rule.id}`,
      name: signal.rule.name,
      permissions: AUTOMATED_BLOCKING,
      cause: [...this.#batch.cause, `signal:${signal.id}`],
    };
    for (const action of signal.actions) {
      if (action.kind !== 'block_ip' && action.kind !== 'block_user') continue;
      const command = action.kind === 'block_ip' ? blockIp : blockUser;
      const role = action.kind === 'block_ip' ? 'attacker' : 'victim';
      const expiry =
        action.durationMs === undefined ? {} : { expiresAtMs: this.#context.nowMs() + action.durationMs };
      for (const entity of signal.entities) {
        if (entity.role !== role || !isNew(entity.value)) continue;
        const change = { value: entity.value, reason: `${signal.title} (signal ${signal.id})`, ...expiry };
        const result = command(this.#context, actor, change);
        if (result.ok) this.#blocked.push(result.value.value);
        else this.#refusedBlocks.push(`${entity.value}: ${result.refusal.reason}`);
      }
    }
  }

  #suppress(signal: DetectedSignal, suppressionId: string): void {
    const { db, nowMs } = this.#context;
    const changed = db.run(
      `INSERT INTO suppressed (signal_id, suppression_id, rule_id, at_ms, title) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (signal_id) DO NOTHING`,
      [signal.id, suppressionId, signal.rule.id, nowMs(), signal.title],
    );
    this.#suppressed += changed;
  }

  #audit(action: string, signal: Signal, before: Severity | undefined): void {
    const actor = { id: `rule:${signal.rule.id}`, name: signal.rule.name, cause: this.#batch.cause };
    appendAudit(this.#context.db, {
      actor,
      atMs: this.#context.nowMs(),
      action,
      subject: `signal:${signal.id}`,
      ...(before !== undefined && { before: { severity: before } }),
      after: { severity: signal.severity, case: signal.caseName },
    });
  }
}

/** A rule whose case says `block_ip` may block: whoever could write the rule said so. */
const AUTOMATED_BLOCKING: ReadonlySet<Permission> = new Set(['appsec_protect_write'] as const);
