/**
 * The org's content made ready to run: what is stored as payloads of the API becomes compiled rules, suppressions,
 * critical assets, security filters, notification rules and workflows. What this org cannot run stays stored and is reported, never run half.
 */

import {
  compileCriticalAsset,
  compileNotificationRule,
  compileRule,
  compileSecurityFilter,
  compileSuppression,
  type CompiledCriticalAsset,
  type CompiledNotificationRule,
  type CompiledRule,
  type CompiledSecurityFilter,
  type CompiledSuppression,
  type ContentProblem,
} from '@signalwright/detect';
import type { Workflow } from '@signalwright/model';
import { listContent, type ContentKind, type StoredContent } from '@signalwright/signals';
import type { Database } from '@signalwright/store';
import {
  contentIdOf,
  decodeCriticalAsset,
  decodeNotificationRule,
  decodeRule,
  decodeSecurityFilter,
  decodeSuppression,
  decodeWorkflow,
  type Decoded,
} from '@signalwright/wire';
import { BUILT_IN_ACTIONS, cannotRun } from '@signalwright/workflow';

import { isObject } from './http/json-body.ts';

export interface LiveWorkflow {
  /** Id at the API. */
  readonly id: string;
  readonly workflow: Workflow;
}

export interface LiveContent {
  readonly rules: readonly LiveRule[];
  readonly suppressions: readonly CompiledSuppression[];
  readonly criticalAssets: readonly CompiledCriticalAsset[];
  readonly securityFilters: readonly CompiledSecurityFilter[];
  readonly notificationRules: readonly CompiledNotificationRule[];
  /** By handle, which is what notifications name. */
  readonly workflows: ReadonlyMap<string, LiveWorkflow>;
  /** Stored and not run, with the first reason; and what of the rest never happens here. */
  readonly notRun: readonly NotRun[];
}

export interface LiveRule {
  readonly rule: CompiledRule;
  /** Since when it is as it is: events that arrived before were judged by another version, or by none. */
  readonly activeSinceMs: number;
}

export interface NotRun {
  readonly kind: ContentKind;
  readonly id: string;
  readonly reason: string;
}

export type Ready<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** What of it never happens here, although it runs. */
      readonly notes?: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/** Makes what is stored ready, and keeps what it made: an object that did not change is compiled once. */
export class LiveContentLoader {
  readonly #db: Database;
  #made = new Map<string, Ready<unknown>>();

  constructor(db: Database) {
    this.#db = db;
  }

  load(): LiveContent {
    const notRun: NotRun[] = [];
    const made = new Map<string, Ready<unknown>>();
    const load = <T>(kind: ContentKind, ready: (stored: StoredContent) => Ready<T>): readonly T[] =>
      listContent(this.#db, kind).flatMap((stored) => {
        const key = `${kind}/${stored.id}/${stored.version}`;
        const result = (this.#made.get(key) as Ready<T> | undefined) ?? ready(stored);
        made.set(key, result);
        if (result.ok) {
          for (const reason of result.notes ?? []) notRun.push({ kind, id: stored.id, reason });
          return [result.value];
        }
        notRun.push({ kind, id: stored.id, reason: result.reason });
        return [];
      });
    const content: LiveContent = {
      rules: load('detection-rule', readyRule),
      suppressions: load('suppression', readySuppression),
      criticalAssets: load('critical-asset', readyCriticalAsset),
      securityFilters: load('security-filter', readySecurityFilter),
      notificationRules: load('notification-rule', readyNotificationRule),
      workflows: new Map(
        load('workflow', readyWorkflow)
          .filter(({ workflow }) => workflow.handle !== '')
          .map((live) => [live.workflow.handle, live]),
      ),
      notRun,
    };
    this.#made = made;
    return content;
  }
}

/**
 * Signals carry the tags that their rule has here, the owner's mark among them: notification rules, suppressions and
 * views name a rule by that mark.
 */
function readyRule(stored: StoredContent): Ready<LiveRule> {
  const decoded = decodeRule(stored.fields, { id: stored.id });
  if (!decoded.ok) return refusal(decoded);
  const rule = { ...decoded.value, tags: tagsOf(stored) };
  const compiled = compileRule(rule, { id: stored.id, version: stored.version });
  return compiled.ok
    ? { ok: true, value: { rule: compiled.rule, activeSinceMs: stored.updatedAtMs } }
    : notCompiled(compiled.problems);
}

/** The selection stays the query that was sent: the ids behind it are those of files, which the org does not know. */
function readySuppression(stored: StoredContent): Ready<CompiledSuppression> {
  const decoded = decodeSuppression(stored.fields, { id: stored.id });
  if (!decoded.ok) return refusal(decoded);
  const query = stored.fields['rule_query'];
  const rules = { kind: 'query', query: typeof query === 'string' ? query : '' } as const;
  const compiled = compileSuppression({ ...decoded.value, rules });
  return compiled.ok ? { ok: true, value: compiled.suppression } : notCompiled(compiled.problems);
}

function readyCriticalAsset(stored: StoredContent): Ready<CompiledCriticalAsset> {
  const decoded = decodeCriticalAsset(stored.fields);
  if (!decoded.ok) return refusal(decoded);
  const compiled = compileCriticalAsset(decoded.value);
  return compiled.ok ? { ok: true, value: compiled.asset } : notCompiled(compiled.problems);
}

function readySecurityFilter(stored: StoredContent): Ready<CompiledSecurityFilter> {
  const decoded = decodeSecurityFilter(stored.fields);
  if (!decoded.ok) return refusal(decoded);
  const compiled = compileSecurityFilter(decoded.value);
  return compiled.ok ? { ok: true, value: compiled.filter } : notCompiled(compiled.problems);
}

function readyNotificationRule(stored: StoredContent): Ready<CompiledNotificationRule> {
  const decoded = decodeNotificationRule(stored.fields, { id: stored.id });
  if (!decoded.ok) return refusal(decoded);
  const compiled = compileNotificationRule(decoded.value);
  return compiled.ok ? { ok: true, value: compiled.rule } : notCompiled(compiled.problems);
}

export function readyWorkflow(stored: StoredContent): Ready<LiveWorkflow> {
  const decoded = decodeWorkflow(stored.fields, { id: workflowIdOf(stored) });
  if (!decoded.ok) return refusal(decoded);
  const unable = cannotRun(decoded.value, (action) => BUILT_IN_ACTIONS.has(action));
  const [whole] = unable.filter(({ isWhole }) => isWhole);
  if (whole !== undefined) return { ok: false, reason: whole.reason };
  const notes = unable.map(({ reason }) => reason);
  return { ok: true, value: { id: stored.id, workflow: decoded.value }, ...(notes.length > 0 && { notes }) };
}

/** What runs call it: the id that content has for it, else its handle, else its id at the API. */
export function workflowIdOf(stored: StoredContent): string {
  const spec = stored.fields['spec'];
  const handle = isObject(spec) ? spec['handle'] : undefined;
  return contentIdOf(stored.fields, handle) ?? stored.id;
}

function tagsOf(stored: StoredContent): readonly string[] {
  const tags = stored.fields['tags'];
  return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string') : [];
}

function notCompiled(problems: readonly ContentProblem[]): Ready<never> {
  return { ok: false, reason: problems[0]?.message ?? 'It cannot be compiled.' };
}

function refusal(decoded: Extract<Decoded<unknown>, { ok: false }>): Ready<never> {
  const [problem] = decoded.problems;
  return {
    ok: false,
    reason: problem === undefined ? 'It cannot be read.' : `${problem.path}: ${problem.message}`,
  };
}
