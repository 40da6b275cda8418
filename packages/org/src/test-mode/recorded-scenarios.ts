/** Recorded conversations in a folder, found by the names under which the official client's tests know them. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { isObject } from '../http/json-body.ts';
import { seedsOf } from '../seeds/seeds-of.ts';
import type { RecordedExchange, Seed } from '../seeds/seed.ts';

/** What a test says of itself. */
export interface ScenarioName {
  /** `v1` or `v2`. */
  readonly version: string;
  /** `Security Monitoring`. */
  readonly feature: string;
  readonly scenario: string;
}

export interface RecordedStart {
  /** As the recording writes it: ISO 8601. */
  readonly frozenAt: string;
  readonly frozenAtMs: number;
  readonly seeds: readonly Seed[];
}

/** Chosen: three times the largest file of recordings known. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

export class RecordedScenarios {
  readonly #folder: string;
  readonly #files = new Map<string, readonly unknown[]>();

  /** @param folder with files such as `v2-security-monitoring.json`; it is never written */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What the org held and which time it was, never what it answered; undefined when nothing of that name is there. */
  find({ version, feature, scenario }: ScenarioName): RecordedStart | undefined {
    const wanted = slugOf(scenario);
    const recordings = this.#read(`v${version.replace(/^v/i, '')} ${feature}`).filter(isObject);
    const named = (isIt: (name: string) => boolean): Readonly<Record<string, unknown>> | undefined =>
      recordings.find((each) => typeof each['scenario'] === 'string' && isIt(each['scenario']));
    const found = named((name) => name === scenario) ?? named((name) => slugOf(name) === wanted);
    const { frozen_at: frozenAt, interactions } = found ?? {};
    if (typeof frozenAt !== 'string' || !Array.isArray(interactions)) return undefined;
    const frozenAtMs = Date.parse(frozenAt);
    if (!Number.isFinite(frozenAtMs)) return undefined;
    return { frozenAt, frozenAtMs, seeds: seedsOf(interactions.filter(isExchange), frozenAtMs) };
  }

  #read(name: string): readonly unknown[] {
    const path = join(this.#folder, `${slugOf(name)}.json`);
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    if (!existsSync(path) || statSync(path).size > MAX_FILE_BYTES) return [];
    const body: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const recordings: unknown = isObject(body) ? body['recordings'] : undefined;
    const read: readonly unknown[] = Array.isArray(recordings) ? recordings : [];
    this.#files.set(path, read);
    return read;
  }
}

/** `v2 Security Monitoring` and `v2 security_monitoring` are both `v2-security-monitoring`, and no path. */
function slugOf(text: string): string {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .join('-');
}

function isExchange(value: unknown): value is RecordedExchange {
  if (!isObject(value)) return false;
  const { request, response } = value;
  return (
    isObject(request) &&
    typeof request['method'] === 'string' &&
    typeof request['path'] === 'string' &&
    isObject(response) &&
    typeof response['status'] === 'number' &&
    isObject(response['body']) &&
    typeof response['body']['value'] === 'string'
  );
}
