/**
 * Reads what the engine answers into plain values.
 * Source: `schema/events.json` and `schema/result.json` of `DataDog/libddwaf`.
 */

/** One rule that matched one request. */
export interface SecurityActivity {
  readonly ruleId: string;
  readonly ruleName: string;
  /** Such as `attack_attempt`; `<category>.<type>` is the name that queries use. */
  readonly category: string;
  readonly type: string;
  /** Attacker-controlled. */
  readonly matches: readonly ActivityMatch[];
}

export interface ActivityMatch {
  readonly operator: string;
  /** Where the value stood, such as `server.request.query`. */
  readonly address: string;
  readonly keyPath: readonly string[];
  /** At most MAX_MATCH_LENGTH UTF-16 units; secrets read `<Redacted>`. */
  readonly value: string;
  readonly highlight: readonly string[];
}

export interface Inspection {
  readonly activities: readonly SecurityActivity[];
  /** What the engine wants done; undefined lets the request pass. */
  readonly action: WafAction | undefined;
  /** The engine ran out of time, so the answer may lack activities. */
  readonly timedOut: boolean;
}

export interface WafAction {
  readonly kind: 'block_request';
  readonly statusCode: number;
}

const MAX_MATCH_LENGTH = 256;
const MAX_ACTIVITIES = 32;
const MAX_MATCHES = 8;

/** @throws when the engine reports an error code: then nothing was inspected */
export function readInspection(result: unknown): Inspection {
  const fields = asRecord(result);
  if (typeof fields['errorCode'] === 'number') {
    throw new Error(`The WAF engine refused the request's addresses (code ${fields['errorCode']}).`);
  }
  return {
    activities: asList(fields['events']).slice(0, MAX_ACTIVITIES).map(readActivity),
    action: readAction(asRecord(fields['actions'])),
    timedOut: fields['timeout'] === true,
  };
}

function readActivity(event: unknown): SecurityActivity {
  const { rule, rule_matches } = asRecord(event);
  const { id, name, tags } = asRecord(rule);
  const { category, type } = asRecord(tags);
  return {
    ruleId: asText(id),
    ruleName: asText(name),
    category: asText(category),
    type: asText(type),
    matches: asList(rule_matches).flatMap(readMatches).slice(0, MAX_MATCHES),
  };
}

function readMatches(ruleMatch: unknown): ActivityMatch[] {
  const { operator, parameters } = asRecord(ruleMatch);
  return asList(parameters).map((parameter) => {
    const fields = asRecord(parameter);
    // A detector of dangerous calls names the call's argument `resource` and what the client typed `params`.
    const place = asRecord(fields['params'] ?? parameter);
    return {
      operator: asText(operator),
      address: asText(place['address']),
      keyPath: asList(place['key_path']).map(asText),
      value: asText(place['value']),
      highlight: asList(fields['highlight']).map(asText),
    };
  });
}

function readAction(actions: Readonly<Record<string, unknown>>): WafAction | undefined {
  if (actions['block_request'] === undefined) return undefined;
  const statusCode = Number(asRecord(actions['block_request'])['status_code']);
  return { kind: 'block_request', statusCode: statusCode >= 400 && statusCode <= 599 ? statusCode : 403 };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value).slice(0, MAX_MATCH_LENGTH)
    : '';
}
