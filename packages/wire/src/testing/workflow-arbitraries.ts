/** Random workflows in normal form: every trigger, gate, handler, binding and parameter type. */

import {
  CONDITION_OPERATORS,
  INCIDENT_EVENT_TRIGGERS,
  LIMITED_TRIGGERS,
  OVERLAPS,
  PARAMETER_TYPES,
  PLAIN_TRIGGERS,
  type StepEdge,
  type StepErrorHandler,
  type StepLayout,
  type Workflow,
  type WorkflowStep,
  type WorkflowTrigger,
} from '@signalwright/model';
import fc from 'fast-check';
import { json } from './content-arbitraries.ts';
import { anyText, id, name, plain, tags, text } from './scalar-arbitraries.ts';

/** A value that the API would not take for absent. */
const value = json.filter((each) => each !== null);
const nonEmpty = fc.string({ minLength: 1, maxLength: 12 });
const durationMs = fc.integer({ min: 0, max: 100_000_000 });
const uuid = fc.uuid();
const place = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0));

const rateLimit = fc.record({ count: fc.nat(1_000), perMs: durationMs }, { requiredKeys: ['count'] });

const incidentScope = {
  incidentType: nonEmpty,
  tags: fc.array(fc.record({ tag: text, values: fc.array(text, { maxLength: 2 }) }), {
    minLength: 1,
    maxLength: 2,
  }),
};

const trigger: fc.Arbitrary<WorkflowTrigger> = fc.oneof(
  fc.record({ kind: fc.constantFrom(...PLAIN_TRIGGERS) }),
  fc.record({ kind: fc.constantFrom(...LIMITED_TRIGGERS), rateLimit }, { requiredKeys: ['kind'] }),
  fc.record({ kind: fc.constant('form' as const), formId: nonEmpty }, { requiredKeys: ['kind'] }),
  fc.record(
    { kind: fc.constant('incident' as const), rateLimit, version: nonEmpty },
    { requiredKeys: ['kind'] },
  ),
  fc.record(
    { kind: fc.constant('schedule' as const), rrule: text, overlap: fc.constantFrom(...OVERLAPS) },
    { requiredKeys: ['kind', 'rrule'] },
  ),
  fc.record(
    { kind: fc.constant('incidentSchedule' as const), rrule: text, ...incidentScope },
    { requiredKeys: ['kind', 'rrule'] },
  ),
  fc.record({ kind: fc.constant('incidentCreated' as const), ...incidentScope }, { requiredKeys: ['kind'] }),
  fc.record(
    {
      kind: fc.constantFrom(...INCIDENT_EVENT_TRIGGERS.filter((kind) => kind !== 'incidentCreated')),
      ...incidentScope,
      executionLimit: fc.nat(100),
    },
    { requiredKeys: ['kind'] },
  ),
  fc.record(
    { kind: fc.constant('incidentSaved' as const), ...incidentScope, serial: fc.boolean() },
    { requiredKeys: ['kind'] },
  ),
);

const parameter = {
  name,
  type: fc.constantFrom(...PARAMETER_TYPES),
  label: text,
  description: text,
  default: value,
};
const REQUIRED_OF_PARAMETER = ['name', 'type', 'label', 'description'] as const;

const inputs = fc.uniqueArray(
  fc.record(
    { ...parameter, allowedValues: value, allowExtraValues: fc.boolean() },
    { requiredKeys: [...REQUIRED_OF_PARAMETER] },
  ),
  { maxLength: 3, selector: (input) => input.name },
);

const outputs = fc.uniqueArray(
  fc.record({ ...parameter, value }, { requiredKeys: [...REQUIRED_OF_PARAMETER] }),
  { maxLength: 3, selector: (output) => output.name },
);

const connections = fc
  .uniqueArray(fc.record({ label: nonEmpty, id: uuid, tags: fc.option(tags) }), {
    maxLength: 4,
    selector: ({ label }) => label,
  })
  .map((all) => ({
    connections: all.flatMap(({ label, id: connectionId, tags: of }) =>
      of === null ? [{ label, connectionId }] : [],
    ),
    connectionGroups: all.flatMap(({ label, id: connectionGroupId, tags: of }) =>
      of === null ? [] : [{ label, connectionGroupId, tags: of }],
    ),
  }));

