/** What a workflow carries beside its steps: connections by reference, notes, and where things stand on the canvas. */

import type {
  LayoutBounds,
  Payload,
  Workflow,
  WorkflowAnnotation,
  WorkflowConnection,
  WorkflowConnectionGroup,
  WorkflowLayout,
} from '@signalwright/model';
import type { PayloadReader } from './payload-reader.ts';

type Bindings = Pick<Workflow, 'connections' | 'connectionGroups'>;

/** The API knows one environment. */
const ENVIRONMENT = 'default';

export function encodeConnections({ connections, connectionGroups }: Bindings): Payload {
  if (connections.length === 0 && connectionGroups.length === 0) return {};
  const environment = {
    env: ENVIRONMENT,
    ...(connections.length > 0 && {
      connections: connections.map(({ connectionId, label }) => ({ connectionId, label })),
    }),
    ...(connectionGroups.length > 0 && {
      connectionGroups: connectionGroups.map(({ connectionGroupId, label, tags }) => ({
        connectionGroupId,
        label,
        tags: [...tags],
      })),
    }),
  };
  return { connectionEnvs: [environment] };
}

export function decodeConnections(spec: PayloadReader): Bindings {
  const connections: WorkflowConnection[] = [];
  const connectionGroups: WorkflowConnectionGroup[] = [];
  const labels = new Set<string>();
  const readLabel = (reader: PayloadReader): string => {
    const label = reader.text('label');
    if (labels.has(label)) reader.refuse('label', `The label "${label}" is there twice.`);
    labels.add(label);
    return label;
  };
  const environments = spec.list('connectionEnvs', (value, path) => {
    const environment = spec.item(value, path);
    environment.oneOf('env', [ENVIRONMENT], ENVIRONMENT);
    environment.list('connections', (each, at) => {
      const reader = environment.item(each, at);
      connections.push({ label: readLabel(reader), connectionId: reader.text('connectionId') });
      reader.close();
    });
    environment.list('connectionGroups', (each, at) => {
      const reader = environment.item(each, at);
      connectionGroups.push({
        label: readLabel(reader),
        connectionGroupId: reader.text('connectionGroupId'),
        tags: reader.texts('tags'),
      });
      reader.close();
    });
    environment.close();
  });
  if (environments.length > 1) spec.refuse('connectionEnvs', 'There are several environments.');
  return { connections, connectionGroups };
}

export function encodeAnnotations(
  annotations: readonly WorkflowAnnotation[],
  layout: WorkflowLayout,
): readonly Payload[] {
  return annotations.map(({ id, text }) => ({
    id,
    display: encodeDisplay(ownBounds(layout.annotations, id)) ?? {},
    markdownTextAnnotation: { text },
  }));
}

/** Ids come from outside: `constructor` has no place on a canvas. */
function ownBounds(bounds: Readonly<Record<string, LayoutBounds>>, id: string): LayoutBounds | undefined {
  return Object.hasOwn(bounds, id) ? bounds[id] : undefined;
}

export function decodeAnnotations(spec: PayloadReader): {
  readonly annotations: readonly WorkflowAnnotation[];
  readonly bounds: Readonly<Record<string, LayoutBounds>>;
} {
  const bounds = new Map<string, LayoutBounds>();
  const ids = new Set<string>();
  const annotations = spec.list('annotations', (value, path) => {
    const reader = spec.item(value, path);
    const id = reader.text('id');
    if (ids.has(id)) reader.refuse('id', `The annotation "${id}" is there twice.`);
    ids.add(id);
    const place = decodeDisplay(reader, ['x', 'y', 'width', 'height']);
    if (place !== undefined) bounds.set(id, place);
    const markdown = reader.child('markdownTextAnnotation');
    const text = markdown.text('text', '');
    markdown.close();
    reader.close();
    return { id, text };
  });
  return { annotations, bounds: Object.fromEntries(bounds) };
}

/** @returns undefined where nobody placed it */
export function encodeDisplay(bounds: LayoutBounds | undefined): Payload | undefined {
  return bounds === undefined ? undefined : { bounds: { ...bounds } };
}

export function decodeDisplay(
  reader: PayloadReader,
  keys: readonly (keyof LayoutBounds)[],
): LayoutBounds | undefined {
  const display = reader.child('display');
  const bounds = display.child('bounds');
  const entries = keys.filter((key) => bounds.has(key)).map((key) => [key, bounds.number(key)] as const);
  bounds.close();
  display.close();
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
