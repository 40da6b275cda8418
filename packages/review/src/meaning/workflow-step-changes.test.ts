import { loadFromFiles, type Workspace } from '@signalwright/content';
import { expect, test } from 'vitest';
import { plainText } from '../phrase.ts';
import { compareWorkspaces } from './compare-workspaces.ts';

const WORKFLOW = `kind: workflow
id: block
name: Block an attacker
owner: team-appsec
triggers:
  security: {}
steps:
  - id: look_up
    action: acme.look_up
    with: { ip: '{{ Source.securitySignal.id }}', depth: 1 }
    retry: { times: 3, every: 2s }
  - id: known_bad
    if: ['{{ Steps.look_up.verdict }}', eq, malicious]
  - id: block
    after: [known_bad.true]
    action: acme.block
    with: { duration: 1h }
`;

function workspace(text: string): Workspace {
  const files = new Map([
    ['signalwright.yaml', 'stack: shop\n'],
    ['workflows/block.yaml', text],
  ]);
  const { workspace: loaded, diagnostics } = loadFromFiles(files);
  if (loaded === undefined) {
    throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('; '));
  }
  return loaded;
}

test.each([
  ['times: 3', 'times: 1', 'step look_up is tried again 1 time, 2s apart, before 3 times, 2s apart'],
  ['    retry: { times: 3, every: 2s }\n', '', 'step look_up is tried again never, before 3 times, 2s apart'],
  ['duration: 1h', 'duration: 30d', 'step block gives duration 30d, before 1h'],
  [', depth: 1', '', 'step look_up gives depth nothing, before 1'],
  ['depth: 1', 'depth: [1, 2]', 'step look_up gives depth [1,2], before 1'],
  ['action: acme.block\n', 'action: acme.flag\n', 'step block calls acme.flag, before acme.block'],
  [
    'eq, malicious',
    'ne, benign',
    'step known_bad goes on where {{ Steps.look_up.verdict }} ne benign, before where {{ Steps.look_up.verdict }} eq malicious',
  ],
  ['known_bad.true', 'known_bad.false', 'step block comes after other steps'],
  [
    'security: {}',
    'security: { rateLimit: { count: 5, per: 1h } }',
    'starts at most 5 times in 1h, before without a limit',
  ],
])('%s became %s', (from, to, expected) => {
  expect(WORKFLOW).toContain(from);
  const changed = WORKFLOW.replace(from, to);
  const [object] = compareWorkspaces(workspace(WORKFLOW), workspace(changed)).objects;
  expect(object?.notes.map(({ text }) => plainText(text))).toContain(expected);
});

test('the same workflow means no change', () => {
  expect(compareWorkspaces(workspace(WORKFLOW), workspace(`${WORKFLOW}# a comment\n`)).objects).toEqual([]);
});

test('a secret that a long value would be cut in is masked whole', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const changed = WORKFLOW.replace('duration: 1h', `duration: '${'x '.repeat(55)}${token}'`);
  const [object] = compareWorkspaces(workspace(WORKFLOW), workspace(changed)).objects;
  const said = object?.notes.map(({ text }) => plainText(text)).join('\n') ?? '';
  expect(said).toContain('step block gives duration x x');
  expect(said).not.toContain('ghp_');
});
