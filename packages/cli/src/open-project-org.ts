/** Opens the embedded org of a project and puts it on a port: what `up` and the story have in common. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProjectConfig, type Retention } from '@signalwright/model';
import {
  createOrg,
  describeListenRefusal,
  openEmbeddedWorkflows,
  openTestFront,
  serveOrg,
  type Connector,
  type Log,
  type Org,
  type OrgServer,
  type RateLimits,
  type Seed,
} from '@signalwright/org';
import { openEgress, originOf, parseAllowList } from '@signalwright/outbound';
import { writeFileAtomic } from '@signalwright/store';
import { environmentFailure, usageFailure } from './failure.ts';
import { makeDataFolder } from './make-folder.ts';
import type { Connectors } from './read-connectors.ts';
import { ADDRESS_FILE, DATA_FOLDER, STORY_FILE } from './target.ts';
import type { World } from './world.ts';

export interface ProjectOrgOptions {
  readonly root: string;
  /** @default `.signalwright` in the root */
  readonly dataDir?: string;
  readonly config: ProjectConfig;
  readonly connectors: Connectors;
  /** Where people open the pages, for links in what they are told. */
  readonly publicUrl?: string;
  /** 0 takes a free one. @default 8085 */
  readonly port?: number;
  /** @default DEFAULT_RETENTION */
  readonly retention?: Retention;
  /** Default rules, put in unless they are there. @default none */
  readonly seeds?: readonly Seed[];
  /** Lets tests open orgs of their own beside this one. @default they may not */
  readonly testMode?: TestMode;
  /** Also of the orgs of tests. @default what no client on this machine meets */
  readonly rateLimits?: RateLimits;
  readonly log: Log;
}

export interface TestMode {
  /** Folder of recorded conversations. */
  readonly recordings?: string;
}

/** In the data folder, while the org runs: the orgs of tests. */
export const TEST_SESSIONS_FOLDER = 'test-sessions';

export interface ProjectOrg {
  readonly org: Org;
  readonly server: OrgServer;
  readonly dataDir: string;
}

/** @throws CommandFailure or StoreError when the machine refuses: a port in use, a folder that cannot be written */
export async function openProjectOrg(options: ProjectOrgOptions, world: World): Promise<ProjectOrg> {
  const dataDir = options.dataDir ?? join(options.root, DATA_FOLDER);
  makeDataFolder(dataDir);
  const allowed = parseAllowList([
    ...options.config.allowedHosts,
    ...connectorOrigins(options.connectors.handles),
  ]);
  if (!allowed.ok) throw usageFailure(allowed.message);
  const egress = openEgress({ allow: allowed.hosts });
  const random = (bytes: number): Uint8Array => randomBytes(bytes);
  const clock = {
    nowMs: world.nowMs,
    sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, { signal }),
  };
  const limits = options.rateLimits === undefined ? {} : { rateLimits: options.rateLimits };
  const org = await createOrg({
    dataDir,
    nowMs: world.nowMs,
    random,
    connectors: options.connectors.handles,
    ...(options.connectors.mail !== undefined && { mail: options.connectors.mail }),
    teller: {
      name: options.config.stack,
      ...(options.publicUrl !== undefined && { publicUrl: options.publicUrl }),
    },
    egress,
    neverBlock: options.config.neverBlock,
    log: options.log,
    ...(options.retention !== undefined && { retention: options.retention }),
    ...(options.seeds !== undefined && { seeds: options.seeds }),
    ...limits,
    traces: [ADDRESS_FILE, STORY_FILE],
    openWorkflows: (access) =>
      openEmbeddedWorkflows(
        {
          dataDir,
          clock,
          random,
          egress,
          secret: (name) => {
            throw new Error(`There is no secret "${name}": this org has no secret store yet.`);
          },
          log: options.log,
        },
        access,
      ),
  });
  const front =
    options.testMode &&
    openTestFront({
      folder: join(dataDir, TEST_SESSIONS_FOLDER),
      ...options.testMode,
      ...limits,
      ...clock,
      random,
      log: options.log,
    });
  const served = await serveOrg(org, {
    ...(options.port !== undefined && { port: options.port }),
    ...(front !== undefined && { front }),
  });
  if (served.ok) {
    // Other commands find the org here, whatever port it was given.
    writeFileAtomic(join(dataDir, ADDRESS_FILE), `${JSON.stringify({ url: served.server.url })}\n`);
    return { org, server: served.server, dataDir };
  }
  await front?.close();
  await org.close();
  throw environmentFailure(describeListenRefusal(served.refusal));
}

/** A receiver that somebody named is meant, also when it is this machine: with its scheme and port, no wider. */
function connectorOrigins(connectors: ReadonlyMap<string, Connector>): readonly string[] {
  return [...connectors.values()].map((connector) =>
    connector.kind === 'webhook' ? new URL(connector.url).origin : originOf(connector),
  );
}
