/** One recorded conversation, held with an org of its own over HTTP. */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createOrg,
  openEmbeddedWorkflows,
  seedsOf,
  serveOrg,
  type Org,
  type OrgServer,
} from '@signalwright/org';
import { openEgress } from '@signalwright/outbound';
import { Pairs, differencesOf, type Comparison } from './compare-answer.ts';
import type { Interaction, RecordedRequest, Scenario } from './read-scenarios.ts';

/** @returns what was answered otherwise than recorded, request by request; none when the scenario passes */
export async function replayScenario(scenario: Scenario): Promise<readonly string[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'recordings-'));
  try {
    const frozenAtMs = Date.parse(scenario.frozen_at);
    const org = await openOrg(dataDir, frozenAtMs, scenario);
    const served = await serveOrg(org, { port: 0 });
    if (!served.ok) throw new Error(`No port: ${served.refusal.reason}`);
    try {
      const known = { ids: new Pairs(), people: new Pairs(), frozenAtMs };
      for (const [index, interaction] of scenario.interactions.entries()) {
        const { method, path, query } = interaction.request;
        const isSorted = query.some(([name]) => name === 'sort');
        const differences = await replay(interaction, served.server, org, { ...known, isSorted });
        if (differences.length > 0)
          return differences.map((each) => `${index + 1}. ${method} ${path}: ${each}`);
      }
      return [];
    } finally {
      await served.server.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Routes of an org, as operations: `GET /api/v2/workflows/:x`. */
export async function readServedOperations(): Promise<ReadonlySet<string>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'recordings-'));
  try {
    const org = await openOrg(dataDir, 0, { interactions: [] });
    await org.close();
    return new Set(org.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':x')}`));
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function openOrg(dataDir: string, nowMs: number, scenario: Pick<Scenario, 'interactions'>): Promise<Org> {
  const egress = openEgress({ allow: [] });
  const random = (bytes: number): Uint8Array => randomBytes(bytes);
  const clock = { nowMs: () => nowMs, sleep: () => Promise.resolve() };
  const log = (): void => {};
  const secret = (name: string): string => {
    throw new Error(`There is no secret "${name}".`);
  };
  return createOrg({
    dataDir,
    nowMs: clock.nowMs,
    random,
    connectors: new Map(),
    egress,
    neverBlock: [],
    log,
    seeds: seedsOf(scenario.interactions),
    openWorkflows: (runner) => openEmbeddedWorkflows({ dataDir, clock, random, egress, log, secret }, runner),
  });
}

async function replay(
  { request, response }: Interaction,
  server: OrgServer,
  org: Org,
  comparison: Comparison,
): Promise<readonly string[]> {
  const answer = await send(request, server, org, comparison.ids);
  const text = await answer.text();
  const recorded = response.body.value;
  if (answer.status !== response.status)
    return [`${answer.status} ${text}, recorded ${response.status} ${recorded}`];
  if (recorded === '' || text === '') return recorded === text ? [] : [`"${text}", recorded "${recorded}"`];
  return differencesOf(JSON.parse(recorded), JSON.parse(text), comparison);
}

function send(request: RecordedRequest, server: OrgServer, org: Org, ids: Pairs): Promise<Response> {
  const { method, path, query, body } = request;
  const search = new URLSearchParams(query.map(([name, value]) => [name, ids.translate(value)]));
  const hasBody = body.value !== null;
  return fetch(`${server.url}${ids.translate(path)}${search.size === 0 ? '' : `?${search.toString()}`}`, {
    method,
    headers: {
      'dd-api-key': org.ownerCredentials.apiKey,
      'dd-application-key': org.ownerCredentials.applicationKey,
      ...(hasBody && { 'content-type': 'application/json' }),
    },
    ...(hasBody && { body: ids.translate(JSON.stringify(body.value)) }),
  });
}
