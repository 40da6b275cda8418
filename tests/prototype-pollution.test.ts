/**
 * Payloads that write to the prototype of every object, where code merges or sets by path without care, at every door
 * where outside data comes in. After each, no object has a new key. Source: threat T13 of docs/threats.md.
 */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatSource, loadFromFiles } from '@signalwright/content';
import { eventOfFields } from '@signalwright/detect';
import { createOrg, type Org } from '@signalwright/org';
import { openEgress } from '@signalwright/outbound';
import { compileMatcher, compileReader, parseQuery } from '@signalwright/query';
import {
  evaluateExpression,
  parseExpression,
  parseTemplate,
  renderTemplate,
  scopeOf,
} from '@signalwright/template';
import {
  PATHS,
  REMOTE_KINDS,
  decodeLogs,
  decodeLogsView,
  decodeSignal,
  decodeSpans,
  normalisePayload,
  readRemoteObject,
} from '@signalwright/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';

const NOW_MS = Date.UTC(2026, 10, 22);
const CANARY = 'polluted';

/** Keys that lead to a prototype, as JSON and YAML texts may write them. */
const WAYS: readonly (readonly string[])[] = [
  ['__proto__'],
  ['constructor', 'prototype'],
  ['prototype'],
  ['__proto__', '__proto__'],
  ['constructor', 'prototype', '__proto__'],
  ['toString', 'constructor', 'prototype'],
  ['a', '__proto__'],
  ['attributes', '__proto__'],
  ['data', 'attributes', '__proto__'],
  ['data', '__proto__'],
  ['options', 'constructor', 'prototype'],
  ['tags', '__proto__'],
  ['__proto__.polluted'],
  ['constructor.prototype.polluted'],
];

const MAPS: readonly ((way: readonly string[]) => unknown)[] = [
  (way) => nest(way, { [CANARY]: 'yes' }),
  (way) => [nest(way, { [CANARY]: 'yes' })],
  (way) => ({ queries: [nest(way, { [CANARY]: 'yes' })], name: 'x' }),
];

/** Own keys, as JSON.parse makes them: a literal would set the prototype here. */
function nest(way: readonly string[], value: unknown): unknown {
  return way.reduceRight<unknown>(
    (inner, key) => JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(inner)}}`),
    value,
  );
}

const PAYLOADS: readonly (readonly [title: string, json: string])[] = WAYS.flatMap((way) =>
  MAPS.map((map, index) => [`${way.join(' > ')}, shape ${index}`, JSON.stringify(map(way))] as const),
);

let folder: string;
let org: Org;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalwright-pollution-'));
  org = await createOrg({
    dataDir: folder,
    nowMs: () => NOW_MS,
    random: (bytes) => randomBytes(bytes),
    connectors: new Map(),
    egress: openEgress({ allow: [] }),
    neverBlock: [],
    log: () => undefined,
  });
});

afterAll(async () => {
  await org.close();
  rmSync(folder, { recursive: true, force: true });
});

function expectClean(door: string): void {
  for (const prototype of [Object.prototype, Array.prototype, Function.prototype, String.prototype]) {
    expect(CANARY in prototype, door).toBe(false);
  }
  expect(Object.keys(Object.prototype), door).toEqual([]);
}

/** Every text of a payload that could be a path: the ways, as a query, a template and an expression spell them. */
function pathsOf(json: string): readonly string[] {
  return [...json.matchAll(/"([^"]+)":/g)].map(([, key = '']) => key);
}

async function call(method: string, path: string, body?: string): Promise<number> {
  const { apiKey, applicationKey } = org.ownerCredentials;
  const headers = {
    'dd-api-key': apiKey,
    'dd-application-key': applicationKey,
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const init = body === undefined ? { method, headers } : { method, headers, body };
  const { status } = await org.fetch(new Request(`http://org.in-process${path}`, init));
  return status;
}

type Door = (json: string, data: unknown) => unknown;

const INTAKE = { nowMs: NOW_MS, newId: () => 'x' };

