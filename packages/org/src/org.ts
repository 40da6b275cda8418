/** What an org is made of, and what it is to those who made it. */

import type { DenylistEntry, RoleName, Signal, Retention } from '@signalwright/model';
import type { EgressBroker, MailConnector } from '@signalwright/outbound';
import type { Commands } from '@signalwright/signals';
import type { AsmData } from '@signalwright/wire';
import type { Connector } from './deliver-notice.ts';
import type { RateLimits } from './http/rate-limits.ts';
import type { Credentials } from './identity/identity-file.ts';
import type { Log } from './log.ts';
import type { Pipeline } from './pipeline.ts';
import type { Route } from './http/route.ts';
import type { Seed } from './seeds/seed.ts';
import type { OrgAccess, WorkflowPort } from './workflow-port.ts';
import type { Teller } from './signal-message.ts';

export interface OrgOptions {
  /** Made when it is not there; holds everything the org knows. */
  readonly dataDir: string;
  /** Unix time in milliseconds. */
  readonly nowMs: () => number;
  /** Cryptographic randomness. */
  readonly random: (bytes: number) => Uint8Array;
  /** Handle (`@webhook-siem`) to where it leads. */
  readonly connectors: ReadonlyMap<string, Connector>;
  /** For handles that are addresses. */
  readonly mail?: MailConnector;
  /** Shown to people who are told. @default { name: 'signalwright' } */
  readonly teller?: Teller;
  /** The only way out to receivers. */
  readonly egress: EgressBroker;
  /** The project's own addresses and ranges, besides the private ones. */
  readonly neverBlock: readonly string[];
  readonly log: Log;
  /** Runs workflows; without it workflows are stored and not run. */
  readonly openWorkflows?: (access: OrgAccess) => WorkflowPort;
  /** Files of the caller in the data folder that show that an org was here, besides those of the org itself. */
  readonly traces?: readonly string[];
  /** A CSV list of known addresses; `threat-intel.csv` in the data folder when it is left out. */
  readonly threatIntelPath?: string;
  /** How long what is kept, `retentionProblem` having found nothing. @default DEFAULT_RETENTION */
  readonly retention?: Retention;
  /** It stands for an org that began long ago, so its audit trail does not begin with its first key. */
  readonly beganBefore?: true;
  /** Put in before the first request, unless an object of that kind and id is there already. */
  readonly seeds?: readonly Seed[];
  /** Of requests by their family. @default what no client on this machine meets */
  readonly rateLimits?: RateLimits;
}

export interface Org {
  /** Answers requests in process or from a socket; only `serveOrg` may put it on one, since the gate is there. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** What it answers to, in Hono's patterns; everything else is 404. */
  readonly routes: readonly Pick<Route, 'method' | 'path' | 'access'>[];
  readonly pipeline: Pipeline;
  readonly commands: Commands;
  /** Keys of the first user, also in `credentials.json` of the data folder. */
  readonly ownerCredentials: Credentials;
  /** `/launch?code=…`: opens the page once. */
  newLaunchPath(): string;
  /** New keys for the first user of a role; returned once, kept as hashes. */
  issueKeys(role: RoleName, expiresAtMs?: number): Credentials;
  findSignal(id: string): Signal | undefined;
  denylist(): readonly DenylistEntry[];
  /** Signals that suppressions have hidden so far. */
  countSuppressed(): number;
  /** Notices that receivers acknowledged, by handle. */
  countDelivered(): Readonly<Record<string, number>>;
  /** Called after each change, and once at the start, with the denylist as the WAF engine takes it. */
  onDenylistChanged(listener: (data: AsmData) => void): () => void;
  /** How an in-process client or runner reaches the org. */
  access(credentials?: Credentials): OrgAccess;
  /** What is done each second, also without being called: signals end, a little of what is too old is removed. */
  pass(): Promise<void>;
  /** Resolves when all that is due has been told, and no run and no historical job is under way. */
  settle(): Promise<void>;
  /** Lets what is under way finish; a second call waits for the first. */
  close(): Promise<void>;
}
