/** One recorded conversation, held with an org of its own over HTTP. */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  TEST_SESSIONS_PATH,
  TEST_SESSION_HEADER,
  createOrg,
  openTestFront,
  serveOrg,
} from '@signalwright/org';
import { openEgress } from '@signalwright/outbound';
import { sharedData } from '../../harness/shared-data.ts';
import { Pairs, differencesOf, type Comparison } from './compare-answer.ts';
import type { Interaction, RecordedRequest, Scenario } from './read-scenarios.ts';

/** An org in test mode on a port, where each scenario is held with a session of its own. */
export interface Stage {
  readonly url: string;
  /** Routes of an org, as operations: `GET /api/v2/workflows/:x`. */
  readonly served: ReadonlySet<string>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'recordings-'));
  const nowMs = Date.now;
  const random = (bytes: number): Uint8Array => randomBytes(bytes);
  const log = (): void => {};
  const org = await createOrg({
    dataDir,
    nowMs,
    random,
    connectors: new Map(),
    egress: openEgress({ allow: [] }),
    neverBlock: [],
    log,
  });
  const front = openTestFront({
    folder: join(dataDir, 'test-sessions'),
    recordings: sharedData('datadog-api/recordings'),
    nowMs,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
    random,
    log,
  });
  const started = await serveOrg(org, { port: 0, front });
  if (!started.ok) throw new Error(`No port: ${started.refusal.reason}`);
  const { server } = started;
  return {
    url: server.url,
    served: new Set(org.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':x')}`)),
    close: async () => {
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The same of an org that is asked nothing else. */
export async function readServedOperations(): Promise<Stage['served']> {
  const stage = await openStage();
  await stage.close();
  return stage.served;
}

/** @returns what was answered otherwise than recorded, request by request; none when the scenario passes */
export async function replayScenario({ url }: Stage, scenario: Scenario): Promise<readonly string[]> {
  const [version = '', ...feature] = scenario.area.split('-');
  const name = { version, feature: feature.join(' '), scenario: scenario.scenario };
  const opened = await fetch(`${url}${TEST_SESSIONS_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(name),
  });
  if (opened.status !== 201) return [`no session: ${opened.status} ${await opened.text()}`];
  const { session, frozen_at: frozenAt } = (await opened.json()) as {
    readonly session: string;
    readonly frozen_at: string;
  };
  if (frozenAt !== scenario.frozen_at)
    return [`the clock stands at ${frozenAt}, not at ${scenario.frozen_at}`];
  try {
    return await replayAll({ url, session }, scenario);
  } finally {
    await fetch(`${url}${TEST_SESSIONS_PATH}/${session}/stop`, { method: 'POST' });
  }
}

interface Session {
  readonly url: string;
  readonly session: string;
}

async function replayAll(session: Session, scenario: Scenario): Promise<readonly string[]> {
  const known = { ids: new Pairs(), people: new Pairs(), frozenAtMs: Date.parse(scenario.frozen_at) };
  for (const [index, interaction] of scenario.interactions.entries()) {
    const { method, path, query } = interaction.request;
    const isSorted = query.some(([name]) => name === 'sort');
    const differences = await replay(interaction, session, { ...known, isSorted });
    if (differences.length > 0) return differences.map((each) => `${index + 1}. ${method} ${path}: ${each}`);
  }
  return [];
}

/** Recorded both as JSON and as JSON:API, of the same request in different years. */
const MIXED_TYPES: ReadonlySet<string> = new Set(['POST /api/v2/roles']);

async function replay(
  { request, response }: Interaction,
  session: Session,
  comparison: Comparison,
): Promise<readonly string[]> {
  const answer = await send(request, session, comparison.ids);
  const text = await answer.text();
  const recorded = response.body.value;
  if (answer.status !== response.status)
    return [`${answer.status} ${text}, recorded ${response.status} ${recorded}`];
  // Read by clients before the body; Datadog's charset and the like are no part of it.
  const [type, recordedType] = [answer.headers.get('content-type'), response.headers['content-type']].map(
    (value) => value?.split(';')[0]?.trim() ?? '',
  );
  if (
    text !== '' &&
    recordedType !== '' &&
    type !== recordedType &&
    !MIXED_TYPES.has(`${request.method} ${request.path}`)
  )
    return [`${type}, recorded ${recordedType}`];
  if (recorded === '' || text === '') return recorded === text ? [] : [`"${text}", recorded "${recorded}"`];
  return differencesOf(JSON.parse(recorded), JSON.parse(text), comparison);
}

function send(request: RecordedRequest, { url, session }: Session, ids: Pairs): Promise<Response> {
  const { method, path, query, body } = request;
  const search = new URLSearchParams(query.map(([name, value]) => [name, ids.translate(value)]));
  const hasBody = body.value !== null;
  return fetch(`${url}${ids.translate(path)}${search.size === 0 ? '' : `?${search.toString()}`}`, {
    method,
    headers: {
      [TEST_SESSION_HEADER]: session,
      'dd-api-key': 'any',
      'dd-application-key': 'any',
      ...(hasBody && { 'content-type': 'application/json' }),
    },
    ...(hasBody && { body: ids.translate(JSON.stringify(body.value)) }),
  });
}
