/** What an org is said to have held before the first request, as data. */

import type { Triage } from '@signalwright/model';
import type { StoredContent } from '@signalwright/signals';

import type { RoleSeed, UserSeed } from './people-seeds.ts';

export interface RecordedExchange {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly body?: { readonly value: unknown };
  };
  readonly response: { readonly status: number; readonly body: { readonly value: string } };
}

export type Seed = ContentSeed | SignalSeed | UserSeed | RoleSeed | AuditSeed | RunSeed;

/** A run of a workflow that was under way; what it did is told nowhere, so it waits. */
export interface RunSeed {
  readonly kind: 'run';
  readonly id: string;
  readonly workflowId: string;
  readonly createdAtMs: number;
}

/** As it is kept: without what the server counts and names itself. */
export type ContentSeed = StoredContent;

/** What triage says of a signal; the detection behind it is told nowhere. */
export interface SignalSeed {
  readonly kind: 'signal';
  readonly id: string;
  readonly createdAtMs: number;
  readonly triage: Triage;
}

/** An event of the audit trail that was written before this org was there, as it was shown. */
export interface AuditSeed {
  readonly kind: 'audit-event';
  readonly id: string;
  readonly createdAtMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}
