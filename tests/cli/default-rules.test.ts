/** Content that tunes a rule of Datadog, applied offline: the embedded org has the rule that the content pins. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIMIT_MS, killAll, run, startOrg } from './command.ts';

const RULE = {
  id: 'def-000-abc',
  name: 'Login from an address that nobody knows',
  type: 'log_detection',
  isEnabled: true,
  isDefault: true,
  isPartner: false,
  message: 'Somebody logged in.',
  tags: ['source:vpn', 'tactic:TA0001-initial-access', 'team:identity'],
  defaultTags: ['source:vpn', 'tactic:TA0001-initial-access'],
  queries: [{ query: 'source:vpn @evt.name:login', aggregation: 'count', groupByFields: ['@usr.id'] }],
  cases: [{ name: '', status: 'low', condition: 'a > 0', notifications: ['@webhook-soc'] }],
  options: { evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400, detectionMethod: 'threshold' },
  filters: [],
  hasExtendedTitle: false,
  version: 7,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sw-default-'));
});
afterEach(async () => {
  await killAll();
  rmSync(folder, { recursive: true, force: true });
}, LIMIT_MS);

test(
  'what content tunes is there to be tuned, once, and a plan after it is empty',
  async () => {
    const cwd = join(folder, 'detections');
    mkdirSync(cwd);
    writeFileSync(join(folder, 'rules.json'), JSON.stringify({ data: [RULE] }));
    expect(await run(['init', '.'], { cwd })).toMatchObject({ end: 0 });
    const imported = await run(['import', join(folder, 'rules.json')], { cwd });
    expect(imported).toMatchObject({ end: 0 });
    const { env } = await startOrg(cwd);
    const plan = await run(['plan', '--exit-code'], { cwd, env });
    expect(plan).toMatchObject({ end: 2, err: '' });
    expect(plan.out).not.toContain('blocked');
    expect(await run(['apply', '--yes'], { cwd, env })).toMatchObject({ end: 0 });
    expect(await run(['plan', '--exit-code'], { cwd, env })).toMatchObject({ end: 0, err: '' });
  },
  LIMIT_MS,
);

test(
  'a file of answers gives further ones, and one without any says so',
  async () => {
    const cwd = join(folder, 'detections');
    mkdirSync(cwd);
    expect(await run(['init', '.'], { cwd })).toMatchObject({ end: 0 });
    const path = join(folder, 'rules.json');
    writeFileSync(path, JSON.stringify([{ ...RULE, isDefault: false }]));
    const refused = await run(['up', '--port', '0', '--default-rules', path], { cwd });
    expect(refused).toMatchObject({ end: 64, err: expect.stringContaining('holds no rule that Datadog') });
    writeFileSync(path, JSON.stringify([RULE, { ...RULE, id: 'own-own-own', isDefault: false }]));
    const { client } = await startOrg(cwd, ['--default-rules', path]);
    const listed = JSON.stringify(await client.rules.list());
    expect(listed).toContain('def-000-abc');
    expect(listed).not.toContain('own-own-own');
  },
  LIMIT_MS,
);