const condition = fc.record(
  { left: json, operator: fc.constantFrom(...CONDITION_OPERATORS), right: value },
  { requiredKeys: ['left', 'operator'] },
);

const stepBody: fc.Arbitrary<WorkflowStep['does']> = fc.oneof(
  fc.record({
    kind: fc.constant('action' as const),
    action: fc.stringMatching(/^(signalwright|com\.datadoghq)\.[a-z_]{1,12}$/),
    inputs: fc.dictionary(name, json, { maxKeys: 4 }),
  }),
  fc.record({
    kind: fc.constant('if' as const),
    needs: fc.constantFrom('all' as const, 'any' as const),
    conditions: fc.array(
      condition.filter(({ left }) => left !== null),
      { minLength: 1, maxLength: 3 },
    ),
  }),
);

const retry = fc.record({ times: fc.integer({ min: 1, max: 20 }), everyMs: durationMs });
const branch = fc.oneof(fc.constantFrom('main', 'true', 'false', 'error', '\\error'), text);

const looseStep = fc.record(
  {
    id: name,
    does: stepBody,
    /** Positions of any steps: circles are for the checker to find, not for the wire. */
    from: fc.array(fc.record({ step: fc.nat(20), branch }), { maxLength: 3 }),
    join: fc.constantFrom('any' as const, 'all' as const),
    retry,
    waitUntil: fc.record({ condition, retry: fc.record({ times: fc.nat(20), everyMs: durationMs }) }),
    connection: nonEmpty,
    bounds: fc.record({ x: place, y: place }, { requiredKeys: [] }),
    handlers: fc.array(
      fc.record({ retry: fc.record({ times: fc.nat(20), everyMs: durationMs }), to: fc.nat(20) }),
      { minLength: 1, maxLength: 3 },
    ),
  },
  { requiredKeys: ['id', 'does', 'from'] },
);

type LooseStep = Pick<WorkflowStep, 'id' | 'does' | 'join' | 'retry' | 'waitUntil' | 'connection'> & {
  readonly from: readonly { readonly step: number; readonly branch: string }[];
  readonly bounds?: StepLayout['bounds'];
  readonly handlers?: readonly { readonly retry: StepErrorHandler['retry']; readonly to: number }[];
};

function idAt(steps: readonly LooseStep[], position: number): string {
  return steps[position % steps.length]?.id ?? '';
}

/** One edge that is there twice is one; edges come in the order of the steps they leave, main ones before errors. */
function edgesOf(edges: readonly StepEdge[], order: readonly string[]): readonly StepEdge[] {
  return edges
    .filter(
      (edge, index) =>
        edges.findIndex((other) => other.step === edge.step && other.branch === edge.branch) === index,
    )
    .toSorted(
      (a, b) =>
        order.indexOf(a.step) - order.indexOf(b.step) ||
        Number(a.branch === 'error') - Number(b.branch === 'error'),
    );
}

/** A backslash only where the reader would put one. */
function isReadable({ branch: of }: StepEdge): boolean {
  return !of.startsWith('\\') || of === '\\error' || of.startsWith('\\\\');
}

