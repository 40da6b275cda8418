/** The second part: an attack is played, detected, told and answered, and refused when it comes again. */

import type { DenylistEntry, Event, Severity } from '@signalwright/model';
import { SEVERITIES } from '@signalwright/model';
import { isBlockedEvent, type TrafficReport } from '@signalwright/simulate';
import type { ApiOutcome } from '@signalwright/wire';
import { environmentFailure } from '../failure.ts';
import { plural } from '../load-content.ts';
import type { Reporter } from '../reporter.ts';
import type { World } from '../world.ts';
import type { AttackSource } from './attack.ts';
import type { StoryCounts } from './counts.ts';
import type { Narrator } from './narrator.ts';
import type { Stage } from './stage.ts';

/** Events in one request to the intake. */
const BATCH_EVENTS = 100;

export type Told = Pick<StoryCounts, 'attack' | 'detect' | 'notify' | 'run' | 'comeback'>;

/** @param startMs when the story began; it ends STORY_MS later, at about now */
export async function tellAttack(
  stage: Stage,
  startMs: number,
  world: World,
  reporter: Reporter,
  narrator: Narrator,
): Promise<Told> {
  const { engine } = stage.source;
  const first = await play(stage, ['baseline', 'attack'], startMs, reporter);
  const engineName = engine.kind === 'live' ? `libddwaf ${engine.version}` : 'recorded';
  const through =
    engine.kind === 'live' ? `through the WAF engine (${engineName})` : 'as recorded from the WAF engine';
  const hostile = first.requests - first.byKind.benign;
  narrator.step(
    'attack',
    `${first.requests} requests ${through}: ${first.byKind.benign} benign, ${hostile} hostile`,
  );
  if (engine.kind === 'recorded') narrator.note(`replayed: ${engine.reason}`);
  narrator.counts(hostileActivities(first));
  await stage.project.org.settle();
  const detect = await countSignals(stage);
  narrator.step(
    'detect',
    `${first.events} events became ${plural(detect.signals, 'signal')}; ${plural(detect.suppressed, 'suppressed one', 'suppressed ones')}`,
  );
  narrator.counts(
    Object.fromEntries(SEVERITIES.toReversed().map((severity) => [severity, detect.bySeverity[severity]])),
  );
  const notify = countDeliveries(stage);
  narrator.step(
    'notify',
    `${plural(notify.delivered, 'notification')} delivered to the webhook sink, signed`,
  );
  narrator.counts(notify.byHandle);
  const denylist = stage.project.org.denylist();
  const run = await countRuns(stage, denylist);
  narrator.step(
    'run',
    `${plural(run.runs, 'workflow run')} started by high signals: ${run.succeeded} succeeded, ${plural(run.blockedAddresses, 'address', 'addresses')} blocked, ${plural(run.underReview, 'signal')} under review`,
  );
  for (const entry of denylist) narrator.note(describeBlock(entry));
  stage.source.updateDenylist(denylist, world.nowMs());
  const counter = comebackCounter(denylist);
  const second = await play(stage, ['return'], startMs, reporter, counter.take);
  await stage.project.org.settle();
  const comeback = counter.result();
  narrator.step(
    'return',
    `${comeback.fromBlocked} requests come again from blocked addresses: ${comeback.refused} refused by the engine`,
  );
  narrator.note(
    `of ${second.requests - comeback.fromBlocked} others ${comeback.othersRefused === 0 ? 'none' : comeback.othersRefused} refused`,
  );
  return {
    attack: {
      engine: engineName,
      requests: first.requests + second.requests,
      benign: first.byKind.benign + second.byKind.benign,
      hostile: first.requests + second.requests - first.byKind.benign - second.byKind.benign,
      events: first.events + second.events,
      byActivity: first.byActivity,
    },
    detect: await countSignals(stage),
    notify: countDeliveries(stage),
    run,
    comeback,
  };
}

