/**
 * Detection rules as the API takes and answers them.
 *
 * Rules that this org runs are held to everything that detection demands. Rules of other methods and types are kept
 * as they are, so that a folder can be applied that holds them, and are never run half (docs/decisions/0091).
 * Source: recorded conversations about `/api/v2/security_monitoring/rules`.
 */

import { compileRule, whatIsNotRun, type ContentProblem } from '@signalwright/detect';
import { DETECTION_METHODS, RULE_TYPE_NAMES } from '@signalwright/model';
import type { ContentFields, StoredContent } from '@signalwright/signals';
import { decodeRule, fillRule, isOverSpans, type ApiErrorDetail } from '@signalwright/wire';

import { isObject } from '../http/json-body.ts';
import { haveTexts } from './query-shape.ts';

/** @returns what is wrong; nothing when the rule may be stored */
export function checkRuleFields(fields: ContentFields, id = 'new-rule'): readonly ApiErrorDetail[] {
  const missing = checkShape(fields);
  if (missing.length > 0) return missing;
  const decoded = decodeRule(fields, { id });
  if (!decoded.ok) {
    return [
      ...checkKeepAlive(fields),
      ...decoded.problems.map(({ path, message }) => ({
        message: path === 'options.keepAlive' ? NO_KEEP_ALIVE : message,
        target: path.replace(/^options\./, ''),
      })),
    ];
  }
  if (whatIsNotRun(decoded.value).length > 0) return [];
  const compiled = compileRule(decoded.value, { id, version: 1 });
  return compiled.ok ? [] : compiled.problems.map(describeProblem);
}

/** Recorded, although the specification and real rules know 12 and 24 hours: those are taken. */
const NO_KEEP_ALIVE =
  'Keep alive is not in allowed durations: 0, 1, 5, 10, 15, 30, 60, 120, 180, 360 (in minutes)';

const KEEP_ALIVE_TOO_LONG: ApiErrorDetail = {
  message: 'Max signal duration must be greater than or equal to keep alive',
  target: 'maxSignalDuration',
};

/** Recorded: compared also when neither is a duration that is offered. */
function checkKeepAlive(fields: ContentFields): readonly ApiErrorDetail[] {
  const { keepAlive, maxSignalDuration } = isObject(fields['options']) ? fields['options'] : {};
  const isTooLong =
    typeof keepAlive === 'number' && typeof maxSignalDuration === 'number' && keepAlive > maxSignalDuration;
  return isTooLong ? [KEEP_ALIVE_TOO_LONG] : [];
}

const METHODS: ReadonlySet<unknown> = new Set(DETECTION_METHODS);

/** What every rule needs, whatever its method. */
function checkShape(fields: ContentFields): readonly ApiErrorDetail[] {
  const details: ApiErrorDetail[] = [];
  const need = (ok: boolean, target: string, message: string): void => {
    if (!ok) details.push({ target, message });
  };
  need(typeof fields['name'] === 'string' && fields['name'] !== '', 'name', 'Name cannot be empty');
  need(typeof fields['message'] === 'string', 'message', 'Message is required');
  need(typeof fields['isEnabled'] === 'boolean', 'isEnabled', 'isEnabled is required');
  need(Array.isArray(fields['cases']), 'cases', 'Cases are required');
  need(Array.isArray(fields['queries'] ?? []), 'queries', 'Queries must be a list');
  need(haveTexts(fields['queries']), 'queries', 'A field of a query that holds texts holds something else');
  need(isObject(fields['options']), 'options', 'Options are required');
  const type = fields['type'] ?? 'log_detection';
  need(typeof type === 'string' && Object.hasOwn(RULE_TYPE_NAMES, type), 'type', 'Unknown rule type');
  const options = isObject(fields['options']) ? fields['options'] : {};
  need(METHODS.has(options['detectionMethod'] ?? 'threshold'), 'detectionMethod', 'Unknown detection method');
  return details;
}

/** Paths of our own words become those of the wire. Message and target of the first are recorded. */
function describeProblem(problem: ContentProblem): ApiErrorDetail {
  if (problem.code === 'rule/keep-alive-too-long') return KEEP_ALIVE_TOO_LONG;
  const target = problem.path.map((part) => (typeof part === 'number' ? `[${part}]` : wireName(part)));
  return { message: problem.message, target: target.join('.').replaceAll('.[', '[') };
}

function wireName(name: string): string {
  return WIRE_NAMES[name] ?? name;
}

const WIRE_NAMES: Readonly<Record<string, string>> = {
  groupBy: 'groupByFields',
  cardinality: 'distinctFields',
  sum: 'metrics',
  max: 'metrics',
};

export interface Author {
  readonly id: number;
  readonly name: string;
  readonly handle: string;
}

/** The rule as every answer shows it: the fields that were set, and what the server adds. */
export function answerRule(
  stored: StoredContent,
  authorOf: (actorId: string) => Author,
): Readonly<Record<string, unknown>> {
  const rule = fillRule(stored.fields);
  const creator = authorOf(stored.createdBy);
  const updater = authorOf(stored.updatedBy);
  return {
    createdAt: stored.createdAtMs,
    isDefault: false,
    isPartner: false,
    isBeta: false,
    isDeleted: false,
    isDeprecated: false,
    ...rule,
    blocking: listOf(rule['cases']).some(isBlockingCase),
    ...(isOverSpans(rule['type']) && { dependencies: activitiesOf(rule['queries']) }),
    metadata: { entities: null, sources: null },
    version: stored.version,
    id: stored.id,
    creationAuthorId: creator.id,
    creator: { handle: creator.handle, name: creator.name },
    updater: stored.version === 1 ? { handle: '', name: '' } : { handle: updater.handle, name: updater.name },
    ...(stored.version > 1 && { updatedAt: stored.updatedAtMs, updateAuthorId: updater.id }),
  };
}

function isBlockingCase(ruleCase: unknown): boolean {
  if (!isObject(ruleCase)) return false;
  return listOf(ruleCase['actions']).some(
    (action) => isObject(action) && (action['type'] === 'block_ip' || action['type'] === 'block_user'),
  );
}

/** The security activities that queries name. Source: recorded `dependencies`. */
function activitiesOf(queries: unknown): readonly string[] {
  const named = listOf(queries).flatMap((query) => {
    const text = isObject(query) && typeof query['query'] === 'string' ? query['query'] : '';
    return [...text.matchAll(/@appsec\.security_activity:([A-Za-z_][\w.]{0,200})/g)].map(
      (match) => match[1] ?? '',
    );
  });
  return [...new Set(named)];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
