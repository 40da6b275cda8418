/** Steps of workflows on the wire, with their edges, error handlers and gates. */

import type { Payload, StepEdge, StepLayout, Workflow, WorkflowStep } from '@signalwright/model';
import type { PayloadReader } from './payload-reader.ts';
import { decodeDisplay, encodeDisplay } from './workflow-bindings.ts';
import { decodeBody, encodeBody } from './workflow-step-body.ts';
import {
  decodeGate,
  decodeHandlers,
  encodeGate,
  encodeHandlers,
  simplestHandlers,
} from './workflow-step-gates.ts';

/** The branch of the model on which error handlers lead to their fallbacks. */
const ERROR = 'error';
/** Before a branch of the API that could be taken for ours. */
const ESCAPE = '\\';

export function encodeStep(step: WorkflowStep, { steps, layout }: Workflow): Payload {
  const place: StepLayout = Object.hasOwn(layout.steps, step.id) ? (layout.steps[step.id] ?? {}) : {};
  const leaving = leavingEdges(step.id, steps);
  const outboundEdges = inOrder(
    leaving.filter(({ branch }) => branch !== ERROR),
    place.edges ?? [],
  );
  const fallbacks = leaving.filter(({ branch }) => branch === ERROR).map(({ to }) => to);
  const errorHandlers = encodeHandlers(step, fallbacks);
  const display = encodeDisplay(place.bounds);
  return {
    name: step.id,
    ...encodeBody(step.does),
    ...(step.connection !== undefined && { connectionLabel: step.connection }),
    ...(outboundEdges.length > 0 && {
      outboundEdges: outboundEdges.map(({ to, branch }) => ({
        nextStepName: to,
        branchName: branch.startsWith(ESCAPE) ? branch.slice(1) : branch,
      })),
    }),
    ...(step.join !== undefined && { readinessGate: { thresholdType: step.join.toUpperCase() } }),
    ...(step.waitUntil !== undefined && { completionGate: encodeGate(step.waitUntil) }),
    ...(errorHandlers.length > 0 && { errorHandlers }),
    ...(display !== undefined && { display }),
  };
}

interface LeavingEdge {
  readonly to: string;
  readonly branch: string;
}

/** In the order of the steps they lead to. */
function leavingEdges(id: string, steps: readonly WorkflowStep[]): readonly LeavingEdge[] {
  return steps.flatMap((next) =>
    next.after.filter((edge) => edge.step === id).map(({ branch }) => ({ to: next.id, branch })),
  );
}

/** Edges that `order` does not name come last; what it names besides is gone. */
function inOrder(edges: readonly LeavingEdge[], order: readonly string[]): readonly LeavingEdge[] {
  const rank = (edge: LeavingEdge): number => {
    const index = order.indexOf(edgeName(edge));
    return index === -1 ? order.length : index;
  };
  return edges.toSorted((a, b) => rank(a) - rank(b));
}

/** As `StepLayout.edges` names them. */
function edgeName({ branch, to }: LeavingEdge): string {
  return `${branch} ${to}`;
}

export interface DecodedSteps {
  readonly steps: readonly WorkflowStep[];
  readonly layouts: Readonly<Record<string, StepLayout>>;
}

export function decodeSteps(spec: PayloadReader): DecodedSteps {
  const raw = spec.list('steps', (value, path) => decodeStep(spec.item(value, path)));
  const ids = raw.map(({ step }) => step.id);
  if (new Set(ids).size !== ids.length) spec.refuse('steps', 'Two steps have the same name.');
  const arrivals = new Map(ids.map((id) => [id, [] as StepEdge[]]));
  for (const { reader, step, leaving } of raw) {
    for (const { to, branch, key } of leaving) {
      const edges = arrivals.get(to);
      if (edges === undefined) reader.refuse(key, `No step has the name "${to}".`);
      else edges.push({ step: step.id, branch });
    }
  }
  const steps = raw.map(({ step, handlers }) => ({
    ...step,
    after: arrivals.get(step.id) ?? [],
    ...simplestHandlers(handlers, ids),
  }));
  return { steps, layouts: layoutsOf(raw, steps) };
}

interface RawStep extends Pick<ReturnType<typeof decodeStep>, 'leaving'> {
  readonly step: { readonly id: string };
  readonly bounds: StepLayout['bounds'];
}

/** The order of edges is kept only where it is not the one that encoding would give. */
function layoutsOf(raw: readonly RawStep[], steps: readonly WorkflowStep[]): DecodedSteps['layouts'] {
  const layouts = raw.flatMap(({ step: { id }, leaving, bounds }) => {
    const edges = leaving.filter(({ branch }) => branch !== ERROR).map(edgeName);
    const usual = leavingEdges(id, steps).filter(({ branch }) => branch !== ERROR);
    const isUsual = usual.every((edge, index) => edgeName(edge) === edges[index]);
    const layout: StepLayout = {
      ...(bounds !== undefined && { bounds }),
      ...(!isUsual && { edges }),
    };
    return Object.keys(layout).length === 0 ? [] : [[id, layout] as const];
  });
  return Object.fromEntries(layouts);
}

function decodeStep(reader: PayloadReader) {
  const id = reader.text('name');
  const gate = reader.child('readinessGate');
  const threshold = gate.has('thresholdType') ? gate.oneOf('thresholdType', ['ANY', 'ALL']) : undefined;
  gate.close();
  const connection = reader.has('connectionLabel') ? reader.text('connectionLabel') : '';
  const waitUntil = decodeGate(reader);
  const step = {
    id,
    does: decodeBody(reader),
    ...(threshold !== undefined && { join: threshold === 'ALL' ? ('all' as const) : ('any' as const) }),
    ...(waitUntil !== undefined && { waitUntil }),
    ...(connection !== '' && { connection }),
  };
  const edges = reader.list('outboundEdges', (value, path) => {
    const edge = reader.item(value, path);
    const name = edge.text('branchName', 'main');
    const branch = name === ERROR || name.startsWith(ESCAPE) ? `${ESCAPE}${name}` : name;
    const to = edge.text('nextStepName');
    edge.close();
    return { to, branch, key: lastPart(path, reader.path) };
  });
  const handlers = decodeHandlers(reader);
  const fallbacks = handlers
    .map(({ fallback }, index) => ({ to: fallback, branch: ERROR, key: `errorHandlers[${index}]` }))
    .filter(({ to }) => to !== '');
  const bounds = decodeDisplay(reader, ['x', 'y']);
  reader.close();
  return { reader, step, handlers, leaving: [...edges, ...unique(fallbacks)], bounds };
}

/** `outboundEdges[0]` of `spec.steps[2].outboundEdges[0]`. */
function lastPart(path: string, of: string): string {
  return path.slice(of.length + 1);
}

/** Two handlers may lead to one step; one edge says so. */
function unique<T extends LeavingEdge>(edges: readonly T[]): readonly T[] {
  return edges.filter((edge, index) => edges.findIndex(({ to }) => to === edge.to) === index);
}