async function play(
  stage: Stage,
  phases: Parameters<AttackSource['play']>[0]['phases'],
  startMs: number,
  reporter: Reporter,
  onEvent: (event: Event) => void = () => undefined,
): Promise<TrafficReport> {
  const progress = reporter.progress(`requests, ${phases.join(' and ')}`);
  const waiting: Event[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const [refused] = valueOf(await stage.client.own.sendSpans(waiting.splice(0))).refused;
    if (refused !== undefined) throw new Error(`The org refused an event of the story: ${refused.reason}`);
  };
  const report = await stage.source.play({
    phases,
    startMs,
    onEvent: async (event) => {
      onEvent(event);
      waiting.push(event);
      if (waiting.length >= BATCH_EVENTS) await flush();
    },
    onProgress: ({ done, total }) => progress.update(done, total),
  });
  await flush();
  progress.end();
  return report;
}

function hostileActivities(report: TrafficReport): Readonly<Record<string, number>> {
  const hostile = Object.entries(report.byActivity).filter(([name]) => !name.endsWith('.login.success'));
  return Object.fromEntries(hostile.map(([name, count]) => [name.split('.').slice(-2).join('.'), count]));
}

async function countSignals(stage: Stage): Promise<StoryCounts['detect']> {
  const signals = valueOf(await stage.client.signals.search({}));
  const bySeverity = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<
    Severity,
    number
  >;
  for (const signal of signals) bySeverity[signal.severity] += 1;
  return { signals: signals.length, bySeverity, suppressed: stage.project.org.countSuppressed() };
}

/** As the outbox has them: those that an earlier start delivered count too. */
function countDeliveries(stage: Stage): StoryCounts['notify'] {
  const byHandle = stage.project.org.countDelivered();
  return { delivered: Object.values(byHandle).reduce((sum, count) => sum + count, 0), byHandle };
}

async function countRuns(stage: Stage, denylist: readonly DenylistEntry[]): Promise<StoryCounts['run']> {
  const workflows = valueOf(await stage.client.workflows.list());
  const instances = (
    await Promise.all(
      workflows.map(async ({ id }) => valueOf(await stage.client.workflows.listInstances(id))),
    )
  ).flat();
  const underReview = valueOf(
    await stage.client.signals.search({ query: '@workflow.triage.state:under_review' }),
  );
  return {
    runs: instances.length,
    succeeded: instances.filter((instance) => instance.status === 'SUCCEEDED').length,
    blockedAddresses: denylist.filter((entry) => entry.kind === 'ip').length,
    underReview: underReview.length,
  };
}

function describeBlock(entry: DenylistEntry): string {
  const until =
    entry.expiresAtMs === undefined
      ? 'for ever'
      : `until ${new Date(entry.expiresAtMs).toISOString().slice(11, 16)} UTC`;
  return `${entry.value} is blocked ${until} by ${entry.createdBy}`;
}

/** Counts what comes from addresses on the denylist, and what else the engine refuses. */
function comebackCounter(denylist: readonly DenylistEntry[]): {
  readonly take: (event: Event) => void;
  readonly result: () => StoryCounts['comeback'];
} {
  const blocked = new Set(denylist.filter((entry) => entry.kind === 'ip').map((entry) => entry.value));
  const counts = { fromBlocked: 0, refused: 0, othersRefused: 0 };
  return {
    take: (event) => {
      const isFromBlocked = blocked.has(clientIpOf(event));
      const isRefused = isBlockedEvent(event);
      if (isFromBlocked) counts.fromBlocked += 1;
      if (isFromBlocked && isRefused) counts.refused += 1;
      if (!isFromBlocked && isRefused) counts.othersRefused += 1;
    },
    result: () => ({ ...counts }),
  };
}

function clientIpOf(event: Event): string {
  const http = event.attributes['http'];
  const ip = typeof http === 'object' && http !== null && 'client_ip' in http ? http.client_ip : undefined;
  return typeof ip === 'string' ? ip : '';
}

/** @throws CommandFailure (74): an org of our own that does not answer is a fault of the machine */
export function valueOf<T>(outcome: ApiOutcome<T>): T {
  switch (outcome.kind) {
    case 'done':
      return outcome.value;
    case 'refused':
      throw environmentFailure(
        `The org refused: ${outcome.error.status} ${outcome.error.messages.join(' ')}`,
      );
    case 'unknown':
      throw environmentFailure(`The org did not answer: ${outcome.reason}`);
  }
}
