/** Every rule, suppression, notification rule, workflow and saved view that the shared data holds, each one once. */

import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Kind } from '@signalwright/model';
import { sharedData } from '../../harness/shared-data.ts';

export interface RealObject {
  readonly kind: Kind;
  readonly payload: JsonObject;
  /** Where it comes from: `corpus 17`, `recordings v2-security-monitoring.json`. */
  readonly source: string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function readRealObjects(): readonly RealObject[] {
  const found = new Map<string, RealObject>();
  const add = (object: RealObject): void => {
    const key = `${object.kind} ${JSON.stringify(object.payload)}`;
    if (!found.has(key)) found.set(key, object);
  };
  const corpus = readJson(sharedData('datadog-api/rule-corpus.json')) as readonly {
    readonly rule: JsonObject;
  }[];
  corpus.forEach(({ rule }, index) =>
    add({ kind: 'detection-rule', payload: rule, source: `corpus ${index}` }),
  );
  for (const file of jsonFiles(sharedData('corpora/dd-integrations-extras'))) {
    const payload = readJson(file) as JsonObject;
    const source = file.slice(file.indexOf('dd-integrations-extras'));
    if (file.includes('/saved_views/')) add({ kind: 'saved-view', payload, source });
    if (file.includes('/security/')) add({ kind: 'detection-rule', payload, source });
  }
  for (const folder of ['recordings', 'plans']) {
    for (const file of jsonFiles(sharedData(`datadog-api/${folder}`))) {
      const source = file.slice(file.indexOf(folder));
      visit(readJson(file), (kind, payload) => add({ kind, payload, source }));
    }
  }
  return [...found.values()];
}

function jsonFiles(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return jsonFiles(path);
    return name.endsWith('.json') ? [path] : [];
  });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

const TYPES: Readonly<Record<string, Kind>> = {
  suppressions: 'suppression',
  notification_rules: 'notification-rule',
  workflows: 'workflow',
};

/** What makes an object whole; bodies of updates name a few fields, and answers without spec are no workflow. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  suppressions: ['name', 'rule_query'],
  notification_rules: ['name', 'targets', 'selectors'],
  workflows: ['name', 'spec'],
};

function visit(value: unknown, see: (kind: Kind, payload: JsonObject) => void): void {
  if (typeof value === 'string') {
    if (/^\s*[{[]/.test(value)) visit(parsed(value), see);
  } else if (Array.isArray(value)) {
    for (const each of value) visit(each, see);
  } else if (typeof value === 'object' && value !== null) {
    const object = value as JsonObject;
    const kind = kindOf(object);
    if (kind !== undefined) see(kind, object);
    for (const each of Object.values(object)) visit(each, see);
  }
}

function kindOf(object: JsonObject): Kind | undefined {
  const { type, attributes } = object;
  if (typeof type === 'string' && typeof attributes === 'object' && attributes !== null) {
    const isWhole = NEEDED[type]?.every((key) => isGiven((attributes as JsonObject)[key]));
    return isWhole === true ? TYPES[type] : undefined;
  }
  const isRule =
    typeof object['name'] === 'string' &&
    typeof object['message'] === 'string' &&
    Array.isArray(object['cases']) &&
    typeof object['options'] === 'object';
  return isRule ? 'detection-rule' : undefined;
}

/** Lists of workflows have null where the spec would be. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
