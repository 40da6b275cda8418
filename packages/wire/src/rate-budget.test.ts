import { describe, expect, test } from 'vitest';
import { MAX_WAIT_MS } from './backoff.ts';
import { RateBudget } from './rate-budget.ts';

const RULES = 'GET /api/v2/security_monitoring/rules';
const LOGS = 'POST /api/v2/logs/events';
const NOW_MS = Date.UTC(2026, 10, 2);

interface Said {
  readonly remaining: number;
  readonly reset?: number;
  readonly name?: string;
  readonly limit?: number;
}

function headers({ remaining, reset = 10, name = 'rules', limit = 3 }: Said): Headers {
  return new Headers({
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-period': '10',
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-name': name,
  });
}

describe('a budget', () => {
  test('of which nothing is known lets calls through', () => {
    const budget = new RateBudget();
    expect([1, 2, 3].map(() => budget.take(RULES, NOW_MS))).toEqual([0, 0, 0]);
  });

  test('gives what the service said is left, also to calls that have no answer yet', () => {
    const budget = new RateBudget();
    budget.learn(RULES, 200, headers({ remaining: 2 }), NOW_MS);
    expect([1, 2, 3].map(() => budget.take(RULES, NOW_MS))).toEqual([0, 0, 10_000]);
  });

  test('is full again when the period ends', () => {
    const budget = new RateBudget();
    budget.learn(RULES, 429, headers({ remaining: 0 }), NOW_MS);
    expect(budget.take(RULES, NOW_MS + 9_999)).toBe(1);
    const later = [1, 2, 3, 4].map(() => budget.take(RULES, NOW_MS + 10_000));
    expect(later).toEqual([0, 0, 0, 10_000]);
  });

  test('keeps the lowest count of a period, whichever answer comes last', () => {
    const budget = new RateBudget();
    budget.learn(RULES, 200, headers({ remaining: 0 }), NOW_MS);
    budget.learn(RULES, 200, headers({ remaining: 1 }), NOW_MS);
    expect(budget.take(RULES, NOW_MS)).toBe(10_000);
  });

  test('believes the count of the next period', () => {
    const budget = new RateBudget();
    budget.learn(RULES, 200, headers({ remaining: 0, reset: 1 }), NOW_MS);
    budget.learn(RULES, 200, headers({ remaining: 2 }), NOW_MS + 500);
    expect(budget.take(RULES, NOW_MS + 500)).toBe(0);
  });

  test('of one limit does not hold up another, once both are known', () => {
    const budget = new RateBudget();
    budget.learn(LOGS, 200, headers({ remaining: 1, name: 'logs' }), NOW_MS);
    budget.learn(RULES, 429, headers({ remaining: 0 }), NOW_MS);
    expect(budget.take(LOGS, NOW_MS)).toBe(0);
    expect(budget.take('GET /api/v2/workflows', NOW_MS)).toBe(10_000);
  });

  test('waits no longer than it may, whatever period is told', () => {
    const budget = new RateBudget();
    const told = headers({ remaining: 0, reset: 1e9, limit: 1 });
    told.set('x-ratelimit-period', '999999999');
    budget.learn(RULES, 429, told, NOW_MS);
    expect(budget.take(RULES, NOW_MS)).toBe(MAX_WAIT_MS);
    const later = NOW_MS + MAX_WAIT_MS;
    expect([budget.take(RULES, later), budget.take(RULES, later)]).toEqual([0, MAX_WAIT_MS]);
  });

  test('forgets the oldest of too many names', () => {
    const budget = new RateBudget();
    for (let count = 0; count < 10_000; count += 1)
      budget.learn(`GET /${count}`, 429, headers({ remaining: 0, name: `n${count}` }), NOW_MS);
    budget.learn(RULES, 200, headers({ remaining: 1 }), NOW_MS);
    expect(budget.take(RULES, NOW_MS)).toBe(0);
    expect(budget.take('GET /0', NOW_MS)).toBe(10_000);
  });
});
