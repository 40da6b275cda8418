/** Whether an answer is one that the documents allow for a request that must not be taken. */

import { isObject } from '../../architecture/manifest.ts';
import { judgeEnvelope } from './expected-envelope.ts';
import type { RawAnswer } from './send-raw.ts';

/** A stack, a path of the machine, or the words of a library below. */
const LEAKS =
  /\n\s+at |node_modules|\.ts:\d|file:\/\/|SQLITE|libsql|\/tmp\/|\/home\/|\/work\/|TypeError|RangeError|SyntaxError|Cannot read prop|is not a function/;

/** Answered by the parser of HTTP before any route is known; they have no body. */
const PARSER_STATUSES: ReadonlySet<number> = new Set([400, 408, 413, 414, 431]);

/** @returns what is wrong with it; undefined when nothing is */
export function judgeAnswer(answer: RawAnswer, operation: string): string | undefined {
  if (answer.kind === 'none') return `no answer: ${answer.reason}`;
  const { status, text } = answer;
  if (status >= 500) return `answered ${status}: ${text.slice(0, 120)}`;
  const leak = LEAKS.exec(echoless(answer));
  if (leak !== null)
    return `${status} tells of the inside: ${text.slice(Math.max(0, leak.index - 40), leak.index + 80)}`;
  if (status < 400) return undefined;
  if (!isDocumented(answer)) return `${status} in no documented envelope: ${text.slice(0, 120)}`;
  const contentType = answer.headers['content-type'] ?? '';
  return text === '' ? undefined : judgeEnvelope(operation, { status, contentType, text });
}

/** Only what stands in an envelope is ours; a page or a list gives back what others wrote. */
function echoless({ status, text }: Extract<RawAnswer, { kind: 'answer' }>): string {
  return status >= 400 ? text : '';
}

function isDocumented({ status, headers, text }: Extract<RawAnswer, { kind: 'answer' }>): boolean {
  if (text === '') return PARSER_STATUSES.has(status);
  const type = headers['content-type'] ?? '';
  // The page answers people.
  if (type.startsWith('text/html')) return text.startsWith('<!doctype html>');
  if (!type.startsWith('application/')) return false;
  try {
    return isEnvelope(JSON.parse(text));
  } catch {
    return false;
  }
}

/** The five envelopes of errors. Source: recorded refusals. */
function isEnvelope(body: unknown): boolean {
  if (!isObject(body)) return false;
  const { errors, error } = body;
  if (Array.isArray(errors)) return errors.length > 0 && errors.every(isErrorItem);
  return isObject(error) && typeof error['message'] === 'string';
}

function isErrorItem(item: unknown): boolean {
  if (typeof item === 'string') return item !== '';
  return isObject(item) && ['title', 'detail', 'code', 'status'].some((key) => item[key] !== undefined);
}
