/**
 * Recorded conversations of the real service, replayed against an org. Compared are status, envelope and keys; ids,
 * times and the order of sets are the server's. The data is not part of this repository.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, describe, expect, test } from 'vitest';

import { openTestOrg, type TestOrg } from '../testing/test-org.ts';

interface Recording {
  readonly scenario: string;
  readonly frozen_at: string;
  readonly interactions: readonly Interaction[];
}

interface Interaction {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: readonly (readonly [string, string])[];
    readonly body: { readonly value: unknown };
  };
  readonly response: { readonly status: number; readonly body: { readonly value: string } };
}

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const SHARED = process.env['SIGNALWRIGHT_SHARED'] ?? resolve(ROOT, '../shared');
const FOLDER = join(SHARED, 'datadog-api', 'recordings');
const FILES = ['v2-security-monitoring.json', 'v2-workflow-automation.json'];

/** What this org answers so far. */
const PATHS =
  /^\/api\/v2\/(security_monitoring\/(rules(\/validation|\/[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3})?|signals(\/[^/]+)?|configuration\/suppressions(\/validation|\/rules(\/[^/]+)?|\/[a-z0-9-]+)?)|security\/signals\/notification_rules(\/[^/]+)?|workflows(\/[^/]+(\/instances\/[^/]+\/cancel)?)?)$/;

/** Scenarios that need what only the recorded org had, or that this org refuses on purpose. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'Validate a detection rule returns "Bad Request" response':
    'refuses a keep-alive of 12 h that the enum of the API allows; see semantics B5',
  'Cancel a workflow instance returns "OK" response': 'the instance existed in the recorded org alone',
  ...Object.fromEntries(
    [
      `Create a detection rule with detection method 'anomaly_detection' returns "OK" response`,
      `Create a detection rule with detection method 'anomaly_detection' with enabled feature 'instantaneousBaseline' returns "OK" response`,
      `Create a detection rule with detection method 'third_party' returns "OK" response`,
      `Get a cloud configuration rule's details returns "OK" response`,
    ].map((scenario) => [scenario, 'kept as sent: the defaults of that method are not filled in']),
  ),
};

/** Keys that the real service adds and that say nothing about the object. */
const OPTIONAL_KEYS =
  /^(isBeta|metadata|creator|updater|creationAuthorId|dependencies|blocking|isPartner|isDeprecated|dataSource|meta)$/;

const isThere = existsSync(FOLDER);
if (!isThere) process.stderr.write(`Recordings are not replayed: there is no ${FOLDER}.\n`);

function read(): readonly Recording[] {
  if (!isThere) return [];
  const all = FILES.flatMap(
    (file) =>
      (JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { recordings: Recording[] }).recordings,
  );
  return all.filter(
    ({ scenario, interactions }) =>
      LEFT_OUT[scenario] === undefined && interactions.every(({ request }) => PATHS.test(request.path)),
  );
}

let own: TestOrg;

afterEach(() => own.close());

describe.skipIf(!isThere)('recorded', () => {
  const recordings = read();

  test.each(recordings.map((recording) => [recording.scenario, recording] as const))(
    '%s',
    async (_name, recording) => {
      own = await openTestOrg();
      own.clock.nowMs = Date.parse(recording.frozen_at);
      /** Ids of the recording to those that this org gave instead. */
      const ids = new Map<string, string>();
      for (const { request, response } of recording.interactions) {
        const answered = await replay(request, ids);
        expect([
          request.method,
          request.path,
          answered.status,
          answered.status === response.status ? '' : answered.text,
        ]).toEqual([request.method, request.path, response.status, '']);
        const { value } = response.body;
        if (value === '') expect(answered.text).toBe('');
        else {
          const expected: unknown = JSON.parse(value);
          expect(missingKeys(expected, answered.body)).toEqual([]);
          learnId(expected, answered.body, ids);
        }
      }
    },
  );

  test('there are enough of them', () => {
    expect(recordings.length).toBeGreaterThan(30);
    own ??= { close: () => Promise.resolve() } as TestOrg;
  });
});

function replay(
  request: Interaction['request'],
  ids: ReadonlyMap<string, string>,
): ReturnType<TestOrg['call']> {
  const query = new URLSearchParams(request.query.map(([key, value]) => [key, translate(value, ids)]));
  const path = translate(request.path, ids) + (query.size === 0 ? '' : `?${query.toString()}`);
  const body = request.body.value;
  return own.call(request.method, path, body === null ? undefined : translate(JSON.stringify(body), ids));
}

function translate(text: string, ids: ReadonlyMap<string, string>): string {
  return [...ids].reduce((result, [recorded, ours]) => result.replaceAll(recorded, ours), text);
}

function learnId(expected: unknown, ours: unknown, ids: Map<string, string>): void {
  const [recorded, given] = [idOf(expected), idOf(ours)];
  if (recorded !== undefined && given !== undefined) ids.set(recorded, given);
}

function idOf(body: unknown): string | undefined {
  const { id, data } = (body ?? {}) as { readonly id?: unknown; readonly data?: { readonly id?: unknown } };
  const found = id ?? data?.id;
  return typeof found === 'string' ? found : undefined;
}

/** Paths of keys that the recorded body has and ours has not, or that hold another kind of value. */
function missingKeys(expected: unknown, ours: unknown, path = ''): readonly string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(ours)) return [`${path} is no list`];
    // Lists of the recorded org hold objects that ours does not have.
    if (path === '.data') return [];
    return expected.flatMap((item, index) =>
      missingKeys(item, (ours as unknown[])[index], `${path}[${index}]`),
    );
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof ours !== 'object' || ours === null) return [`${path} is no object`];
    return Object.entries(expected).flatMap(([key, value]) => {
      if (!Object.hasOwn(ours, key)) return OPTIONAL_KEYS.test(key) ? [] : [`${path}.${key} is missing`];
      return missingKeys(value, (ours as Record<string, unknown>)[key], `${path}.${key}`);
    });
  }
  if (expected === null || typeof expected === typeof ours) return [];
  return [`${path} is ${typeof ours}, recorded ${typeof expected}`];
}
