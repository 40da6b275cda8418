import { expect, test } from 'vitest';

import { StoreError } from '@signalwright/store';

import type { Identity } from '../identity/identity.ts';
import type { Sessions } from '../identity/sessions.ts';
import type { LogEntry } from '../log.ts';
import { Authenticator } from './authenticator.ts';
import { buildApp } from './build-app.ts';
import type { Route } from './route.ts';

/** The routes here are public: neither keys nor sessions are looked at. */
const NOBODY_ASKS = new Authenticator({} as Identity, {} as Sessions);

type Row = [title: string, error: Error, status: number, says: string, logged: string];

const FULL = 'Cannot write /data/org.db: the disk is full.';

const rows: Row[] = [
  [
    'a full disk',
    new StoreError('environment', 'store/disk-full', '/data/org.db', FULL),
    503,
    'nothing was changed',
    FULL,
  ],
  ['a mistake of ours', new Error('secret detail'), 500, 'Internal error', 'A request failed.'],
];

test.each(rows)(
  '%s is logged whole and answered without its details',
  async (_title, error, status, says, logged) => {
    const log: LogEntry[] = [];
    const route: Route = {
      method: 'GET',
      path: '/fails',
      access: { kind: 'public', why: 'a test' },
      handle: () => {
        throw error;
      },
    };
    const app = buildApp([route], { authenticator: NOBODY_ASKS, log: (entry) => log.push(entry) });
    const response = await app.request('/fails');
    expect(response.status).toBe(status);
    const text = await response.text();
    expect(text).toContain(says);
    expect(text).not.toMatch(/org\.db|secret detail|at /);
    expect(log).toMatchObject([{ level: 'error', message: logged, path: '/fails' }]);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  },
);

test('a sender that leaves in the middle of its body is no mistake of ours', async () => {
  const log: LogEntry[] = [];
  const route: Route = {
    method: 'POST',
    path: '/takes',
    access: { kind: 'public', why: 'a test' },
    handle: async (request) => {
      await request.json();
      throw new Error('unreachable');
    },
  };
  const app = buildApp([route], { authenticator: NOBODY_ASKS, log: (entry) => log.push(entry) });
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"a":'));
      controller.error(new Error('aborted'));
    },
  });
  const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } };
  const response = await app.request('/takes', init);
  expect(response.status).toBe(400);
  expect(log).toEqual([]);
});
