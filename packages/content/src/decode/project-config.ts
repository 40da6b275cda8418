/** `signalwright.yaml`: written form to normal form. */

import type { Environment, ProjectConfig } from '@signalwright/model';
import type { WrittenConfig, WrittenConfigEnvironment } from '../schema/written.ts';

/** Where content goes when no environment is written: the embedded org. */
const DEFAULT_ENVIRONMENTS: Readonly<Record<string, Environment>> = { local: { target: 'embedded' } };

export function decodeProjectConfig(written: WrittenConfig): ProjectConfig {
  const { environments, allow } = written;
  return {
    stack: written.stack,
    environments:
      environments === undefined
        ? DEFAULT_ENVIRONMENTS
        : Object.fromEntries(
            Object.entries(environments).map(([name, each]) => [name, decodeEnvironment(each)]),
          ),
    neverBlock: written.neverBlock ?? [],
    ...(allow?.handles !== undefined && { allowedHandles: allow.handles }),
    allowedHosts: allow?.hosts ?? [],
    lints: written.lints ?? {},
  };
}

/** `link` has seen that `site` stands beside `datadog` and nowhere else. */
function decodeEnvironment({ target, site }: WrittenConfigEnvironment): Environment {
  return target === 'datadog' ? { target, site: site ?? '' } : { target };
}
