/**
 * Who changed what has drifted, and when: read from the versions that the target keeps, from the object itself and
 * from the audit trail. What a key may not read is said; nothing here is needed for a plan.
 */

import type { Address, Payload } from '@signalwright/model';
import {
  lastChangeOf,
  type ApiClient,
  type ApiOutcome,
  type AuditedChange,
  type ObjectVersion,
} from '@signalwright/wire';
import { comparedWithLeft, type DriftedObject } from './drift.ts';
import { observeContent } from './observe.ts';

export interface Attribution {
  /** Mail address, name or id, as the target has it. */
  readonly who?: string;
  readonly atMs?: number;
  /** Versions since the last apply; undefined where the target keeps none. */
  readonly versions?: number;
  /** Why it is not known who it was, as a sentence. */
  readonly unknown?: string;
}

export interface AttributedDrift {
  /** With fields compared with what the last apply left, wherever a version tells it. */
  readonly objects: readonly DriftedObject[];
  readonly attributions: ReadonlyMap<Address, Attribution>;
}

/** Each takes up to two calls. */
const MAX_ATTRIBUTED = 100;
const DAY_MS = 86_400_000;
/** The service keeps its audit trail so long. */
const AUDIT_MS = 90 * DAY_MS;
/** Between our clock and that of the target, and between a change and its entry in the trail. */
const CLOCKS_MS = 5 * 60_000;

export async function attributeDrift(
  client: Pick<ApiClient, 'history'>,
  objects: readonly DriftedObject[],
  nowMs: number,
): Promise<AttributedDrift> {
  const reader = new HistoryReader(client, nowMs);
  const attributions = new Map<Address, Attribution>();
  const compared: DriftedObject[] = [];
  for (const [index, object] of objects.entries()) {
    if (index >= MAX_ATTRIBUTED) {
      attributions.set(object.address, {
        unknown: `Only the first ${MAX_ATTRIBUTED} objects are looked up.`,
      });
      compared.push(object);
      continue;
    }
    const { attribution, left } = await reader.look(object);
    attributions.set(object.address, attribution);
    compared.push(left === undefined ? object : comparedWithLeft(object, left));
  }
  return { objects: compared, attributions };
}

interface Look {
  readonly attribution: Attribution;
  readonly left?: Payload;
}

class HistoryReader {
  readonly #client: Pick<ApiClient, 'history'>;
  readonly #nowMs: number;
  /** Asked once: what a key may not read, it may not read of the next object either. */
  #auditRefusal: string | undefined;
  #versionsRefusal: string | undefined;

  constructor(client: Pick<ApiClient, 'history'>, nowMs: number) {
    this.#client = client;
    this.#nowMs = nowMs;
  }

  async look(object: DriftedObject): Promise<Look> {
    const { last, remote } = object.evidence;
    const versions = await this.#versionsOf(object);
    const base = versions.find((version) => last !== undefined && digestOf(object, version) === last.digest);
    const newest = versions[0] ?? (remote === undefined ? undefined : { payload: remote.payload });
    const shown = {
      ...(newest === undefined ? {} : lastChangeOf(newest.payload)),
      ...(remote === undefined ? {} : lastChangeOf(remote.payload)),
    };
    const audited = await this.#auditOf(object, shown.atMs);
    const who = audited?.who ?? shown.who;
    const atMs = shown.atMs ?? audited?.atMs;
    const since = base === undefined ? undefined : versions.filter(({ version }) => version > base.version);
    return {
      attribution: {
        ...(who !== undefined && { who }),
        ...(atMs !== undefined && { atMs }),
        ...(since !== undefined && { versions: since.length }),
        ...(who === undefined && { unknown: this.#whyUnknown() }),
      },
      ...(base !== undefined && { left: contentOf(object, base).content }),
    };
  }

  #whyUnknown(): string {
    const reasons = [this.#auditRefusal, this.#versionsRefusal].filter((reason) => reason !== undefined);
    return reasons.length > 0 ? reasons.join(' ') : 'Neither the object nor the audit trail names anybody.';
  }

  async #versionsOf({ kind, state, remoteIds }: DriftedObject): Promise<readonly ObjectVersion[]> {
    const [id] = remoteIds;
    const isKept = kind === 'detection-rule' || kind === 'suppression';
    if (!isKept || id === undefined || state === 'gone' || state === 'doubled') return [];
    if (this.#versionsRefusal !== undefined) return [];
    const answer = await this.#client.history.versions(kind, id);
    if (answer.kind === 'done') return answer.value;
    const permission =
      kind === 'suppression' ? 'security_monitoring_suppressions_read' : 'security_monitoring_rules_read';
    this.#versionsRefusal = refusalOf(answer, 'versions of objects', permission);
    return [];
  }

  /** @param atMs when the object says that it was changed */
  async #auditOf(
    { state, remoteIds, evidence }: DriftedObject,
    atMs: number | undefined,
  ): Promise<AuditedChange | undefined> {
    const id = evidence.remote?.id ?? remoteIds[0];
    if (id === undefined || this.#auditRefusal !== undefined) return undefined;
    const lastMs = evidence.last?.atMs ?? this.#nowMs;
    // A clock that was set wrong says nothing of when.
    const sinceMs = lastMs > 0 && lastMs < this.#nowMs ? lastMs : this.#nowMs - AUDIT_MS;
    const answer = await this.#client.history.changesOf(id, sinceMs - CLOCKS_MS, this.#nowMs + CLOCKS_MS);
    if (answer.kind !== 'done') {
      this.#auditRefusal = refusalOf(answer, 'the audit trail', 'audit_logs_read');
      return undefined;
    }
    if (state === 'gone') return answer.value.find(({ action }) => /delete/i.test(action));
    if (atMs === undefined) return answer.value[0];
    const near = answer.value.filter((change) => Math.abs(change.atMs - atMs) <= CLOCKS_MS);
    return near.toSorted((a, b) => Math.abs(a.atMs - atMs) - Math.abs(b.atMs - atMs))[0];
  }
}

function digestOf(object: DriftedObject, version: ObjectVersion): string {
  return contentOf(object, version).digest;
}

function contentOf({ kind }: DriftedObject, { payload }: ObjectVersion): ReturnType<typeof observeContent> {
  return observeContent({ kind, id: '', payload });
}

/** 404 of one object is no refusal of the next one, but its versions are as unknown. */
function refusalOf(
  answer: Exclude<ApiOutcome<unknown>, { kind: 'done' }>,
  what: string,
  permission: string,
): string | undefined {
  if (answer.kind === 'unknown') return `There is no usable answer about ${what}.`;
  if (answer.error.status === 404) return undefined;
  return `The key may not read ${what}: ${permission} would tell.`;
}
