import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadFromFiles } from './workspace.ts';
import { layoutFileOf, writeLayout } from './workflow-layout-file.ts';

const WORKFLOW = `kind: workflow
id: w
name: W
triggers: { security: {} }
steps:
  - { id: a, action: x.a }
  - { id: b, action: x.b }
annotations: [{ id: n1, text: Note }]
`;

const LAYOUT = {
  layoutOf: 'w',
  steps: { a: { x: 1, y: -2.5, edges: ['main b'] }, gone: { x: 3 } },
  annotations: { n1: { x: 0, y: 0, width: 10, height: 20 } },
};

function load(layout: string | undefined) {
  const files = new Map([
    ['signalwright.yaml', 'stack: s\n'],
    ['workflows/w.yaml', WORKFLOW],
    ...(layout === undefined ? [] : [['workflows/w.layout.yaml', layout] as const]),
  ]);
  const { workspace, diagnostics } = loadFromFiles(files);
  const workflow = workspace?.get('workflow/w');
  if (workflow?.kind !== 'workflow') throw new Error(JSON.stringify(diagnostics));
  return { object: workflow.object, codes: diagnostics.map(({ code }) => code) };
}

test('a layout is laid over its workflow, and is written again as it was', () => {
  const { object, codes } = load(stringify(LAYOUT));
  expect(object.layout).toEqual({
    steps: { a: { bounds: { x: 1, y: -2.5 }, edges: ['main b'] }, gone: { bounds: { x: 3 } } },
    annotations: LAYOUT.annotations,
  });
  expect(writeLayout(object)).toEqual(LAYOUT);
  expect(codes.filter((code) => code.startsWith('workflow/'))).toEqual([]);
});

test('without a file nothing is placed, and nothing is written', () => {
  const { object } = load(undefined);
  expect(object.layout).toEqual({ steps: {}, annotations: {} });
  expect(writeLayout(object)).toBeUndefined();
});

test('what is no place is said and left out', () => {
  const { object, codes } = load('layoutOf: w\nsteps: { a: { x: left, y: 2 } }\n');
  expect(object.layout.steps).toEqual({ a: { bounds: { y: 2 } } });
  expect(codes).toContain('workflow/bad-layout');
});

test('the file stands beside that of its workflow', () => {
  expect(layoutFileOf('workflows/team/w.yml')).toBe('workflows/team/w.layout.yaml');
});
