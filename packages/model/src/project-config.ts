/** `signalwright.yaml`, normal form: what holds for the whole folder of content. */

import type { DiagnosticCode, DiagnosticSeverity } from './diagnostic.ts';

export interface ProjectConfig {
  /** Of the written form; 1 where none is written. */
  readonly formatVersion: number;
  /** Names the owner of remote objects: they carry `signalwright:<stack>/<id>`. */
  readonly stack: string;
  readonly environments: Readonly<Record<string, Environment>>;
  /** Addresses and CIDR blocks that no block action may name. */
  readonly neverBlock: readonly string[];
  /** Handles that rules may notify (`*` at the end is allowed); undefined allows any. */
  readonly allowedHandles?: readonly string[];
  /** Hosts that connectors may reach. */
  readonly allowedHosts: readonly string[];
  /** Severities other than those of the table, for advice alone. */
  readonly lints: Readonly<Partial<Record<DiagnosticCode, LintLevel>>>;
  readonly history: HistoryConfig;
}

export type LintLevel = DiagnosticSeverity | 'off';

export type Environment = EnvironmentTarget & EnvironmentContent & EnvironmentAccess;

/** Whose keys are used for an environment. */
export interface EnvironmentAccess {
  readonly keys?: KeyReferences;
  /** Public id of the organisation that they must be of. */
  readonly org?: string;
}

/** Names of the secrets that hold the keys of an environment, `secret://prod-api-key`; never the keys. */
export interface KeyReferences {
  readonly api: string;
  readonly application: string;
}

export type EnvironmentTarget =
  | { readonly target: 'embedded' }
  | { readonly target: 'datadog'; readonly site: string };

/** What an environment makes of the content. */
export interface EnvironmentContent {
  /** What `${var.NAME}` stands for in texts. */
  readonly variables: Readonly<Record<string, VariableValue>>;
  /** By address, as written: laid over the object when content is loaded. */
  readonly overrides: Readonly<Record<string, object>>;
  /** Whether objects that have gone from content are removed: `confirm` when a command says `--prune`. */
  readonly prune: 'never' | 'confirm' | 'always';
  readonly acceptDrift: readonly AcceptedDrift[];
}

/** What somebody changed at the target, and stays so until a day. */
export interface AcceptedDrift {
  /** Address; one that content does not have is a finding. */
  readonly object: string;
  /** Paths in the payload, as a plan prints them; what lies below goes with them. */
  readonly fields: readonly string[];
  /** The last day, `2026-12-24`. */
  readonly until: string;
  /** End of that day, Unix time in milliseconds. */
  readonly endsMs: number;
  readonly reason: string;
}

export type VariableValue = string | number | boolean;

/** What reviews are measured on. Nothing acts on it yet. */
export interface HistoryConfig {
  readonly events?: { readonly from: 'spans' | 'logs'; readonly keepMs: number; readonly query: string };
  readonly signals?: { readonly from: 'datadog'; readonly keepMs: number };
}

/** The environment that content is read for when none is named: `local`, else the first that is written. */
export function defaultEnvironment({ environments }: Pick<ProjectConfig, 'environments'>): string {
  if (Object.hasOwn(environments, 'local')) return 'local';
  return Object.keys(environments)[0] ?? 'local';
}
