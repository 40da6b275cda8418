import type { Address, Change, FieldChange } from '@signalwright/model';
import type { Attribution, Plan, PlanItem } from '@signalwright/sync';
import { describe, expect, test } from 'vitest';
import { HOSTILE_TEXTS } from '../testing/hostile-texts.ts';
import { expectInert } from '../testing/expect-inert.ts';
import { parseComment } from '../testing/parse-comment.ts';
import { MAX_BODY_CHARS } from './fit.ts';
import { renderPlanPage } from './plan-page.ts';

const RULE = 'detection-rule/login-failures';

function item(change: Change, more: Partial<PlanItem> = {}): PlanItem {
  const { address } = change;
  return {
    address,
    name: `Name of ${address}`,
    change,
    cause: 'content',
    places: [],
    dependsOn: [],
    ...more,
  };
}

function update(address: Address, fields: readonly FieldChange[], more: Partial<PlanItem> = {}): PlanItem {
  const places = fields.map((_, at) => ({ file: 'rules/detection/a.yaml', line: 3 + at, col: 1 }));
  const change = { kind: 'update', address, remoteId: 'abc', before: {}, after: {}, fields } as const;
  return item(change, { places, ...more });
}

function planOf(parts: Partial<Plan>): Plan {
  return {
    schemaVersion: 2,
    toolVersion: '0.1.0',
    target: {
      name: 'prod',
      url: 'https://api.example.test',
      explorerUrl: 'https://example.test',
      stack: 'shop',
    },
    contentDigest: 'c'.repeat(64),
    items: [],
    orphans: [],
    waiting: [],
    removal: { removed: 0, managed: 4, free: 3 },
    blocked: [],
    digest: 'd'.repeat(64),
    ...parts,
  };
}

const EVERYTHING = planOf({
  items: [
    item(
      { kind: 'create', address: 'detection-rule/scanner', after: {} },
      { places: [{ file: 'rules/detection/scanner.yaml', line: 1, col: 1 }] },
    ),
    update(
      RULE,
      [
        { path: 'options.keepAlive', before: 3600, after: 7200 },
        { path: 'tags', before: ['team:a', 'team:b'], after: ['team:b', 'team:c'] },
        { path: 'message', before: undefined, after: 'Look at {{@usr.id}}.' },
      ],
      {
        cause: 'content-and-drift',
        kept: [
          { path: 'isEnabled', before: false, after: true, until: '2026-12-24', reason: 'the shop tests' },
        ],
      },
    ),
    item({ kind: 'noop', address: 'detection-rule/quiet' }),
    item({ kind: 'disable', address: 'suppression/old', remoteId: 'def', before: {} } as Change),
    item({ kind: 'delete', address: 'suppression/older', remoteId: 'ghi', before: {} }),
    item({
      kind: 'link',
      address: 'saved-view/open',
      url: 'https://example.test/security?query=status%3Ahigh',
    }),
  ],
  orphans: [{ address: 'detection-rule/gone', remoteId: 'jkl', reason: 'This plan removes nothing.' }],
  waiting: [{ address: 'detection-rule/off', remoteId: 'mno', deleteAfterMs: 0 }],
  removal: { removed: 4, managed: 10, free: 3 },
  blocked: [
    {
      address: 'detection-rule/ssrf',
      reason: 'The API cannot change type.',
      place: { file: 'rules/detection/ssrf.yaml', line: 2, col: 1 },
    },
  ],
});

/** Read by people: refresh with `npm test -- -u`, then read it. */
test('a plan of everything', async () => {
  const attributions = new Map<Address, Attribution>([
    [RULE, { who: 'ada@example.com', atMs: 1_795_000_000_000 }],
  ]);
  await expect(renderPlanPage(EVERYTHING, attributions)).toMatchFileSnapshot('golden/plan-page.md');
});

test('no changes: three lines', () => {
  expect(renderPlanPage(planOf({}), new Map())).toBe(
    '### Plan for `prod`\n\n**no changes**\n\n---\n\n`https://api.example.test`, stack `shop`, plan `dddddddddddd`',
  );
});

