import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Secret } from '@signalwright/outbound';
import { MAX_LIMIT, type Connector, type RateLimits } from '@signalwright/org';
import { acquireLock } from '@signalwright/store';
import { defaultRulesFor } from '../default-rules.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { environmentFailure, usageFailure } from '../failure.ts';
import { logLine } from '../log-line.ts';
import { loadContentIfAny } from '../load-content.ts';
import { TEST_SESSIONS_FOLDER, openProjectOrg, type TestMode } from '../open-project-org.ts';
import { findProject } from '../project.ts';
import { readRetention } from '../read-retention.ts';
import { CONNECTORS_FILE, readConnectors, type Connectors } from '../read-connectors.ts';
import { ADDRESS_FILE, DATA_FOLDER, STORY_FILE } from '../target.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';

export interface UpOptions extends OutputOptions {
  readonly dir?: string;
  readonly data?: string;
  readonly port?: string;
  readonly demo?: boolean;
  readonly recorded?: boolean;
  readonly reset?: boolean;
  readonly connector?: readonly string[];
  readonly connectors?: string;
  readonly keep?: readonly string[];
  readonly publicUrl?: string;
  readonly defaultRules?: string;
  readonly testSessions?: boolean;
  readonly recordings?: string;
  readonly rateLimit?: string;
}

export async function up(options: UpOptions, context: WorkContext): Promise<ExitCode> {
  const { world, reporter } = context;
  const root = findProject(world.cwd, options.dir);
  const dataDir = options.data === undefined ? join(root, DATA_FOLDER) : resolve(world.cwd, options.data);
  const port = readPort(options.port);
  const testMode = testModeOf(options, world);
  const retention = readRetention(options.keep ?? []);
  const rateLimits = readRateLimits(options);
  if (options.reset === true) resetData(dataDir, world.nowMs());
  if (options.demo === true) {
    const { showStory } = await import('../story/show-story.ts');
    if (options.keep !== undefined)
      throw usageFailure('The story of --demo keeps all of it.', 'Leave out --demo or --keep.');
    const how = { ...(port !== undefined && { port }), ...(options.recorded === true && { recorded: true }) };
    return showStory({ root, dataDir, ...how }, context);
  }
  const workspace = await loadContentIfAny(root, { world, reporter });
  if (workspace === undefined) return EXIT.findings;
  const { seeds, others } = await defaultRulesFor(workspace, options.defaultRules, world);
  if (others > 0)
    reporter.say(`Left out of ${options.defaultRules ?? ''}: ${others} that are not default rules.`);
  const { server } = await openProjectOrg(
    {
      root,
      dataDir,
      config: workspace.config,
      connectors: connectorsOf(options, dataDir, world),
      ...(options.publicUrl !== undefined && { publicUrl: asPublicUrl(options.publicUrl) }),
      ...(port !== undefined && { port }),
      retention,
      seeds,
      ...(testMode !== undefined && { testMode }),
      ...(rateLimits !== undefined && { rateLimits }),
      log: (entry) => {
        if (entry.level !== 'info' || options.verbose === true) world.err(logLine(entry));
      },
    },
    world,
  );
  // Listens before it says that it can be stopped.
  const stopped = world.untilStopped();
  reporter.say(`The embedded org answers at ${server.url}`);
  reporter.say(`Signals Explorer: ${server.newLaunchUrl()}`);
  if (testMode !== undefined) reporter.say('Tests of API clients may open sessions here, with any key.');
  reporter.say(
    workspace.objects.length === 0
      ? 'There is no content here yet: `signalwright import --from local` writes what the org has. Stop with Ctrl-C.'
      : 'Apply the content with `signalwright apply`. Stop with Ctrl-C.',
  );
  reporter.data({ ok: true, url: server.url, dataDir });
  await stopped;
  await server.close();
  return EXIT.ok;
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw usageFailure(`"${text}" is no port.`, 'Use a number from 0 (any free one) to 65535.');
}

