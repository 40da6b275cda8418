/** Where a command goes: an environment of `signalwright.yaml`, its address and the client that speaks to it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectConfig } from '@signalwright/model';
import type { PlanTarget } from '@signalwright/sync';
import type { ApiClient } from '@signalwright/wire';
import type { Answerer } from './api-answer.ts';
import { environmentOf, unknownEnvironment } from './environment.ts';
import { environmentFailure, usageFailure } from './failure.ts';
import { clockOf } from './interruption.ts';
import { findKeys, missingKeys, readOwnerKeys, type FoundKeys, type Keys } from './keys.ts';
import { isThisMachine, readTargetUrl, requireKnownSite } from './target-address.ts';
import type { World } from './world.ts';

/** Data of the embedded org and journals, beside `signalwright.yaml`; never in git. */
export const DATA_FOLDER = '.signalwright';
/** Fixed, so that an address stays the same from one start to the next. */
const DEFAULT_PORT = 8085;

/** Where the org of a data folder answered last. */
export const ADDRESS_FILE = 'address.json';
/** In the data folder: when the story began, and what came of it. */
export const STORY_FILE = 'story.json';

export interface Target extends Answerer {
  readonly plan: PlanTarget;
  readonly client: ApiClient;
  /** Of applies to this environment. */
  readonly journalPath: string;
  /** An org of our own, whose lists show a write at once. */
  readonly isEmbedded: boolean;
}

export interface TargetOptions {
  readonly root: string;
  readonly config: ProjectConfig;
  /** @default the only one, or `local` */
  readonly env?: string;
  /** Ends the calls of the client, see `TransportOptions`. */
  readonly stop?: AbortSignal;
}

/**
 * @throws CommandFailure 64 for an environment that does not exist, 1 for a site that keys are not sent to, 74 when its
 *   keys are missing
 */
export async function openTarget(options: TargetOptions, world: World): Promise<Target> {
  const { root, config } = options;
  const name = environmentName(config, options.env);
  const plan = planTargetOf({ root, config, name }, world);
  const environment = environmentOf(config, name);
  if (environment?.target === 'datadog') requireKnownSite(environment.site, name, world.env);
  const isEmbedded = environment?.target === 'embedded';
  const { keys, from } =
    findKeys(environment?.keys, world.env) ?? (isEmbedded ? ownerKeys(plan.url, root) : noKeys());
  if (isEmbedded) await knock(plan.url, world);
  const client = await createClient(plan.url, keys, world, options.stop);
  return { plan, client, journalPath: journalPathOf(root, name), isEmbedded, root, keysFrom: from };
}

function noKeys(): never {
  throw missingKeys(['DD_API_KEY', 'DD_APP_KEY']);
}

function ownerKeys(url: string, root: string): FoundKeys {
  return isThisMachine(url) ? readOwnerKeys(join(root, DATA_FOLDER)) : noKeys();
}

/** Where the journal of applies to an environment lies. */
export function journalPathOf(root: string, name: string): string {
  return join(root, DATA_FOLDER, 'sync', `${name}.ndjson`);
}

/**
 * Where the API and the pages of an environment are; asks nobody.
 *
 * @throws CommandFailure 64 for an environment that does not exist, and for a SIGNALWRIGHT_URL that is no address
 */
export function planTargetOf(
  { root, config, name }: { readonly root: string; readonly config: ProjectConfig; readonly name: string },
  world: Pick<World, 'env'>,
): PlanTarget {
  const { stack } = config;
  const environment = environmentOf(config, name);
  if (environment === undefined) throw unknownEnvironment(config, name);
  if (environment.target === 'datadog') {
    const { site } = environment;
    return { name, url: `https://api.${site}`, explorerUrl: `https://app.${site}/security`, stack };
  }
  const named = world.env['SIGNALWRIGHT_URL'];
  const url = named
    ? readTargetUrl(named)
    : (lastAddress(join(root, DATA_FOLDER)) ?? `http://127.0.0.1:${DEFAULT_PORT}`);
  return { name, url, explorerUrl: `${url}/`, stack };
}

export async function createClient(
  baseUrl: string,
  auth: Keys,
  world: World,
  stop?: AbortSignal,
): Promise<ApiClient> {
  const { createApiClient } = await import('@signalwright/wire');
  return createApiClient({
    baseUrl,
    auth,
    fetch: (url, init) => fetchWithCause(world, url, init),
    clock: clockOf(world, stop),
    random: Math.random,
    stop,
  });
}

/**
 * The org that is up on a data folder, with the keys of its owner.
 *
 * @throws CommandFailure 74 when it cannot be reached
 */
export async function openOwnOrg(
  dataDir: string,
  world: World,
): Promise<Answerer & { readonly client: ApiClient }> {
  const url = lastAddress(dataDir);
  if (url === undefined)
    throw environmentFailure(`${join(dataDir, ADDRESS_FILE)} does not say where the org is.`);
  const { keys, from } = readOwnerKeys(dataDir);
  await knock(url, world);
  const client = await createClient(url, keys, world);
  return { plan: { name: 'local', url }, root: dataDir, keysFrom: from, client };
}

/** An org on this machine that is not there now will not be there in ten seconds: no retries, as calls have. */
async function knock(url: string, world: World): Promise<void> {
  try {
    await fetchWithCause(world, `${url}/health`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(KNOCK_MS),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw environmentFailure(
      `The embedded org does not answer at ${url}: ${reason}.`,
      '`signalwright up` starts it; SIGNALWRIGHT_URL names another address.',
    );
  }
}

const KNOCK_MS = 5_000;

/** `fetch failed` helps nobody: what the system said stands in the cause. */
async function fetchWithCause(world: World, url: string, init: RequestInit): Promise<Response> {
  try {
    return await world.fetch(url, init);
  } catch (error) {
    const cause = error instanceof TypeError ? error.cause : undefined;
    if (!(cause instanceof Error)) throw error;
    const code = 'code' in cause ? String(cause.code) : '';
    throw new Error(CONNECTION_PROBLEMS[code] ?? (cause.message || code), { cause: error });
  }
}

const CONNECTION_PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
};

/** Only an address of this machine is believed: keys are sent there. */
function lastAddress(dataDir: string): string | undefined {
  try {
    const { url } = JSON.parse(readFileSync(join(dataDir, ADDRESS_FILE), 'utf8')) as {
      url?: unknown;
    };
    return typeof url === 'string' && /^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(url) ? url : undefined;
  } catch {
    return undefined;
  }
}

/** @throws CommandFailure 64 when none is named and there are several */
export function environmentName(config: ProjectConfig, asked: string | undefined): string {
  if (asked !== undefined) return asked;
  const names = Object.keys(config.environments);
  if (names.includes('local')) return 'local';
  const [only, ...more] = names;
  if (only !== undefined && more.length === 0) return only;
  throw usageFailure(
    'Which environment?',
    `Say --env <name>: ${names.join(', ') || 'signalwright.yaml has none'}.`,
  );
}
