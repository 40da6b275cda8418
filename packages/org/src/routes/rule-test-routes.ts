/**
 * `POST …/rules/test` and `…/rules/{id}/test`: whether queries of a rule find payloads, as they are expected to.
 * Source: SecurityMonitoringRuleTestRequest; a payload is read as the log intake would read it.
 */

import { compileMatchers } from '@signalwright/detect';
import { eventDocument, type SearchDocument } from '@signalwright/model';
import { readContent, type ContentFields } from '@signalwright/signals';
import { PATHS, decodeLogs, decodeRule, plainErrors, rulesError } from '@signalwright/wire';

import { checkRuleFields } from '../content/rule-payload.ts';
import { withoutServerFields } from '../content/server-fields.ts';
import { isObject } from '../http/json-body.ts';
import { json, type Answer, type Route, type RouteRequest } from '../http/route.ts';
import { newUuid } from '@signalwright/signals';
import type { OrgServices } from '../org-services.ts';

const WRITE = { kind: 'permission', permission: 'security_monitoring_rules_write' } as const;
const KIND = 'detection-rule';

/** Chosen: payloads of one request. */
const MAX_TEST_PAYLOADS = 200;

export function ruleTestRoutes(services: OrgServices): readonly Route[] {
  return [
    {
      method: 'POST',
      path: `${PATHS.rules}/test`,
      access: WRITE,
      handle: async (request) => testRule(services, await request.json(), undefined),
    },
    {
      method: 'POST',
      path: `${PATHS.rules}/:id/test`,
      access: WRITE,
      handle: (request) => testExistingRule(services, request),
    },
  ];
}

/** The rule as it is stored, unless the request has another one. */
async function testExistingRule(services: OrgServices, request: RouteRequest): Promise<Answer> {
  const id = request.params['id'] ?? '';
  const stored = readContent(services.context.db, KIND, id);
  if (stored === undefined) return json(404, plainErrors(`Threat detection rule not found: ${id}`));
  return testRule(services, await request.json(), stored.fields);
}

type Body = Awaited<ReturnType<RouteRequest['json']>>;

function testRule(services: OrgServices, body: Body, stored: ContentFields | undefined): Answer {
  if (!body.ok) return invalid(body.reason);
  if (!isObject(body.value)) return invalid('The body must be an object');
  const { rule: sent, ruleQueryPayloads: payloads } = body.value;
  const rule = sent ?? stored;
  if (!isObject(rule)) return invalid('A rule is required');
  const fields = withoutServerFields(KIND, rule);
  const details = checkRuleFields(fields);
  if (details.length > 0)
    return json(400, rulesError('InvalidArgument', 'Invalid rule configuration', details));
  const decoded = decodeRule(fields, { id: 'new-rule' });
  const compiled = decoded.ok ? compileMatchers(decoded.value) : undefined;
  if (compiled?.ok !== true) return invalid('The queries of this rule cannot be tested');
  if (!Array.isArray(payloads) || payloads.length > MAX_TEST_PAYLOADS) {
    return invalid(`ruleQueryPayloads must be a list of at most ${MAX_TEST_PAYLOADS}`);
  }
  const results: boolean[] = [];
  for (const [position, payload] of (payloads as readonly unknown[]).entries()) {
    const asked = readPayload(services, payload);
    const matcher = compiled.matchers[asked?.index ?? -1];
    if (asked === undefined || matcher === undefined)
      return invalid(`ruleQueryPayloads[${position}] is no payload for a query of the rule`);
    results.push(matcher.matches(asked.document) === asked.expectedResult);
  }
  return json(200, { results });
}

interface AskedPayload {
  readonly index: number;
  readonly expectedResult: boolean;
  readonly document: SearchDocument;
}

/** Chosen: without an index it is the first query, and without an expectation it is expected to match. */
function readPayload(services: OrgServices, value: unknown): AskedPayload | undefined {
  if (!isObject(value)) return undefined;
  const { index = 0, expectedResult = true, payload = {} } = value;
  if (typeof index !== 'number' || typeof expectedResult !== 'boolean' || !isObject(payload))
    return undefined;
  const { nowMs, random } = services.context;
  const decoded = decodeLogs(payload, { nowMs: nowMs(), newId: () => newUuid(random) });
  const event = decoded.ok ? decoded.value.events[0] : undefined;
  return event && { index, expectedResult, document: eventDocument(event) };
}

function invalid(message: string): Answer {
  return json(400, rulesError('InvalidArgument', message));
}