/** @returns undefined unless it was asked for */
function testModeOf(
  { testSessions, recordings, demo }: UpOptions,
  { cwd }: WorkContext['world'],
): TestMode | undefined {
  if (testSessions !== true) {
    if (recordings === undefined) return undefined;
    throw usageFailure('--recordings says what sessions of tests begin with.', 'Add --test-sessions.');
  }
  if (demo === true)
    throw usageFailure('The story of --demo has no sessions of tests.', 'Leave out one of them.');
  if (recordings === undefined) return {};
  const folder = resolve(cwd, recordings);
  if (!existsSync(folder)) throw environmentFailure(`There is no folder ${recordings}.`);
  return { recordings: folder };
}

function readRateLimits({ rateLimit, demo }: UpOptions): RateLimits | undefined {
  if (rateLimit === undefined) return undefined;
  if (demo === true) throw usageFailure('The story of --demo has no limits.', 'Leave out one of them.');
  if (rateLimit === 'service') return rateLimit;
  const [, requests = 0, seconds = 0] = (/^(\d{1,7})\/(\d{1,5})$/.exec(rateLimit) ?? []).map(Number);
  const isLimit =
    requests >= 1 && requests <= MAX_LIMIT.requests && seconds >= 1 && seconds <= MAX_LIMIT.seconds;
  if (isLimit) return { requests, seconds };
  throw usageFailure(
    `"${rateLimit}" is no rate limit.`,
    "Write requests and seconds, such as 300/60 (at most 1000000/86400), or 'service'.",
  );
}

function asPublicUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw usageFailure(`"${text}" is no URL.`, 'Write it as --public-url https://signals.example.com');
}

/** Those of the file, and those of the command line, which count where both name a handle. */
function connectorsOf(
  { connectors, connector = [] }: UpOptions,
  dataDir: string,
  { cwd, env }: WorkContext['world'],
): Connectors {
  const path = connectors === undefined ? join(dataDir, CONNECTORS_FILE) : resolve(cwd, connectors);
  if (connectors !== undefined && !existsSync(path))
    throw environmentFailure(`There is no file ${connectors}.`);
  const secret = env['SIGNALWRIGHT_WEBHOOK_SECRET'];
  const { handles, ...mail } = readConnectors(path, env);
  return { handles: new Map([...handles, ...connector.map((text) => asWebhook(text, secret))]), ...mail };
}

/** `@webhook-soc=https://siem.example.com/in`; the secret signs what is sent. */
function asWebhook(
  text: string,
  secret: string | undefined,
): readonly [handle: string, connector: Connector] {
  const equals = text.indexOf('=');
  const [handle, url] = [text.slice(0, equals), text.slice(equals + 1)];
  if (equals < 2 || !handle.startsWith('@') || !URL.canParse(url)) {
    throw usageFailure(
      `"${text}" is no connector.`,
      "Write it as '@webhook-soc=https://siem.example.com/in'.",
    );
  }
  const signing = secret === undefined ? {} : { signingSecret: new Secret(secret) };
  return [handle, { kind: 'webhook', url, ...signing }];
}

/** Files that an org of ours writes; anything else in the folder is somebody else's and stays. */
const ORG_FILES = [
  'org.db',
  'org.db-wal',
  'org.db-shm',
  'runs.db',
  'runs.db-wal',
  'runs.db-shm',
  'identity.json',
  'identity.json.taken-over',
  'credentials.json',
  'threat-intel.csv',
  TEST_SESSIONS_FOLDER,
  STORY_FILE,
  ADDRESS_FILE,
  'sync',
];

/** @throws StoreError busy while an org runs on the folder */
function resetData(dataDir: string, nowMs: number): void {
  if (!existsSync(dataDir)) return;
  const lock = acquireLock(join(dataDir, 'org.db.lock'), nowMs);
  try {
    for (const name of ORG_FILES) rmSync(join(dataDir, name), { recursive: true, force: true });
  } finally {
    lock.release();
  }
}
