/**
 * A workflow as a target of notifications: `@workflow-block-attacker(duration="1h", dryRun=true)`.
 * Source: Datadog "Trigger a workflow". How a quote inside a value is written is not documented:
 * chosen is JSON's own escaping, which this file reads back exactly.
 */

import type { WorkflowInputs } from '@signalwright/model';

const PREFIX = '@workflow-';
/** What handles were seen to be made of; an id of ours is one. */
const HANDLE = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
const INPUT_NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const INPUT_VALUE = /"(?:[^"\\]|\\.)*"|true|false|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/sy;
const SPACE = / */y;

export interface WorkflowMention {
  /** The handle, which is the id unless content says otherwise. */
  readonly workflowId: string;
  readonly inputs: WorkflowInputs;
}

export function workflowHandle(workflowId: string, inputs: WorkflowInputs): string {
  const given = Object.entries(inputs).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return given.length === 0 ? `${PREFIX}${workflowId}` : `${PREFIX}${workflowId}(${given.join(', ')})`;
}

/** @returns undefined when `handle` does not name a workflow in the form that `workflowHandle` writes */
export function parseWorkflowHandle(handle: string): WorkflowMention | undefined {
  if (!handle.startsWith(PREFIX)) return undefined;
  const open = handle.indexOf('(');
  const workflowId = open === -1 ? handle.slice(PREFIX.length) : handle.slice(PREFIX.length, open);
  if (!HANDLE.test(workflowId)) return undefined;
  if (open === -1) return { workflowId, inputs: {} };
  if (!handle.endsWith(')')) return undefined;
  const inputs = parseInputs(handle.slice(open + 1, -1));
  return inputs === undefined ? undefined : { workflowId, inputs };
}

function parseInputs(text: string): WorkflowInputs | undefined {
  const inputs = new Map<string, string | number | boolean>();
  let at = skip(SPACE, text, 0);
  while (at < text.length) {
    const nameEnd = skip(INPUT_NAME, text, at);
    const valueStart = nameEnd + 1;
    if (nameEnd === at || text[nameEnd] !== '=') return undefined;
    const valueEnd = skip(INPUT_VALUE, text, valueStart);
    const value = parseScalar(text.slice(valueStart, valueEnd));
    if (value === undefined) return undefined;
    const name = text.slice(at, nameEnd);
    if (inputs.has(name)) return undefined;
    inputs.set(name, value);
    at = skip(SPACE, text, valueEnd);
    if (at === text.length) break;
    if (text[at] !== ',') return undefined;
    at = skip(SPACE, text, at + 1);
    if (at === text.length) return undefined;
  }
  return Object.fromEntries(inputs);
}

/** @returns where a match of the sticky `pattern` at `from` ends, or `from` */
function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

function parseScalar(text: string): string | number | boolean | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // A number that cannot be kept exactly makes no typed target: it may be the number of a ticket.
    if (typeof value === 'number') return isExact(text, value) ? value : undefined;
    return typeof value === 'string' || typeof value === 'boolean' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Decimal digits that every double keeps. */
const EXACT_DIGITS = 15;

function isExact(text: string, value: number): boolean {
  const digits = text
    .replace(/[eE].*$/, '')
    .replaceAll(/\D/g, '')
    .replace(/^0+/, '');
  return Number.isFinite(value) && (digits.length <= EXACT_DIGITS || JSON.stringify(value) === text);
}
