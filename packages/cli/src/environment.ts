/** Environments of `signalwright.yaml` by name. */

import type { Environment, ProjectConfig } from '@signalwright/model';
import { usageFailure, type CommandFailure } from './failure.ts';

export function environmentOf(config: ProjectConfig, name: string): Environment | undefined {
  return Object.hasOwn(config.environments, name) ? config.environments[name] : undefined;
}

export function unknownEnvironment(config: ProjectConfig, name: string): CommandFailure {
  const known = Object.keys(config.environments).join(', ');
  return usageFailure(
    `There is no environment "${name}" in signalwright.yaml.`,
    `It has: ${known || 'none'}.`,
  );
}

/** Leaves an option that was not given out, as exact optional types want it. */
export function envOf(options: { readonly env?: string }): { readonly env?: string } {
  return options.env === undefined ? {} : { env: options.env };
}
