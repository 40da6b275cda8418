/**
 * Workflows as their authors write them: the approval of the guide, and one that holds all that a workflow can. They
 * check, their tests play, they compile and are kept by an org that cannot run them, which it says before any run.
 */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadFromFiles } from '@signalwright/content';
import type { AuthoredWorkflow } from '@signalwright/model';
import { createOrg, type Org } from '@signalwright/org';
import { openEgress } from '@signalwright/outbound';
import {
  createApiClient,
  decodeWorkflow,
  encodeWorkflow,
  normalisePayload,
  type ApiClient,
} from '@signalwright/wire';
import { BUILT_IN_MANIFEST, runWorkflowTests } from '@signalwright/workflow';

const FOLDER = join(import.meta.dirname, 'authored');
const STACK = { stack: 'acme' };
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const NAMES = FILES.filter((name) => !name.endsWith('.layout.yaml'));

const files = new Map([
  [
    'signalwright.yaml',
    "stack: acme\nenvironments: { prod: { target: datadog, site: datadoghq.eu } }\nallow: { handles: ['@slack-appsec'] }\n",
  ],
  ...FILES.map((name) => [`workflows/${name}`, readFileSync(join(FOLDER, name), 'utf8')] as const),
]);
const loaded = loadFromFiles(files, { manifest: BUILT_IN_MANIFEST });

function authored(name: string): AuthoredWorkflow {
  const object = loaded.workspace?.get(`workflow/${name.replace('.yaml', '')}`);
  if (object?.kind !== 'workflow') throw new Error(JSON.stringify(loaded.diagnostics));
  return object;
}

test('they have no finding that stops them', () => {
  expect(loaded.diagnostics.map(({ code, range }) => `${range.file}:${range.start.line} ${code}`)).toEqual([
    'workflows/block-attacker.yaml:12 workflow/one-sided-action',
    'workflows/close-the-door.yaml:2 lint/no-tests',
  ]);
});

test('the tests of the approval play: a person’s answer is a branch', async () => {
  const outcomes = await runWorkflowTests(authored('block-attacker'), BUILT_IN_MANIFEST);
  expect(outcomes.filter(({ passed }) => !passed)).toEqual([]);
  expect(outcomes).toHaveLength(4);
});

test.each(NAMES)('%s compiles to a body that reads as what was written', async (name) => {
  const { object } = authored(name);
  const body = encodeWorkflow(object, STACK);
  const read = decodeWorkflow(JSON.parse(JSON.stringify(body)));
  expect(read.ok ? encodeWorkflow(read.value, STACK) : read).toEqual(body);
  await expect(`${JSON.stringify(body, undefined, 2)}\n`).toMatchFileSnapshot(
    join(FOLDER, 'golden', name.replace('.yaml', '.json')),
  );
});

describe('at an org', () => {
  let folder: string;
  let org: Org;
  let client: ApiClient;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'authored-'));
    org = await createOrg({
      dataDir: folder,
      nowMs: () => Date.UTC(2026, 5, 1),
      random: (bytes) => randomBytes(bytes),
      connectors: new Map(),
      egress: openEgress({ allow: [] }),
      neverBlock: [],
      log: () => undefined,
    });
    const { baseUrl, fetch, apiKey, applicationKey } = org.access();
    client = createApiClient({
      baseUrl,
      fetch,
      auth: { apiKey, applicationKey },
      clock: { nowMs: () => Date.UTC(2026, 5, 1), sleep: () => Promise.resolve() },
      random: () => 0.5,
    });
  });

  afterAll(async () => {
    await org.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    [
      'block-attacker.yaml',
      'The step "ask" calls signalwright.approval, which this runner does not carry out yet.',
    ],
    [
      'close-the-door.yaml',
      'The step "fetch" calls com.datadoghq.http.request, which exists at Datadog only.',
    ],
  ])('%s is kept as it is, and is said not to run', async (name, reason) => {
    const body = encodeWorkflow(authored(name).object, STACK);
    const created = await client.workflows.create(body);
    if (created.kind !== 'done') throw new Error(JSON.stringify(created));
    const { id, payload } = created.value;
    expect(normalisePayload('workflow', payload)).toEqual(normalisePayload('workflow', body));
    const status = await org.fetch(
      new Request('http://org.in-process/api/signalwright/status', {
        headers: {
          'dd-api-key': org.ownerCredentials.apiKey,
          'dd-application-key': org.ownerCredentials.applicationKey,
        },
      }),
    );
    expect(JSON.stringify(await status.json())).toContain(JSON.stringify(reason));
    const run = await client.workflows.run(id, {});
    expect(run).toMatchObject({ kind: 'refused', error: { messages: [expect.stringContaining(reason)] } });
  });
});
