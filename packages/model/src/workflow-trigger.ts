/**
 * What starts a workflow: 27 kinds, each at most once. The API calls each by its kind with `Trigger` behind it.
 * Source: `Trigger` of the workflows API.
 */

/** Nothing can be said about these but that they start it. */
export const PLAIN_TRIGGERS = [
  'app',
  'changeEvent',
  'dashboard',
  'databaseMonitoring',
  'notebook',
  'selfService',
  'slack',
  'softwareCatalog',
  /** By hand, from the page of workflows; stands alone. */
  'workflow',
] as const;

export const LIMITED_TRIGGERS = [
  'agent',
  'api',
  'case',
  'datastore',
  'githubWebhook',
  'monitor',
  'onCall',
  'security',
] as const;

/** What happens to an incident. */
export const INCIDENT_EVENT_TRIGGERS = [
  'incidentCreated',
  'incidentImpactCreated',
  'incidentImpactUpdated',
  'incidentPostmortemUpdated',
  'incidentResponderCreated',
  'incidentSaved',
] as const;

export const TRIGGER_KINDS = [
  ...PLAIN_TRIGGERS,
  ...LIMITED_TRIGGERS,
  ...INCIDENT_EVENT_TRIGGERS,
  'form',
  'incident',
  'incidentSchedule',
  'schedule',
] as const;

export type TriggerKind = (typeof TRIGGER_KINDS)[number];

/** Schedules: a run that is still going when the next one is due. */
export const OVERLAPS = ['EXCLUSIVE_RUN', 'OVERLAP_ALLOWED'] as const;

export type WorkflowTrigger = TriggerStart &
  (
    | { readonly kind: (typeof PLAIN_TRIGGERS)[number] }
    | { readonly kind: (typeof LIMITED_TRIGGERS)[number]; readonly rateLimit?: RateLimit }
    | { readonly kind: 'form'; readonly formId?: string }
    | { readonly kind: 'incident'; readonly rateLimit?: RateLimit; readonly version?: string }
    | IncidentEventTrigger
    | (IncidentScope & { readonly kind: 'incidentSchedule'; readonly rrule: string })
    | {
        readonly kind: 'schedule';
        /** Recurrence rule, RFC 5545; empty where the API holds none. */
        readonly rrule: string;
        /** Undefined leaves it to the service. */
        readonly overlap?: (typeof OVERLAPS)[number];
      }
  );

interface TriggerStart {
  /** Ids of the steps it starts; undefined means those that no edge arrives at, in their order. */
  readonly start?: readonly string[];
}

/** Which incidents it is about; without both, all of them. */
interface IncidentScope {
  readonly incidentType?: string;
  /** All of them must hold; of the values of one, any. */
  readonly tags?: readonly IncidentTag[];
}

export interface IncidentTag {
  readonly tag: string;
  readonly values: readonly string[];
}

export interface IncidentEventTrigger extends IncidentScope {
  readonly kind: (typeof INCIDENT_EVENT_TRIGGERS)[number];
  /** Runs for one incident; not of `incidentCreated`, which happens once. */
  readonly executionLimit?: number;
  /** Runs for one incident wait for each other; of `incidentSaved` only. */
  readonly serial?: boolean;
}

export interface RateLimit {
  readonly count: number;
  /** Undefined leaves it to the service. */
  readonly perMs?: number;
}

/** Chosen: every recorded rate limit says 3600s. */
export const DEFAULT_RATE_MS = 60 * 60_000;

/** The trigger of a kind, undefined when the workflow has none. */
export function triggerOf<K extends TriggerKind>(
  triggers: readonly WorkflowTrigger[],
  kind: K,
): (WorkflowTrigger & { readonly kind: K }) | undefined {
  return triggers.find((trigger): trigger is WorkflowTrigger & { readonly kind: K } => trigger.kind === kind);
}
