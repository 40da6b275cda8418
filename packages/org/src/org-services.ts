/** What the routes of an org share: its stores, its pipeline, its people. Made once, by `createOrg`. */

import type { CommandContext, Commands, People, SignalIndex } from '@signalwright/signals';

import type { Author } from './content/rule-payload.ts';
import type { Identity } from './identity/identity.ts';
import type { Sessions } from './identity/sessions.ts';
import type { JobRunner } from './jobs/job-runner.ts';
import type { RequestMetrics } from './http/request-metrics.ts';
import type { Log } from './log.ts';
import type { Pipeline } from './pipeline.ts';
import type { ThreatIntelBook } from './threat-intel-book.ts';
import type { WorkflowPort } from './workflow-port.ts';

export interface OrgServices {
  readonly context: CommandContext;
  readonly commands: Commands;
  readonly signals: SignalIndex;
  readonly pipeline: Pipeline;
  readonly jobs: JobRunner;
  readonly identity: Identity;
  /** All changes to people, roles, keys and policies. */
  readonly people: People;
  readonly sessions: Sessions;
  readonly threatIntel: ThreatIntelBook;
  readonly log: Log;
  readonly metrics: RequestMetrics;
  /** Undefined when this org runs no workflows. */
  readonly workflows: () => WorkflowPort | undefined;
  /** False while it starts and once it stops. */
  readonly isReady: () => boolean;
}

/** The user behind an actor's id, as answers name creators and updaters; runs and rules have no handle. */
export function authorOf(services: OrgServices, actorId: string): Author {
  const user = services.identity.findUser(actorId);
  return user ?? { id: 0, name: actorId, handle: actorId };
}
