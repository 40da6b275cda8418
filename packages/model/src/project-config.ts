/** `signalwright.yaml`, normal form: what holds for the whole folder of content. */

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
}

export type Environment =
  | { readonly target: 'embedded' }
  | { readonly target: 'datadog'; readonly site: string };
