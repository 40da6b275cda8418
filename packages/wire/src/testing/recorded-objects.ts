/** Objects of one JSON:API type in the recorded conversations: bodies that were sent and answers that came. */

import { hasSharedData, readSharedJson } from './shared-data.ts';
import { isJsonObject, type JsonObject } from '../payload-reader.ts';

const RECORDINGS = 'datadog-api/recordings/v2-security-monitoring.json';

export interface Recorded {
  /** The scenario, and the number of the object in it. */
  readonly where: string;
  readonly payload: JsonObject;
}

export function hasRecordings(): boolean {
  return hasSharedData(RECORDINGS);
}

/** Each different object once. */
export function collectRecorded(type: string): readonly Recorded[] {
  if (!hasRecordings()) return [];
  const file = readSharedJson(RECORDINGS) as {
    readonly recordings: readonly { readonly scenario: string }[];
  };
  const found = new Map<string, Recorded>();
  for (const recording of file.recordings) {
    let count = 0;
    visit(recording, (object) => {
      if (object['type'] !== type || !isJsonObject(object['attributes'])) return;
      count += 1;
      const key = JSON.stringify(object);
      if (!found.has(key)) found.set(key, { where: `${recording.scenario} #${count}`, payload: object });
    });
  }
  return [...found.values()];
}

/** Answers are recorded as text. */
function visit(value: unknown, see: (object: JsonObject) => void): void {
  if (typeof value === 'string' && /^\s*[{[]/.test(value)) {
    const parsed = parseJson(value);
    if (typeof parsed === 'object') visit(parsed, see);
  } else if (Array.isArray(value)) {
    for (const each of value) visit(each, see);
  } else if (isJsonObject(value)) {
    see(value);
    for (const each of Object.values(value)) visit(each, see);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
