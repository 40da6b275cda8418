/** A repository of content with an embedded org behind its network, applied once, on a clock that can be moved. */

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createOrg, type Org, type OrgOptions } from '@signalwright/org';
import { openEgress } from '@signalwright/outbound';
import { REMOTE_KINDS, createApiClient, isSwitchedOff, type ApiClient } from '@signalwright/wire';
import { main } from 'signalwright';

const START_MS = Date.UTC(2026, 10, 2, 12);
const DAY_MS = 86_400_000;
const RULES = 14;
const ORG_URL = 'http://127.0.0.1:8085';

export interface Ran {
  readonly code: number;
  /** Everything that was said. */
  readonly text: string;
  /** What of it went to stdout: with `--json`, the document. */
  readonly out: string;
}

/** Stands between the command and the org. */
export type Proxy = (request: Request, pass: () => Promise<Response>) => Promise<Response>;

export interface Stage {
  readonly root: string;
  readonly org: Org;
  readonly client: ApiClient;
  /** Everything that the command asked for and that is no reading. */
  readonly writes: readonly string[];
  /** The deletes and switches among them. */
  readonly removals: readonly string[];
  proxy: Proxy | undefined;
  /** Where the command looks for the org; another one only after the org was put there. */
  url: string;
  write(path: string, text: string): void;
  read(path: string): string;
  git(...args: string[]): string;
  commit(): void;
  /** @param root another folder to run in */
  run(args: readonly string[], root?: string): Promise<Ran>;
  passDays(days: number): void;
  /** `<kind> <name> on|off` of every object that is there. */
  census(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const stage = await openEmptyStage();
  await settle(stage);
  return stage;
}

export interface EmptyStageOptions {
  /** Rules of Datadog, which are there before anybody. */
  readonly seeds?: OrgOptions['seeds'];
  /** @default a clock that stands still until `passDays` */
  readonly nowMs?: () => number;
}

/** A repository without a commit, and an org that nobody has made anything in. */
export async function openEmptyStage({ seeds = [], ...options }: EmptyStageOptions = {}): Promise<Stage> {
  const root = mkdtempSync(join(tmpdir(), 'signalwright-gitops-'));
  let passedMs = 0;
  const now = (): number => (options.nowMs?.() ?? START_MS) + passedMs;
  const dataDir = join(root, '.signalwright');
  const org = await createOrg({
    dataDir,
    nowMs: now,
    random: (bytes) => randomBytes(bytes),
    connectors: new Map(),
    egress: openEgress({ allow: [] }),
    neverBlock: [],
    log: () => undefined,
    seeds,
  });
  const writes: string[] = [];
  const removals: string[] = [];
  const clock = { nowMs: now, sleep: () => Promise.resolve() };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (!isReading(request)) writes.push(`${request.method} ${new URL(request.url).pathname}`);
    const body = request.method === 'GET' ? '' : await request.clone().text();
    if (request.method === 'DELETE' || /"(?:isEnabled|enabled|published)":false/.test(body)) {
      removals.push(`${request.method} ${new URL(request.url).pathname}`);
    }
    const pass = async (): Promise<Response> => org.fetch(request);
    return stage.proxy === undefined ? pass() : stage.proxy(request, pass);
  };
  const client = createApiClient({
    baseUrl: ORG_URL,
    auth: org.ownerCredentials,
    fetch: (url, init) => Promise.resolve(org.fetch(new Request(url, init))),
    clock,
    random: () => 0.5,
  });
  const stage: Stage = {
    root,
    org,
    client,
    writes,
    removals,
    proxy: undefined,
    url: ORG_URL,
    write: (path, text) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    git: (...args) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args], {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    commit: () => {
      stage.git('add', '-A');
      stage.git('commit', '-qm', 'x', '--allow-empty');
    },
    run: async (args, cwd = root) => {
      let text = '';
      let out = '';
      const code = await main(args, {
        cwd,
        env: { PATH: process.env['PATH'], SIGNALWRIGHT_URL: stage.url, ...keysOf(org) },
        out: (more) => {
          text += more;
          out += more;
        },
        err: (more) => void (text += more),
        isTerminal: false,
        isInteractive: false,
        nowMs: now,
        ask: () => Promise.reject(new Error('nobody is there')),
        fetch,
        readInput: () => Promise.reject(new Error('nothing is piped in')),
        untilStopped: () => Promise.resolve(),
        stopSignal: () => new AbortController().signal,
      });
      return { code, text, out };
    },
    passDays: (days) => {
      passedMs += days * DAY_MS;
    },
    census: () => census(client),
    close: async () => {
      await org.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
  stage.git('init', '-q', '-b', 'main');
  stage.write('.gitignore', '.signalwright/\n');
  return stage;
}

/** The API searches with POST, too. */
function isReading({ method, url }: Request): boolean {
  return method === 'GET' || (method === 'POST' && new URL(url).pathname.endsWith('/search'));
}

function keysOf({ ownerCredentials: { apiKey, applicationKey } }: Org): Record<string, string> {
  return { DD_API_KEY: apiKey, DD_APP_KEY: applicationKey };
}

/** Some content, committed and applied. */
async function settle(stage: Stage): Promise<void> {
  stage.write(
    'signalwright.yaml',
    'stack: acme\nenvironments:\n  local: { target: embedded, prune: true }\n',
  );
  stage.commit();
  stage.git('branch', 'before');
  for (let n = 0; n < RULES; n += 1) stage.write(ruleFile(n), ruleText(n));
  stage.write('rules/suppression/pentest.yaml', SUPPRESSION);
  stage.write('rules/notification/urgent.yaml', NOTIFICATION);
  stage.write('rules/notification/leaks.yaml', FINDINGS);
  stage.write('workflows/watch.yaml', WORKFLOW);
  stage.commit();
  const { code, text } = await stage.run(['apply', '--yes']);
  if (code !== 0) throw new Error(`The stage cannot be set: ${text}`);
}

async function census(client: ApiClient): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const kind of REMOTE_KINDS) {
    const listed = await client.objects(kind).list();
    if (listed.kind !== 'done') throw new Error(`${kind} cannot be listed`);
    for (const object of listed.value)
      lines.push(`${kind} ${object.id} ${isSwitchedOff(object) ? 'off' : 'on'}`);
  }
  return lines.toSorted();
}

