/**
 * What a historical job looks for: the definition of a request, checked and filled in as the service answers it, and
 * the rule that runs. Source: JobDefinition and JobDefinitionFromRule; recorded conversations about jobs.
 */

import { compileRule, type CompiledRule } from '@signalwright/detect';
import type { ContentFields, HistoricalJob } from '@signalwright/signals';
import { decodeRule, fillRule } from '@signalwright/wire';

import { checkRuleFields } from '../content/rule-payload.ts';

/** Recorded: `main` is there, and another name is refused. Chosen: an org has this one index and no other. */
const INDEXES: ReadonlySet<unknown> = new Set(['main']);

/** What a definition has in common with a rule. */
const RULE_KEYS = [
  'calculatedFields',
  'cases',
  'groupSignalsBy',
  'message',
  'name',
  'options',
  'queries',
  'referenceTables',
  'tags',
  'thirdPartyCases',
  'type',
] as const;

export type DefinitionResult =
  | { readonly ok: true; readonly definition: ContentFields }
  /** In the words of the service. */
  | { readonly ok: false; readonly messages: readonly string[] };

/** @param asked `jobDefinition` of a request, or a rule with the range and the index of `fromRule` */
export function readDefinition(asked: ContentFields): DefinitionResult {
  const messages = checkRange(asked);
  if (messages.length > 0) return { ok: false, messages };
  const rule = ruleFields(asked);
  const details = checkRuleFields(rule).map(({ target, message }) =>
    invalidJobField(target ?? 'jobDefinition', message),
  );
  if (details.length > 0) return { ok: false, messages: details };
  const filled = pick(fillRule(rule));
  const { from, to, index } = asked;
  const definition = { from, to, index, ...filled };
  const compiled = compileJob({ id: 'new-job', definition });
  return compiled.ok ? { ok: true, definition } : { ok: false, messages: [compiled.reason] };
}

export type CompiledJob =
  | {
      readonly ok: true;
      readonly rule: CompiledRule;
      readonly range: { fromMs: number; toMs: number };
    }
  | { readonly ok: false; readonly reason: string };

/** The rule of a job has the job's id, so that what it finds is nobody else's signal. */
export function compileJob({ id, definition }: Pick<HistoricalJob, 'id' | 'definition'>): CompiledJob {
  const decoded = decodeRule(ruleFields(definition), { id });
  if (!decoded.ok) {
    const [problem] = decoded.problems;
    return {
      ok: false,
      reason: invalidJobField(problem?.path ?? 'jobDefinition', problem?.message ?? 'unreadable'),
    };
  }
  const compiled = compileRule(decoded.value, { id, version: 1 });
  if (!compiled.ok) {
    return {
      ok: false,
      reason: compiled.problems[0]?.message ?? 'The definition cannot be compiled.',
    };
  }
  const range = {
    fromMs: Number(definition['from']),
    toMs: Number(definition['to']),
  };
  return { ok: true, rule: compiled.rule, range };
}

function checkRange({ from, to, index }: ContentFields): readonly string[] {
  const messages: string[] = [];
  if (!isMoment(from)) messages.push(invalidJobField('from', 'Expected Unix time in milliseconds'));
  if (!isMoment(to)) messages.push(invalidJobField('to', 'Expected Unix time in milliseconds'));
  if (isMoment(from) && isMoment(to) && from >= to)
    messages.push(invalidJobField('to', 'Must be later than from'));
  // Recorded word for word.
  if (!INDEXES.has(index)) messages.push(`${invalidJobField('index', 'Invalid index')}: Index must exist`);
  return messages;
}

function isMoment(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function ruleFields(fields: ContentFields): ContentFields {
  return {
    type: 'log_detection',
    options: {},
    tags: [],
    ...pick(fields),
    isEnabled: true,
  };
}

function pick(fields: ContentFields): ContentFields {
  return Object.fromEntries(
    RULE_KEYS.filter((key) => fields[key] !== undefined && fields[key] !== null).map((key) => [
      key,
      fields[key],
    ]),
  );
}

/** How the service refuses a field of a definition. */
export function invalidJobField(field: string, message: string): string {
  return `input_validation_error(Field '${field}' is invalid: ${message})`;
}