function linkSteps(loose: readonly LooseStep[]): Pick<Workflow, 'steps' | 'layout'> {
  const order = loose.map((step) => step.id);
  const handlersOf = new Map(
    loose.map((step) => {
      const handlers = step.handlers?.map(({ retry: of, to }, index) => ({
        retry: of,
        fallback: index === 1 ? '' : idAt(loose, to),
      }));
      // A fallback that falls back and retries that differ: what `retry` and edges alone cannot say.
      const odd = handlers && [...handlers, { retry: { times: 21, everyMs: 1 }, fallback: order[0] ?? '' }];
      return [step.id, odd] as const;
    }),
  );
  const steps = loose.map((step): WorkflowStep => {
    const { from, bounds: _bounds, handlers: _handlers, retry: _retry, ...kept } = step;
    const written = from.map((edge) => ({ step: idAt(loose, edge.step), branch: edge.branch }));
    const fallbacks = order
      .filter((each) => (handlersOf.get(each) ?? []).some(({ fallback }) => fallback === step.id))
      .map((each) => ({ step: each, branch: 'error' }));
    const plain = written.filter(
      (edge) => isReadable(edge) && (edge.branch !== 'error' || handlersOf.get(edge.step) === undefined),
    );
    const onError = handlersOf.get(step.id);
    return {
      ...kept,
      ...(onError === undefined && step.retry !== undefined && { retry: step.retry }),
      ...(onError !== undefined && { onError }),
      after: edgesOf([...plain, ...fallbacks], order),
    };
  });
  const layouts = loose.flatMap((step) => {
    const bounds = step.bounds;
    const isPlaced = bounds !== undefined && Object.keys(bounds).length > 0;
    return isPlaced ? [[step.id, { bounds }] as const] : [];
  });
  return { steps, layout: { steps: Object.fromEntries(layouts), annotations: {} } };
}

const steps = fc
  .uniqueArray(looseStep, { minLength: 1, maxLength: 5, selector: (step) => step.id })
  .map((loose) => linkSteps(loose as readonly LooseStep[]));

const annotation = fc.record(
  {
    id: uuid,
    text: anyText,
    bounds: fc.record({ x: place, y: place, width: place, height: place }, { requiredKeys: ['x'] }),
  },
  { requiredKeys: ['id', 'text'] },
);

const annotations = fc.uniqueArray(annotation, { maxLength: 2, selector: (note) => note.id });

const runAs = fc.oneof(
  fc.record({ kind: fc.constantFrom('owner' as const, 'initiator' as const) }),
  fc.record({ kind: fc.constant('service_account' as const), id: uuid }),
);

/** Without those that are the usual ones: they would be read back as undefined. */
function withStart(
  triggers: readonly (WorkflowTrigger & { readonly pick?: readonly number[] })[],
  all: readonly WorkflowStep[],
): readonly WorkflowTrigger[] {
  const usual = all.filter((step) => step.after.length === 0).map((step) => step.id);
  return triggers.map(({ pick, ...each }) => {
    const start = pick?.map((position) => all[position % all.length]?.id ?? '');
    const isUsual = start === undefined || JSON.stringify(start) === JSON.stringify(usual);
    return isUsual ? each : { ...each, start };
  });
}

export const workflow: fc.Arbitrary<Workflow> = fc
  .record(
    {
      kind: fc.constant('workflow' as const),
      id,
      name: anyText,
      description: anyText,
      tags,
      published: fc.boolean(),
      handle: text,
      runAs,
      webhookSecret: name,
      triggers: fc.uniqueArray(
        fc
          .tuple(trigger, fc.option(fc.array(fc.nat(20), { maxLength: 2 }), { nil: undefined }))
          .map(([each, pick]) => ({ ...each, ...(pick !== undefined && { pick }) })),
        { maxLength: 4, selector: (each) => each.kind },
      ),
      inputs,
      outputs,
      connections,
      steps,
      annotations,
    },
    {
      requiredKeys: [
        'kind',
        'id',
        'name',
        'description',
        'tags',
        'published',
        'handle',
        'triggers',
        'inputs',
        'outputs',
        'connections',
        'steps',
        'annotations',
      ],
    },
  )
  .map(({ connections: bindings, steps: linked, annotations: notes, triggers, ...kept }) =>
    plain<Workflow>({
      ...kept,
      ...bindings,
      triggers: withStart(triggers, linked.steps),
      steps: linked.steps,
      annotations: notes.map(({ id: noteId, text: noteText }) => ({ id: noteId, text: noteText })),
      layout: {
        steps: linked.layout.steps,
        annotations: Object.fromEntries(
          notes.flatMap(({ id: noteId, bounds }) => (bounds === undefined ? [] : [[noteId, bounds]])),
        ),
      },
    }),
  );
