/** What people read: golden texts, and hostile values made inert. */

import { describe, expect, test } from 'vitest';
import type { AppliedItem, ApplyResult } from './apply-result.ts';
import { desiredState, type DesiredSource } from './desired.ts';
import { planChanges, type Plan } from './plan.ts';
import { createWorld, type World } from './rehearsal/faulty-world.ts';
import { STACK, TARGET, TOOL_VERSION, applyNow, planNow, runOnce } from './rehearsal/gitops-run.ts';
import { rule, sampleSource, suppression, withoutAddress } from './rehearsal/sample-source.ts';
import { renderPlan } from './render-plan.ts';
import { renderResult } from './render-result.ts';

const PLAIN = { color: false };

const BLOCKED = {
  address: 'detection-rule/b',
  reason: 'x',
  place: { file: 'a.yaml', line: 1, col: 1 },
} as const;

function ended(end: AppliedItem['end']): AppliedItem {
  return { address: 'detection-rule/a', change: 'create', end };
}

async function planAt(world: World, source: DesiredSource): Promise<Plan> {
  const plan = await planNow(source, world.start());
  if (plan === undefined) throw new Error('the service could not be read');
  return plan;
}

/** Some of everything: creates, updates with their causes, a block, an orphan, a link. */
async function richWorld(): Promise<{ readonly world: World; readonly source: DesiredSource }> {
  const world = createWorld();
  await runOnce(sampleSource(), world);
  const urgent = world.service.all().find(({ kind }) => kind === 'notification-rule');
  world.service.edit('notification-rule', urgent?.id ?? '', (fields) => ({ ...fields, enabled: false }));
  const changed = sampleSource(
    rule('sqli', { keepAliveMs: 7_200_000, tags: ['team:appsec'], message: `long ${'text '.repeat(40)}` }),
    rule('ssrf', { type: 'api_security' }),
    rule('path-traversal'),
    { ...suppression, expiresAtMs: Date.UTC(2026, 11, 24) },
  );
  return { world, source: withoutAddress(changed, 'detection-rule/xss') };
}

test('a plan', async () => {
  const { world, source } = await richWorld();
  const text = renderPlan(await planAt(world, source), PLAIN);
  await expect(text).toMatchFileSnapshot('golden/plan.txt');
  const long = text.split('\n').filter((line) => [...line].length > 100);
  // Addresses of pages are never cut.
  expect(long.filter((line) => !line.startsWith('> '))).toEqual([]);
});

test('an empty plan is three lines', async () => {
  const world = createWorld();
  await runOnce(withoutAddress(sampleSource(), 'saved-view/urgent-open'), world);
  const plan = await planAt(world, withoutAddress(sampleSource(), 'saved-view/urgent-open'));
  expect(renderPlan(plan, PLAIN).replace(plan.digest.slice(0, 12), '…')).toBe(
    'Plan for test (https://api.example.test), stack acme\n\n0 to create, 0 to update, 6 unchanged.\nPlan …\n',
  );
});

test('a result', async () => {
  const { world, source } = await richWorld();
  const plan = await planAt(world, source);
  const sqli = world.service.all().find(({ fields }) => fields['name'] === 'Rule sqli');
  world.service.edit('detection-rule', sqli?.id ?? '', (fields) => ({ ...fields, name: 'Rule sqli 2' }));
  world.schedule = { faults: new Map([[world.calls() + 8, '504-after']]) };
  const result = await applyNow(plan, world.start());
  await expect(renderResult(result, PLAIN)).toMatchFileSnapshot('golden/result.txt');
});

