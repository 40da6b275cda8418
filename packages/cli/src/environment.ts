/** Environments of `signalwright.yaml` by name. */

import { didYouMean } from '@signalwright/content';
import type { Environment, ProjectConfig } from '@signalwright/model';
import { usageFailure, type CommandFailure } from './failure.ts';
import { oneLine } from './text-width.ts';

export function environmentOf(config: ProjectConfig, name: string): Environment | undefined {
  return Object.hasOwn(config.environments, name) ? config.environments[name] : undefined;
}

/** More names than a person reads. */
const MAX_NAMES = 20;

export function unknownEnvironment(config: ProjectConfig, name: string): CommandFailure {
  const names = Object.keys(config.environments);
  const rest = names.length - MAX_NAMES;
  const known = `It has: ${names.slice(0, MAX_NAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
  const guess = didYouMean(name, names);
  return usageFailure(
    `There is no environment "${oneLine(name)}" in signalwright.yaml.`,
    guess === undefined ? known : `${guess} ${known}`,
  );
}

/** Leaves an option that was not given out, as exact optional types want it. */
export function envOf(options: { readonly env?: string }): { readonly env?: string } {
  return options.env === undefined ? {} : { env: options.env };
}
