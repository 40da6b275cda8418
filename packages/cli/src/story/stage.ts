/** What stands while the story is told: the org on a port, the shop behind the WAF engine, the outside world. */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '@signalwright/content';
import { Secret } from '@signalwright/outbound';
import { DEMO_ATTACKERS } from '@signalwright/simulate';
import { writeFileAtomic } from '@signalwright/store';
import type { ApiClient } from '@signalwright/wire';
import { logLine } from '../log-line.ts';
import { makeDataFolder } from '../make-folder.ts';
import { defaultRulesFor } from '../default-rules.ts';
import { openProjectOrg, type ProjectOrg } from '../open-project-org.ts';
import { DATA_FOLDER, createClient } from '../target.ts';
import type { World } from '../world.ts';
import { openAttackSource, type AttackSource } from './attack.ts';
import { startWebhookSink, type WebhookSink } from './webhook-sink.ts';

export interface StageOptions {
  readonly root: string;
  /** @default `.signalwright` in the root */
  readonly dataDir?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  /** Replays recorded events instead of running the WAF engine. */
  readonly recorded?: boolean;
}

export interface Stage {
  readonly project: ProjectOrg;
  readonly client: ApiClient;
  readonly source: AttackSource;
  readonly sink: WebhookSink;
}

export async function openStage(options: StageOptions, workspace: Workspace, world: World): Promise<Stage> {
  const dataDir = options.dataDir ?? join(options.root, DATA_FOLDER);
  makeDataFolder(dataDir);
  writeThreatIntel(dataDir);
  const secret = new Secret(randomBytes(32).toString('hex'));
  const sink = await startWebhookSink(secret, world.nowMs);
  let source: AttackSource | undefined;
  try {
    source = await openAttackSource(world.nowMs, options.recorded === true);
    const connectors = new Map(
      handlesOf(workspace).map((handle) => [
        handle,
        { kind: 'webhook', url: sink.urlOf(handle), signingSecret: secret } as const,
      ]),
    );
    const { seeds } = await defaultRulesFor(workspace, undefined, world);
    const project = await openProjectOrg(
      {
        root: options.root,
        dataDir,
        config: workspace.config,
        connectors: { handles: connectors },
        seeds,
        ...(options.port !== undefined && { port: options.port }),
        log: (entry) => {
          if (entry.level === 'error') world.err(`signalwright: ${logLine(entry)}`);
        },
      },
      world,
    );
    const client = await createClient(project.server.url, project.org.ownerCredentials, world);
    return { project, client, source, sink };
  } catch (error) {
    await source?.close();
    await sink.close();
    throw error;
  }
}

export async function closeStage(stage: Stage): Promise<void> {
  await stage.source.close();
  await stage.project.server.close();
  await stage.sink.close();
}

/** Every webhook that the content names leads to the sink; other kinds of handles stay unanswered. */
function handlesOf(workspace: Workspace): readonly string[] {
  const handles = workspace.objects.flatMap((object) => {
    if (object.kind === 'notification-rule') {
      return object.object.targets.flatMap((target) => (target.kind === 'handle' ? [target.handle] : []));
    }
    if (object.kind === 'detection-rule') return object.object.cases.flatMap((each) => each.notifications);
    return [];
  });
  return [...new Set(handles)].filter((handle) => handle.startsWith('@webhook-'));
}

/** The list of known addresses, as a feed would bring it; a list that is there already is left alone. */
function writeThreatIntel(dataDir: string): void {
  const path = join(dataDir, 'threat-intel.csv');
  if (existsSync(path)) return;
  const rows = DEMO_ATTACKERS.map(
    ({ ip, category, intention }) => `${ip},${category},${intention},signalwright-demo`,
  );
  writeFileAtomic(path, ['ip_address,category,intention,source', ...rows, ''].join('\n'));
}

/** From now on a person's own requests to the shop become events too, and the denylist takes effect at once. */
export function followVisits(stage: Stage, world: World): void {
  stage.source.onVisit((event) => {
    void stage.client.own.sendSpans([event]);
  });
  stage.project.org.onDenylistChanged(() =>
    stage.source.updateDenylist(stage.project.org.denylist(), world.nowMs()),
  );
}