test.each<[what: string, Partial<Extract<ApplyResult, { kind: 'applied' }>>, next: string]>([
  ['was cut off', { stopped: 'Interrupted.' }, 'Run apply again'],
  ['left an outcome open', { items: [ended({ kind: 'unknown', reason: 'No answer.' })] }, 'Run apply again'],
  [
    'was refused something',
    { items: [ended({ kind: 'refused', reason: '400' })] },
    'See to what is named here, then apply again',
  ],
  ['met what is blocked', { blocked: [BLOCKED] }, 'See to what is named here, then apply again'],
])('what to do after an apply that %s', (_what, parts, next) => {
  const result: ApplyResult = { kind: 'applied', items: [], blocked: [], recovered: [], ...parts };
  expect(renderResult(result, PLAIN)).toContain(`\n${next}: what is done stays done.\n`);
});

test('a rejected plan', () => {
  const result: ApplyResult = { kind: 'rejected', reasons: ['Content has changed since the plan was made.'] };
  expect(renderResult(result, PLAIN)).toBe(
    '! Content has changed since the plan was made.\nNothing was applied.\n',
  );
});

describe('values of others cannot move the terminal', () => {
  const hostile = 'x\u001b[2J\u001b]8;;https://evil.example\u0007\u202etxt\r\n::set-output name=a::b';

  test('in a plan', async () => {
    const world = createWorld();
    await runOnce(sampleSource(), world);
    const sqli = world.service.all().find(({ fields }) => fields['name'] === 'Rule sqli');
    world.service.edit('detection-rule', sqli?.id ?? '', (fields) => ({
      ...fields,
      message: hostile,
      tags: [...(fields['tags'] as string[]), hostile],
    }));
    expectInert(renderPlan(await planAt(world, sampleSource()), PLAIN));
  });

  test('in a result', () => {
    const result: ApplyResult = {
      kind: 'applied',
      items: [
        { address: 'detection-rule/a', change: 'create', end: { kind: 'refused', reason: hostile } },
        {
          address: 'detection-rule/b',
          change: 'create',
          end: { kind: 'done', remoteId: hostile, how: 'found', differs: [hostile] },
        },
        { address: 'detection-rule/c', change: 'create', end: { kind: 'unknown', reason: hostile } },
      ],
      blocked: [],
      recovered: [{ address: 'detection-rule/d', outcome: 'unknown', reason: hostile }],
      stopped: hostile,
    };
    expectInert(renderResult(result, PLAIN));
  });
});

describe('keys are stars', () => {
  // Put together here, so that no scanner takes this file for a leak.
  const key = ['AKIA', 'QWERTZUIOPASDFGH'].join('');

  test('in a plan, also where the line is cut', async () => {
    const world = createWorld();
    await runOnce(sampleSource(), world);
    const sqli = world.service.all().find(({ fields }) => fields['name'] === 'Rule sqli');
    world.service.edit('detection-rule', sqli?.id ?? '', (fields) => ({
      ...fields,
      message: `${'x'.repeat(70)} ${key} ${'y'.repeat(70)}`,
      name: `Rule ${key}`,
    }));
    const text = renderPlan(await planAt(world, sampleSource()), PLAIN);
    expect(text).not.toContain('AKIA');
    expect(text).toContain(`Rule ${'*'.repeat(20)}`);
  });

  test('in a result', () => {
    const result: ApplyResult = { kind: 'rejected', reasons: [`No rule may say ${key}.`] };
    expect(renderResult(result, PLAIN)).toContain(`! No rule may say ${'*'.repeat(20)}.`);
  });
});

function expectInert(text: string): void {
  const control = [...text].filter((character) => character !== '\n' && /[\p{Cc}\p{Cf}]/u.test(character));
  expect(control).toEqual([]);
  expect(text.split('\n').filter((line) => line.startsWith('::'))).toEqual([]);
}

test('colour is only colour', () => {
  const plan = planChanges({
    desired: desiredState(sampleSource(), { stack: STACK }),
    observed: { stack: STACK, objects: [], foreign: new Map(), gone: [] },
    target: TARGET,
    toolVersion: TOOL_VERSION,
  });
  const coloured = renderPlan(plan, { color: true });
  expect(coloured).toContain('\u001b[32m+\u001b[0m detection-rule/sqli');
  expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(renderPlan(plan, PLAIN));
});
