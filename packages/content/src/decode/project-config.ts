/** `signalwright.yaml`: written form to normal form. */

import type { Environment, EnvironmentContent, HistoryConfig, ProjectConfig } from '@signalwright/model';
import type { WrittenConfig, WrittenConfigEnvironment } from '../schema/written.ts';
import { durationMs } from './scalar.ts';

/** Where content goes when no environment is written: the embedded org. */
const DEFAULT_ENVIRONMENTS: NonNullable<WrittenConfig['environments']> = { local: { target: 'embedded' } };

export function decodeProjectConfig(written: WrittenConfig): ProjectConfig {
  const { environments = DEFAULT_ENVIRONMENTS, allow } = written;
  return {
    formatVersion: written.formatVersion ?? 1,
    stack: written.stack,
    environments: Object.fromEntries(
      Object.entries(environments).map(([name, each]) => [name, decodeEnvironment(each)]),
    ),
    neverBlock: written.neverBlock ?? [],
    ...(allow?.handles !== undefined && { allowedHandles: allow.handles }),
    allowedHosts: allow?.hosts ?? [],
    lints: written.lints ?? {},
    history: decodeHistory(written.history),
  };
}

const DAY_MS = 86_400_000;

/** `link` has seen that `site` stands beside `datadog` and nowhere else. */
function decodeEnvironment(written: WrittenConfigEnvironment): Environment {
  const {
    target,
    site,
    org,
    keys,
    variables = {},
    overrides = {},
    prune = false,
    acceptDrift = [],
  } = written;
  const content: EnvironmentContent = {
    variables,
    overrides,
    prune: prune === 'confirm' ? 'confirm' : prune ? 'always' : 'never',
    acceptDrift: acceptDrift.map((each) => ({ ...each, endsMs: Date.parse(each.until) + DAY_MS })),
  };
  const shared = { ...content, ...(keys !== undefined && { keys }), ...(org !== undefined && { org }) };
  return target === 'datadog' ? { target, site: site ?? '', ...shared } : { target, ...shared };
}

function decodeHistory({ events, signals }: NonNullable<WrittenConfig['history']> = {}): HistoryConfig {
  return {
    ...(events !== undefined && {
      events: { from: events.from, keepMs: durationMs(events.keep), query: events.query },
    }),
    ...(signals !== undefined && { signals: { from: signals.from, keepMs: durationMs(signals.keep) } }),
  };
}
