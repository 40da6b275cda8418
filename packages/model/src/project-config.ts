/** `signalwright.yaml`, normal form: what holds for the whole folder of content. */

import type { DiagnosticCode, DiagnosticSeverity } from './diagnostic.ts';

export interface ProjectConfig {
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
}

export type LintLevel = DiagnosticSeverity | 'off';

export type Environment =
  | { readonly target: 'embedded' }
  | { readonly target: 'datadog'; readonly site: string };