describe('a plan that does not fit', () => {
  const many = Array.from({ length: 3_000 }, (_, at) =>
    update(`detection-rule/r${at}`, [{ path: 'message', before: 'x'.repeat(200), after: 'y'.repeat(200) }]),
  );
  const gone = item({ kind: 'delete', address: 'suppression/older', remoteId: 'ghi', before: {} });
  const text = renderPlanPage(planOf({ items: [...many, gone] }), new Map());

  test('is cut between objects, and says how many are left out', () => {
    expect(text.length).toBeLessThanOrEqual(MAX_BODY_CHARS);
    const shown = parseComment(text).code.filter((code) => code.startsWith('detection-rule/')).length;
    expect(shown).toBeGreaterThan(50);
    expect(text).toContain(`**Cut here: ${3_000 - shown} more changed objects did not fit.**`);
    expect(text).toContain('plan `dddddddddddd`');
  });

  test('what is taken away stands first', () => {
    expect(text.indexOf('suppression/older')).toBeGreaterThan(0);
    expect(text.indexOf('suppression/older')).toBeLessThan(text.indexOf('detection-rule/r0'));
  });

  test.each([0, 1, 40, 200, 1_000])('never longer than %d', (limit) => {
    expect(renderPlanPage(EVERYTHING, new Map(), limit).length).toBeLessThanOrEqual(limit);
  });

  test('one object with a flood of fields and values is a page at most', () => {
    const fields = Array.from({ length: 5_000 }, (_, at) => ({
      path: `f${at}`,
      before: [],
      after: Array.from({ length: 100 }, (__, value) => `${at}.${value}`),
    }));
    const flood = renderPlanPage(planOf({ items: [update(RULE, fields)] }), new Map());
    expect(flood.length).toBeLessThanOrEqual(MAX_BODY_CHARS);
    expect(flood).toContain('@@ 4960 more fields @@');
    expect(flood).toContain('+ … and 80 more');
  });
});

function hostile(payload: string, digest = payload): string {
  const place = { file: payload, line: 1, col: 1 };
  const kept = [{ path: payload, before: payload, after: payload, until: payload, reason: payload }];
  const of = (change: Change): PlanItem => item(change, { name: payload, places: [place], kept });
  const plan = planOf({
    target: { name: payload, url: payload, explorerUrl: payload, stack: payload },
    items: [
      of({ kind: 'create', address: RULE, after: { [payload]: payload } }),
      of({ kind: 'noop', address: 'detection-rule/quiet' }),
      of({ kind: 'delete', address: 'suppression/older', remoteId: payload, before: {} }),
      of({ kind: 'link', address: 'saved-view/open', url: payload }),
      update(
        RULE,
        [
          { path: payload, before: payload, after: [payload] },
          { path: payload, before: [payload], after: [{ [payload]: payload }] },
        ],
        { name: payload, places: [place], cause: 'drift' },
      ),
    ],
    removal: { removed: 9, managed: 9, free: 3 },
    blocked: [{ address: RULE, reason: payload, place }],
    digest,
  });
  return renderPlanPage(plan, new Map([[RULE, { who: payload, unknown: payload }]]));
}

test('a journal whose clock was beyond all dates', () => {
  const waiting = [{ address: 'detection-rule/off', remoteId: 'mno', deleteAfterMs: 9e15 }] as const;
  expect(renderPlanPage(planOf({ waiting }), new Map())).toContain('after `no date (9000000000000000 ms)`');
});

describe('a target full of payloads', () => {
  test.each(HOSTILE_TEXTS)('%j stays text', (payload) => {
    const html = ['<details><summary>1 saved view to open</summary>', '</details>'];
    expectInert(hostile(payload), html);
  });

  test('the payloads do reach the page: this test can fail', () => {
    expect(parseComment(hostile('<img src=x>')).code.join('\n')).toContain('<img src=x>');
  });

  test('no secret of a known form', () => {
    const key = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
    // A digest is of our own making.
    expect(hostile(key, 'd'.repeat(64))).not.toContain('AKIA');
  });
});
