/**
 * A repository as large as one likes, beside an embedded org that runs in a process of its own. Copies of published
 * rules of Datadog, and of every hundred objects three suppressions, two notification rules and a workflow.
 */

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createApiClient, encodeCreate, type ApiClient } from '@signalwright/wire';
import { startUp, type UpProcess } from '../../scripts/harness/up-process.ts';
import { importedCopies, readRules, type Rule } from './imported-rules.ts';

const COMMAND = fileURLToPath(new URL('../../packages/cli/bin/signalwright.js', import.meta.url));
export const CONFIG = 'stack: bench\nenvironments:\n  local: { target: embedded }\n';
/** Import looks at all files of a slice again and again. */
const SLICE = 500;
const PER_HUNDRED = { suppressions: 3, notices: 2, workflows: 1 } as const;

export interface LargeOrg {
  /** Folder of the repository; everything in it is committed. */
  readonly root: string;
  readonly url: string;
  readonly files: ReadonlyMap<string, string>;
  /** A client that has not been told of any limit. */
  openClient(): ApiClient;
  /** Runs the built command in the repository. @throws when it does not end with 0 */
  run(args: readonly string[]): Promise<{ readonly wallMs: number; readonly out: string }>;
  close(): Promise<void>;
}

export async function openLargeOrg(objects: number, log: (line: string) => void): Promise<LargeOrg> {
  const root = mkdtempSync(join(tmpdir(), 'signalwright-large-'));
  const data = join(root, '.signalwright');
  mkdirSync(data);
  const up = await startUp(data);
  const openClient = (): ApiClient => clientOf(up);
  const files = await largeContent(objects, await acceptedRules(openClient()), log);
  for (const [path, text] of [...files, ['.gitignore', '.signalwright/\n'] as const]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', ['-c', 'user.name=b', '-c', 'user.email=b@example.test', ...args], {
      cwd: root,
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'content');
  return {
    root,
    url: up.url,
    files,
    openClient,
    run: (args) => runCommand(root, up, args),
    close: async () => {
      await up.end('SIGTERM');
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function clientOf({ url, apiKey, applicationKey }: UpProcess): ApiClient {
  return createApiClient({
    baseUrl: url,
    auth: { apiKey, applicationKey },
    fetch: (address, init) => fetch(address, init),
    clock: { nowMs: () => Date.now(), sleep: (ms) => sleep(ms) },
    random: Math.random,
  });
}

/** Those that the org takes and the API can create; they are gone again afterwards. */
async function acceptedRules(client: ApiClient): Promise<readonly Rule[]> {
  const accepted: Rule[] = [];
  for (const published of readRules()) {
    const rule: Rule = { ...published, isPartner: false };
    if (rule['type'] === 'infrastructure_configuration' || isThirdParty(rule)) continue;
    const made = await client.rules.create(encodeCreate('detection-rule', rule));
    if (made.kind !== 'done') continue;
    accepted.push(rule);
    await client.rules.delete(made.value.id);
  }
  return accepted;
}

/** Copies get queries of their own, and the service makes those of such a rule. */
function isThirdParty({ options }: Rule): boolean {
  return (options as Readonly<Record<string, unknown>>)['detectionMethod'] === 'third_party';
}

/** Text by path, `signalwright.yaml` among it. */
async function largeContent(
  objects: number,
  rules: readonly Rule[],
  log: (line: string) => void,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map([['signalwright.yaml', CONFIG]]);
  const { suppressions, notices, workflows } = PER_HUNDRED;
  const others = [
    { share: suppressions, fileOf: suppression },
    { share: notices, fileOf: notice },
    { share: workflows, fileOf: workflow },
  ].flatMap(({ share, fileOf }) =>
    Array.from({ length: Math.floor((objects * share) / 100) }, (_, index) => fileOf(index)),
  );
  for (const [path, text] of others) files.set(path, text);
  const count = objects - others.length;
  for (let first = 0; first < count; first += SLICE) {
    const slice = await importedCopies(rules, first, Math.min(SLICE, count - first));
    for (const [path, text] of slice) if (path.startsWith('rules/detection/')) files.set(path, text);
    log(`${files.size - 1} of ${objects} objects are written`);
  }
  return files;
}

function suppression(n: number): readonly [string, string] {
  return [
    `rules/suppression/quiet-${n}.yaml`,
    `kind: suppression
id: quiet-${n}
name: Quiet ${n}
owner: team-appsec
reason: Agreed with tenant ${n}.
ruleQuery: type:log_detection
expires: never
suppressSignals: env:staging @tenant.id:t${n}
`,
  ];
}

function notice(n: number): readonly [string, string] {
  return [
    `rules/notification/notice-${n}.yaml`,
    `kind: notification-rule
id: notice-${n}
name: Notice ${n}
owner: team-appsec
selectors: { severities: [critical, high], query: 'service:service-${n}' }
targets: ['@webhook-soc']
`,
  ];
}

function workflow(n: number): readonly [string, string] {
  return [
    `workflows/flow-${n}.yaml`,
    `kind: workflow
id: flow-${n}
name: Flow ${n}
owner: team-appsec
triggers: { security: {} }
steps:
  - id: review
    action: signalwright.signal.update
    with: { signal: '{{ Source.securitySignal.id }}', state: under_review }
`,
  ];
}

async function runCommand(
  root: string,
  { url, apiKey, applicationKey }: UpProcess,
  args: readonly string[],
): ReturnType<LargeOrg['run']> {
  const env = { ...process.env, SIGNALWRIGHT_URL: url, DD_API_KEY: apiKey, DD_APP_KEY: applicationKey };
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (err += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const wallMs = performance.now() - startedAtMs;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}: ${err}${out.slice(-2_000)}`);
  return { wallMs, out };
}
