/** Triggers of workflows on the wire: `{ startStepNames, <kind>Trigger: { … } }`, each kind at most once. */

import {
  INCIDENT_EVENT_TRIGGERS,
  LIMITED_TRIGGERS,
  OVERLAPS,
  TRIGGER_KINDS,
  type IncidentEventTrigger,
  type IncidentTag,
  type Payload,
  type RateLimit,
  type TriggerKind,
  type Workflow,
  type WorkflowStep,
  type WorkflowTrigger,
} from '@signalwright/model';
import type { PayloadReader } from './payload-reader.ts';
import { readDurationText, toDurationText } from './units.ts';

export function encodeTriggers(workflow: Workflow): readonly Payload[] {
  const starts = startsOf(workflow.steps);
  return workflow.triggers.map((trigger) => {
    const startStepNames = trigger.start ?? starts;
    return {
      ...(startStepNames.length > 0 && { startStepNames: [...startStepNames] }),
      [wireName(trigger.kind)]: encodeBody(trigger),
    };
  });
}

function startsOf(steps: readonly WorkflowStep[]): readonly string[] {
  return steps.filter((step) => step.after.length === 0).map((step) => step.id);
}

function wireName(kind: TriggerKind): string {
  return `${kind}Trigger`;
}

function encodeBody(trigger: WorkflowTrigger): Payload {
  switch (trigger.kind) {
    case 'schedule':
      return {
        rruleExpression: trigger.rrule,
        ...(trigger.overlap !== undefined && { overlapBehavior: trigger.overlap }),
      };
    case 'form':
      return trigger.formId === undefined ? {} : { formId: trigger.formId };
    case 'incident':
      return {
        ...encodeRateLimit(trigger.rateLimit),
        ...(trigger.version !== undefined && { version: trigger.version }),
      };
    case 'incidentSchedule':
      return { rrule: trigger.rrule, ...encodeScope(trigger) };
    default:
      if (isIncidentEvent(trigger)) return encodeIncidentEvent(trigger);
      return 'rateLimit' in trigger ? encodeRateLimit(trigger.rateLimit) : {};
  }
}

function isIncidentEvent(
  trigger: WorkflowTrigger,
): trigger is Extract<WorkflowTrigger, IncidentEventTrigger> {
  return isOneOf(INCIDENT_EVENT_TRIGGERS, trigger.kind);
}

function isOneOf(kinds: readonly TriggerKind[], kind: TriggerKind): boolean {
  return kinds.includes(kind);
}

function encodeIncidentEvent(trigger: IncidentEventTrigger): Payload {
  const { executionLimit, serial } = trigger;
  return {
    ...encodeScope(trigger),
    ...(executionLimit !== undefined && { executionLimit: { count: executionLimit } }),
    ...(serial !== undefined && { serialExecution: { enabled: serial } }),
  };
}

function encodeScope(scope: Pick<IncidentEventTrigger, 'incidentType' | 'tags'>): Payload {
  return {
    ...(scope.incidentType !== undefined && { incidentType: scope.incidentType }),
    ...(scope.tags !== undefined && {
      tagCondition: { tagValues: scope.tags.map(({ tag, values }) => ({ tag, values: [...values] })) },
    }),
  };
}

function encodeRateLimit(limit: RateLimit | undefined): Payload {
  if (limit === undefined) return {};
  const { count, perMs } = limit;
  return { rateLimit: { count, ...(perMs !== undefined && { interval: toDurationText(perMs) }) } };
}

/** @param steps already read: a trigger may start those that no edge arrives at, or name others */
export function decodeTriggers(
  spec: PayloadReader,
  steps: readonly WorkflowStep[],
): readonly WorkflowTrigger[] {
  const starts = startsOf(steps);
  const ids = new Set(steps.map((step) => step.id));
  const triggers = spec.list('triggers', (value, path) => {
    const wrapper = spec.item(value, path);
    const trigger = decodeTrigger(wrapper);
    const names = wrapper.texts('startStepNames');
    const unknown = names.find((name) => !ids.has(name));
    if (unknown !== undefined) wrapper.refuse('startStepNames', `No step has the name "${unknown}".`);
    wrapper.close();
    const isUsual = names.length === starts.length && names.every((name, index) => name === starts[index]);
    return trigger === undefined || isUsual ? trigger : { ...trigger, start: names };
  });
  triggers.forEach((trigger, index) => {
    if (trigger === undefined || triggers.findIndex((other) => other?.kind === trigger.kind) === index)
      return;
    spec.refuse('triggers', `The trigger "${trigger.kind}" is there twice.`);
  });
  return triggers.filter((trigger) => trigger !== undefined);
}