const DOORS: Readonly<Record<string, Door>> = {
  'a file of content': (json) => load('rules/detection/x.yaml', json),
  'a saved view as YAML': (json) =>
    load('views/x.yaml', `kind: saved-view\nid: x\nname: X\nquery: a\nextra: ${json}\n`),
  'the configuration': (json) => load('signalwright.yaml', json),
  'the sample and the tests of a rule': (json) =>
    load(
      'rules/detection/x.yaml',
      `kind: detection-rule\nid: x\nname: X\ntype: log_detection\nqueries: [{ query: a }]\ncases: [{ condition: a > 1, severity: low }]\nsample: ${json}\ntests: [{ name: x, event: ${json}, matches: [] }]\n`,
    ),
  'the formatter': (json) => formatSource('views/x.yaml', `kind: saved-view\nextra: ${json}\n`),
  'answers of the API': (_json, data) => {
    for (const kind of REMOTE_KINDS) {
      // Refusing by throwing is an answer too: what is looked at is what was left behind.
      quietly(() => readRemoteObject(kind, data));
      quietly(() => normalisePayload(kind, data));
    }
    quietly(() => decodeSignal(data));
  },
  'a saved view of the API': (_json, data) => decodeLogsView(data, {}),
  'logs and spans': (_json, data) => {
    decodeLogs([data].flat(), INTAKE);
    decodeSpans([data].flat(), INTAKE);
  },
  'attributes that a query reads': (json, data) => {
    const attributes = data as Record<string, unknown>;
    const document = { reserved: {}, attributes, tags: [], message: '' };
    for (const path of pathsOf(json)) {
      const parsed = parseQuery(`@${path}:* OR ${path}:x`);
      if (parsed.ok) compileMatcher(parsed.query)(document);
      compileReader(`@${path}`)(document);
    }
  },
  'data of a template': (json, data) => {
    for (const path of pathsOf(json)) {
      const parsed = parseTemplate(`{{@${path}.${CANARY}}} {{${path}}} {{#if @${path}}}x{{/if}}`);
      if (!parsed.ok) continue;
      const text = renderTemplate(parsed.template, { variables: {}, attributes: data as never }, 'plain');
      expect(text).not.toContain('[native code]');
    }
  },
  'data of a workflow': (json, data) => {
    for (const path of pathsOf(json)) {
      const parsed = parseExpression(`{{ Steps.${path} }} {{ Source.${path}.${CANARY} }}`);
      if (parsed.ok) evaluateExpression(parsed.expression, scopeOf({ Steps: data, Source: data }));
    }
  },
  'events of a test': (_json, data) =>
    eventOfFields(data as Record<string, unknown>, { id: 'x', tsMs: NOW_MS, dataSource: 'logs' }),
  'bodies of requests': async (json) => {
    for (const [method, path] of [
      ['POST', PATHS.rules],
      ['POST', PATHS.suppressions],
      ['POST', `${PATHS.signals}/search`],
      ['POST', PATHS.spans],
      ['POST', PATHS.logs],
      ['POST', PATHS.denylist],
    ] as const) {
      expect(await call(method, path, json), path).toBeLessThan(500);
    }
  },
  'query strings of requests': async (json) => {
    const [key = 'x'] = pathsOf(json);
    const search = `${encodeURIComponent(key)}[${CANARY}]=yes&${encodeURIComponent(key)}=${encodeURIComponent(json)}&filter[query]=${encodeURIComponent(`@${key}:x`)}`;
    expect(await call('GET', `${PATHS.signals}?${search}`)).toBeLessThan(500);
  },
};

function load(file: string, text: string): void {
  loadFromFiles(new Map([['signalwright.yaml', 'stack: x\n']]).set(file, text));
}

function quietly(work: () => unknown): void {
  try {
    work();
  } catch {
    // See above.
  }
}

test('there are 40 payloads and 12 doors', () => {
  expect(PAYLOADS.length).toBeGreaterThanOrEqual(40);
  expect(Object.keys(DOORS).length).toBeGreaterThanOrEqual(12);
});

test.each(Object.entries(DOORS))('%s', async (name, door) => {
  for (const [title, json] of PAYLOADS) {
    await door(json, JSON.parse(json));
    expectClean(`${name}: ${title}`);
  }
});

test('a careless merge would be seen', () => {
  const merge = (into: Record<string, unknown>, from: Record<string, unknown>): void => {
    for (const [key, value] of Object.entries(from)) {
      if (typeof value === 'object' && value !== null && typeof into[key] === 'object')
        merge(into[key] as Record<string, unknown>, value as Record<string, unknown>);
      else into[key] = value;
    }
  };
  merge({}, JSON.parse(PAYLOADS[0]?.[1] ?? '{}') as Record<string, unknown>);
  try {
    expect(() => expectClean('a merge')).toThrow();
  } finally {
    delete (Object.prototype as unknown as Record<string, unknown>)[CANARY];
  }
});
