import type { Change } from '@signalwright/model';
import { expect, test } from 'vitest';
import { readHistory, type StoredEntry } from './journal-entry.ts';
import { newLinks } from './known-links.ts';
import { renderPlan } from './render-plan.ts';
import type { Plan, PlanItem } from './plan.ts';
import { targetKey } from './target.ts';

const TARGET = {
  name: 'prod',
  url: 'https://api.example.test',
  explorerUrl: 'https://example.test',
  stack: 'shop',
};

function view(id: string, url: string): PlanItem {
  const change: Change = { kind: 'link', address: `saved-view/${id}`, url };
  return { address: change.address, name: id, change, cause: 'none', places: [], dependsOn: [] };
}

function planOf(...items: PlanItem[]): Plan {
  return {
    schemaVersion: 2,
    toolVersion: '0.1.0',
    target: TARGET,
    contentDigest: 'c',
    items,
    orphans: [],
    waiting: [],
    removal: { removed: 0, managed: 0, free: 3 },
    blocked: [],
    digest: 'd'.repeat(64),
  };
}

function started(links: unknown): StoredEntry {
  const target = targetKey(TARGET);
  return { atMs: 0, body: { kind: 'apply-started', target, planDigest: 'p', contentDigest: 'c', links } };
}

const OPEN = view('open', 'https://example.test/?query=a');
const URGENT = view('urgent', 'https://example.test/?query=b');

test('a link is printed until an apply has shown it, and again when the view changes', () => {
  const first = planOf(OPEN, URGENT);
  const known = readHistory([started(newLinks(first.items, new Map()))], TARGET).links;
  expect(known.size).toBe(2);

  const same = renderPlan(first, { color: false, known });
  expect(same).not.toContain('https://example.test/');
  expect(same).toContain('2 views linked.');
  expect(same).toContain('2 views are as they were: their links are in `signalwright plan --markdown`.');

  const changed = planOf(view('open', 'https://example.test/?query=c'), URGENT);
  const text = renderPlan(changed, { color: false, known });
  expect(text).toContain('> saved-view/open  https://example.test/?query=c');
  expect(text).not.toContain('query=b');
  expect(Object.keys(newLinks(changed.items, known))).toEqual(['saved-view/open']);
});

test('without a journal every link is printed', () => {
  expect(renderPlan(planOf(OPEN, URGENT), { color: false })).toMatch(/query=a[^]*query=b/);
});

test('an entry whose links are not what they should be is passed over as a whole', () => {
  for (const links of ['x', null, { 'saved-view/open': 1 }])
    expect(readHistory([started(links)], TARGET).links.size).toBe(0);
});