export function ruleFile(n: number): string {
  return `rules/detection/rule-${n}.yaml`;
}

export function ruleText(n: number): string {
  return `kind: detection-rule
id: rule-${n}
name: Rule ${n}
type: application_security
owner: security
tags: [security:attack]
groupBy: [service]
queries:
  - name: failures
    query: '@appsec.security_activity:business_logic.users.login.failure @usr.id:user-${n}'
cases:
  - name: many
    condition: failures > ${n + 5}
    severity: medium
message: Failed logins on {{service}}.
sample:
  service: shop
  '@appsec.security_activity': business_logic.users.login.failure
  '@usr.id': user-${n}
tests:
  - name: one is few
    events: [{}]
    signals: []
`;
}

export const SUPPRESSION = `kind: suppression
id: pentest
name: Penetration test
owner: security
reason: Agreed scope.
rules: [rule-1]
expires: 2027-11-28T18:00:00Z
suppressSignals: env:staging
tests:
  - name: production is not hidden
    at: 2026-11-10T12:00:00Z
    signal: { rule: rule-1, severity: medium, env: prod }
    hidden: false
`;

export const NOTIFICATION = `kind: notification-rule
id: urgent
name: Urgent
owner: security
selectors: { ruleTypes: [application_security], severities: [critical] }
targets: ['@slack-security']
tests:
  - name: medium tells nobody
    signal: { rule: rule-1, severity: medium, service: shop, env: prod }
    targets: []
`;

const FINDINGS = `kind: notification-rule
id: leaks
name: Leaks
owner: security
selectors: { source: security_findings, ruleTypes: [misconfiguration], severities: [critical] }
targets: ['@slack-security']
`;

export const WORKFLOW = `kind: workflow
id: watch
name: Watch
owner: security
triggers:
  security: {}
steps:
  - id: note
    action: signalwright.signal.update
    with: { signal: '{{ Source.securitySignal.id }}', state: under_review }
`;
