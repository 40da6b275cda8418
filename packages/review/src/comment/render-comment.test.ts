import { desiredState, planChanges } from '@signalwright/sync';
import { describe, expect, test } from 'vitest';
import { plainText, say } from '../phrase.ts';
import { concludeReview } from '../review.ts';
import { SHOP, shop } from '../testing/shop-content.ts';
import { shopReview } from '../testing/shop-review.ts';
import { MAX_COMMENT_CHARS } from './fit.ts';
import { renderComment } from './render-comment.ts';

const LOGIN = 'rules/detection/login-failures.yaml';
const SQLI = 'rules/detection/sqli-probe.yaml';
const OFFICE = 'rules/suppression/office-egress.yaml';

/** Golden files are read by people: refresh with `npm test -- -u`, then read them. */
describe('the comment that a reviewer reads', () => {
  test('a rule narrows', async () => {
    const text = renderComment(shopReview({ [LOGIN]: [['path:/login*', 'path:/login']] }));
    await expect(text).toMatchFileSnapshot('golden/narrows.md');
  });

  test('a suppression widens, rules change, a guard is loosened; with a plan', async () => {
    const edits = {
      'signalwright.yaml': [['192.0.2.0/24', '192.0.2.0/28']],
      [LOGIN]: [
        ['path:/login*', 'path:(/login OR /signin)'],
        ['failures > 25', 'failures > 40'],
        ['repeat: 30', 'repeat: 41'],
        ["    notifications: ['@pagerduty-identity']\n", ''],
      ],
      [OFFICE]: [
        [' env:staging', ''],
        ["env: prod, '@http.client_ip': 192.0.2.7", "env: prod, '@http.client_ip': 192.0.2.8"],
      ],
      [SQLI]: [['[security:attack, ', '[security:attack, technique:T1190, ']],
    } as const;
    const plan = planChanges({
      desired: desiredState(shop(edits), { stack: 'shop' }),
      observed: { stack: 'shop', objects: [], foreign: new Map(), gone: [] },
      target: {
        name: 'prod',
        url: 'https://api.example.com',
        explorerUrl: 'https://example.com',
        stack: 'shop',
      },
      toolVersion: '0.0.0',
    });
    const text = renderComment({ ...shopReview(edits), plan: { kind: 'plan', plan } });
    await expect(text).toMatchFileSnapshot('golden/several.md');
  });

  test('a new suppression, a new rule whose test fails, a rule that goes', async () => {
    const text = renderComment(
      shopReview(
        {
          'rules/detection/scanner.yaml': (SHOP[SQLI] ?? '')
            .replace('id: sqli-probe', 'id: scanner')
            .replace('name: SQL injection attempts', 'name: Scanner')
            .replace('attempts > 5', 'attempts > 3'),
        },
        {
          [OFFICE]: null,
          'rules/detection/old.yaml': (SHOP[SQLI] ?? '').replace('id: sqli-probe', 'id: old'),
        },
      ),
    );
    await expect(text).toMatchFileSnapshot('golden/added-and-removed.md');
  });

  test('content with errors', async () => {
    const review = shopReview({ [LOGIN]: [['failures > 25', 'failure > 25']] });
    expect(concludeReview(review)).toBe('failure');
    await expect(renderComment(review)).toMatchFileSnapshot('golden/errors.md');
  });

  test('nothing changed', async () => {
    const review = shopReview({});
    expect(concludeReview(review)).toBe('success');
    await expect(renderComment(review)).toMatchFileSnapshot('golden/unchanged.md');
  });
});

describe('a review that is too long for a comment', () => {
  const many = shopReview(
    Object.fromEntries(
      Array.from({ length: 180 }, (_, at) => [
        `rules/detection/copy-${at}.yaml`,
        (SHOP[LOGIN] ?? '')
          .replace('id: login-failures', `id: copy-${at}`)
          .replace('path:/login*', 'path:/login'),
      ]),
    ),
    Object.fromEntries(
      Array.from({ length: 180 }, (_, at) => [
        `rules/detection/copy-${at}.yaml`,
        (SHOP[LOGIN] ?? '').replace('id: login-failures', `id: copy-${at}`),
      ]),
    ),
  );

  test('is cut between objects and says so, with its end intact', () => {
    const text = renderComment(many);
    expect(text.length).toBeLessThanOrEqual(MAX_COMMENT_CHARS - 256);
    expect(text.length).toBeGreaterThan(50_000);
    expect(text).toMatch(
      /\*\*Cut here: \d+ more parts did not fit\.\*\* Run `signalwright diff` to read all of it\./,
    );
    expect(text).toContain('Plan: not available');
    expect(text).toContain('Compared `1a2b3c4` with `5d6e7f8`');
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    expect((text.match(/^```/gm)?.length ?? 0) % 2).toBe(0);
  });

  test('the same review gives the same text', () => {
    expect(renderComment(many)).toBe(renderComment(many));
  });
});

test('a file of the old side that could not be read is no secret', () => {
  const review = shopReview({});
  if (review.meaning.kind !== 'compared') throw new Error('the shop loads');
  const remarks = [say`in ${'1a2b3c4'} these files could not be read: ${'views/x.yaml'}`];
  const text = renderComment({ ...review, meaning: { ...review.meaning, remarks } });
  expect(text).toContain(plainText(['_Note:_ in `1a2b3c4` these files could not be read: `views/x.yaml`.']));
});