function decodeTrigger(wrapper: PayloadReader): WorkflowTrigger | undefined {
  const [kind, ...others] = TRIGGER_KINDS.filter((each) => wrapper.has(wireName(each)));
  if (kind === undefined || others.length > 0) {
    wrapper.refuse(
      kind === undefined ? '' : wireName(kind),
      kind === undefined ? 'It is none of the known triggers.' : 'It is two triggers at once.',
    );
    return undefined;
  }
  const body = wrapper.child(wireName(kind));
  const trigger = decodeBody(kind, body);
  body.close();
  return trigger;
}

function decodeBody(kind: TriggerKind, body: PayloadReader): WorkflowTrigger {
  switch (kind) {
    case 'schedule':
      return {
        kind,
        rrule: body.text('rruleExpression', ''),
        ...(body.has('overlapBehavior') && { overlap: body.oneOf('overlapBehavior', OVERLAPS) }),
      };
    case 'form':
      return { kind, ...(body.has('formId') && { formId: body.text('formId') }) };
    case 'incident':
      return {
        kind,
        ...decodeRateLimit(body),
        ...(body.has('version') && { version: body.text('version') }),
      };
    case 'incidentSchedule':
      return { kind, rrule: body.text('rrule', ''), ...decodeScope(body) };
    default:
      return decodeOther(kind, body);
  }
}

function decodeOther(
  kind: Exclude<TriggerKind, 'schedule' | 'form' | 'incident' | 'incidentSchedule'>,
  body: PayloadReader,
): WorkflowTrigger {
  const event = INCIDENT_EVENT_TRIGGERS.find((each) => each === kind);
  if (event !== undefined) return decodeIncidentEvent(event, body);
  const limited = LIMITED_TRIGGERS.find((each) => each === kind);
  if (limited !== undefined) return { kind: limited, ...decodeRateLimit(body) };
  return { kind } as WorkflowTrigger;
}

function decodeIncidentEvent(kind: IncidentEventTrigger['kind'], body: PayloadReader): IncidentEventTrigger {
  const limit =
    kind === 'incidentCreated' || !body.has('executionLimit') ? undefined : body.child('executionLimit');
  const executionLimit = limit?.count('count');
  limit?.close();
  const serial =
    kind !== 'incidentSaved' || !body.has('serialExecution') ? undefined : body.child('serialExecution');
  const isSerial = serial?.flag('enabled');
  serial?.close();
  return {
    kind,
    ...decodeScope(body),
    ...(executionLimit !== undefined && { executionLimit }),
    ...(isSerial !== undefined && { serial: isSerial }),
  };
}

function decodeScope(body: PayloadReader): Pick<IncidentEventTrigger, 'incidentType' | 'tags'> {
  const condition = body.child('tagCondition');
  const tags = condition.list('tagValues', (value, path): IncidentTag => {
    const item = condition.item(value, path);
    const tag = { tag: item.text('tag'), values: item.texts('values') };
    item.close();
    return tag;
  });
  condition.close();
  return {
    ...(body.has('incidentType') && { incidentType: body.text('incidentType') }),
    ...(tags.length > 0 && { tags }),
  };
}

/** An empty one limits nothing. */
function decodeRateLimit(body: PayloadReader): { readonly rateLimit?: RateLimit } {
  const limit = body.child('rateLimit');
  if (!limit.has('count') && !limit.has('interval')) {
    limit.close();
    return {};
  }
  const count = limit.count('count');
  const perMs = limit.has('interval') ? readDurationText(limit, 'interval') : undefined;
  limit.close();
  return { rateLimit: { count, ...(perMs !== undefined && { perMs }) } };
}
