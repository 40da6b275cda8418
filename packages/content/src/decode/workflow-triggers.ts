/** Triggers of a workflow: a map by kind becomes a list in written order. */

import {
  unreachable,
  type IncidentEventTrigger,
  type RateLimit,
  type TriggerKind,
  type WorkflowTrigger,
} from '@signalwright/model';
import type {
  WrittenWorkflow,
  WrittenWorkflowIncidentTag,
  WrittenWorkflowRateLimit,
} from '../schema/written.ts';
import { durationMs } from './scalar.ts';

type Written = WrittenWorkflow['triggers'];

export function decodeTriggers(written: Written): readonly WorkflowTrigger[] {
  return (Object.keys(written) as TriggerKind[]).map((kind) => {
    const start = written[kind]?.start;
    return { ...decodeTrigger(kind, written), ...(start !== undefined && { start: [start].flat() }) };
  });
}

/** A kind that is written has a body, if only an empty one: the schema has seen to it. */
function decodeTrigger(kind: TriggerKind, written: Written): WorkflowTrigger {
  switch (kind) {
    case 'app':
    case 'changeEvent':
    case 'dashboard':
    case 'databaseMonitoring':
    case 'notebook':
    case 'selfService':
    case 'slack':
    case 'softwareCatalog':
    case 'workflow':
      return { kind };
    case 'agent':
    case 'api':
    case 'case':
    case 'datastore':
    case 'githubWebhook':
    case 'monitor':
    case 'onCall':
    case 'security':
      return { kind, ...decodeRateLimit(written[kind]?.rateLimit) };
    case 'form': {
      const formId = written.form?.formId;
      return { kind, ...(formId !== undefined && { formId }) };
    }
    case 'incident': {
      const { rateLimit, version } = written.incident ?? {};
      return { kind, ...decodeRateLimit(rateLimit), ...(version !== undefined && { version }) };
    }
    case 'incidentSchedule':
      return { kind, rrule: written[kind]?.rrule ?? '', ...decodeScope(written[kind]) };
    case 'incidentCreated':
      return { kind, ...decodeScope(written[kind]) };
    case 'incidentImpactCreated':
    case 'incidentImpactUpdated':
    case 'incidentPostmortemUpdated':
    case 'incidentResponderCreated':
      return { kind, ...decodeScope(written[kind]), ...executionLimit(written[kind]) };
    case 'incidentSaved': {
      const serial = written[kind]?.serial;
      return {
        kind,
        ...decodeScope(written[kind]),
        ...executionLimit(written[kind]),
        ...(serial !== undefined && { serial }),
      };
    }
    case 'schedule': {
      const { rrule = '', overlap } = written[kind] ?? {};
      return { kind, rrule, ...(overlap !== undefined && { overlap }) };
    }
    default:
      return unreachable(kind);
  }
}

function decodeRateLimit(written: WrittenWorkflowRateLimit | undefined): { readonly rateLimit?: RateLimit } {
  if (written === undefined) return {};
  const { count, per } = written;
  return { rateLimit: { count, ...(per !== undefined && { perMs: durationMs(per) }) } };
}

function decodeScope(
  written:
    | { readonly incidentType?: string; readonly tagCondition?: readonly WrittenWorkflowIncidentTag[] }
    | undefined,
): Pick<IncidentEventTrigger, 'incidentType' | 'tags'> {
  const { incidentType, tagCondition } = written ?? {};
  return {
    ...(incidentType !== undefined && { incidentType }),
    ...(tagCondition !== undefined && { tags: tagCondition }),
  };
}

function executionLimit(
  written: { readonly executionLimit?: number } | undefined,
): Pick<IncidentEventTrigger, 'executionLimit'> {
  const limit = written?.executionLimit;
  return limit === undefined ? {} : { executionLimit: limit };
}
