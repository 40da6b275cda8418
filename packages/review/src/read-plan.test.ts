import { createHash } from 'node:crypto';
import { desiredState, planChanges, printPlan, type Plan } from '@signalwright/sync';
import { expect, test } from 'vitest';
import { renderComment } from './comment/render-comment.ts';
import { plainText } from './phrase.ts';
import { readReviewPlan } from './read-plan.ts';
import type { ReviewPlan } from './review.ts';
import { shop } from './testing/shop-content.ts';
import { shopReview } from './testing/shop-review.ts';

const TARGET = {
  name: 'prod',
  url: 'https://api.example.com',
  explorerUrl: 'https://example.com',
  stack: 'shop',
};
const PLAN = planChanges({
  desired: desiredState(shop(), { stack: 'shop' }),
  observed: { stack: 'shop', objects: [], foreign: new Map(), gone: [] },
  target: TARGET,
  toolVersion: '0.0.0',
});

const MADE = { atMs: 0, expiresAtMs: 86_400_000 };

/** What who makes an artefact can do: change anything, and give it the digest that fits. */
function forged(changes: Readonly<Record<string, unknown>>): string {
  const { digest: _old, ...rest } = { ...PLAN, ...changes } as Plan;
  const digest = createHash('sha256').update(canonical(rest)).digest('hex');
  const plan = { ...rest, digest: changes['digest'] ?? digest };
  const seal = createHash('sha256')
    .update(canonical([MADE, plan.digest]))
    .digest('hex');
  return `${canonical({ made: MADE, plan, seal })}\n`;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function why(plan: ReviewPlan): string {
  return plan.kind === 'none' ? plainText(plan.why) : 'accepted';
}

test('a plan that was written is read and shown without values', () => {
  const plan = readReviewPlan(printPlan(PLAN, MADE));
  expect(plan).toMatchObject({ kind: 'plan' });
  const text = renderComment({ ...shopReview({}), plan });
  expect(text).toContain('<details><summary>Plan: 4 to create</summary>');
  expect(text).toContain('+ detection-rule/login-failures');
  expect(text).not.toContain('api.example.com');
});

test('the forger of this test is a good one: an honest forgery is accepted', () => {
  expect(why(readReviewPlan(forged({ toolVersion: '9.9.9' })))).toBe('accepted');
});

const [item] = PLAN.items;
const rows: [title: string, text: string][] = [
  ['nothing', ''],
  ['no JSON', 'plan'],
  ['another document', '{}\n'],
  ['bytes after the end', `${printPlan(PLAN, MADE)} `],
  ['a digest that does not fit', forged({ digest: '0'.repeat(64) })],
  ['items that are no list', forged({ items: {} })],
  ['an item that is null', forged({ items: [null] })],
  ['an item without a change', forged({ items: [{ ...item, change: null }] })],
  ['a change of no known kind', forged({ items: [{ ...item, change: { kind: 'rm -rf' } }] })],
  ['an update without fields', forged({ items: [{ ...item, change: { kind: 'update' } }] })],
  ['a field without a path', forged({ items: [{ ...item, change: { kind: 'update', fields: [{}] } }] })],
  ['an address that is none', forged({ items: [{ ...item, address: 'x\n# Approved' }] })],
  ['a cause of no known sort', forged({ items: [{ ...item, cause: '__proto__' }] })],
  ['no target', forged({ target: null })],
  ['a target without a name', forged({ target: { ...TARGET, name: 7 } })],
  ['a block without a reason', forged({ blocked: [{ address: 'detection-rule/x' }] })],
  ['orphans that are no list', forged({ orphans: 'many' })],
];

test.each(rows)('%s is no plan, and the comment says so', (_title, text) => {
  const plan = readReviewPlan(text);
  expect(why(plan)).toMatch(/^The plan that was handed in cannot be read: /);
  expect(renderComment({ ...shopReview({}), plan })).toContain('Plan: not available');
});
