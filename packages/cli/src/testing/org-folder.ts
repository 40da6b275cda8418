/** A folder of content with an embedded org behind its network, both in this process and on one clock. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Event } from '@signalwright/model';
import { createOrg, openEmbeddedWorkflows, type Org } from '@signalwright/org';
import { openEgress } from '@signalwright/outbound';
import { DATA_FOLDER } from '../target.ts';
import type { World } from '../world.ts';
import { NOW_MS, makeTestFolder, type Ran, type TestFolder } from './terminal.ts';

export interface OrgFolder extends TestFolder {
  readonly org: Org;
  /** Each request that the command made: `GET /api/v2/workflows`. */
  readonly requests: string[];
  /** Asks the org with the keys of its owner; not among `requests`. */
  ask(method: string, path: string, body?: unknown): Promise<Response>;
  /** Events on their way through detection. */
  ingest(events: readonly Event[]): Promise<void>;
  close(): Promise<void>;
}

export async function openOrgFolder(files: Readonly<Record<string, string>>): Promise<OrgFolder> {
  const folder = makeTestFolder(files);
  const requests: string[] = [];
  const dataDir = join(folder.root, DATA_FOLDER);
  const nowMs = (): number => NOW_MS;
  const random = (bytes: number): Uint8Array => randomBytes(bytes);
  const egress = openEgress({ allow: [] });
  const log = (): void => undefined;
  const secret = (name: string): string => {
    throw new Error(`There is no secret "${name}".`);
  };
  const clock = { nowMs, sleep: () => Promise.resolve() };
  const org = await createOrg({
    dataDir,
    nowMs,
    random,
    connectors: new Map(),
    egress,
    neverBlock: [],
    log,
    openWorkflows: (access) => openEmbeddedWorkflows({ dataDir, clock, random, egress, secret, log }, access),
  });
  const fetch: World['fetch'] = (input, init) => {
    const request = new Request(input, init);
    requests.push(`${request.method} ${new URL(request.url).pathname}`);
    return org.fetch(request);
  };
  return {
    ...folder,
    org,
    requests,
    run: (args, world = {}): Promise<Ran> => folder.run(args, { fetch, ...world }),
    ask: async (method, path, body) =>
      org.fetch(
        new Request(`http://127.0.0.1:8085${path}`, {
          method,
          headers: {
            'dd-api-key': org.ownerCredentials.apiKey,
            'dd-application-key': org.ownerCredentials.applicationKey,
            'content-type': 'application/json',
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      ),
    ingest: async (events) => {
      await org.pipeline.ingest(events);
      await org.settle();
    },
    close: async () => {
      await org.close();
      folder.remove();
    },
  };
}

/** As many failed logins from one address, a second apart, ending now. */
export function failedLogins(count: number, ip = '203.0.113.7'): readonly Event[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${ip}-${index}`,
    tsMs: NOW_MS - (count - index) * 1_000,
    dataSource: 'spans',
    service: 'shop',
    env: 'prod',
    tags: ['env:prod'],
    attributes: {
      http: { client_ip: ip },
      usr: { id: 'dana' },
      appsec: { security_activity: 'business_logic.users.login.failure' },
    },
    message: 'POST /login',
  }));
}
