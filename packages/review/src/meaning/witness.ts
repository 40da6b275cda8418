/** A concrete event or signal that shows a verdict, as lines that a person can read and type into a search box. */

import type { QueryDocument } from '@signalwright/query';
import { spellOut } from '@signalwright/template';

export interface Witness {
  readonly lines: readonly WitnessLine[];
  /** Lines left out, since the change does not turn on them. */
  readonly omitted: number;
}

export interface WitnessLine {
  /** As in queries: `@http.client_ip`, `service`, `message`; `tag` for a tag without a colon. */
  readonly path: string;
  /** Undefined: the event does not have it, and that matters. */
  readonly value?: string;
  /** True where the changed clause looks. */
  readonly decides: boolean;
}

const MAX_WITNESS_LINES = 12;
const MAX_VALUE_CHARS = 160;
/** Of one list, and of one document before lines are chosen. */
const MAX_LIST_VALUES = 10;
const MAX_LINES_READ = 500;
const MAX_DEPTH = 32;

export interface WitnessFocus {
  /** Paths that the changed clauses look at: always shown, also where the event has no value. */
  readonly decisive: ReadonlySet<string>;
  /** Whether a text holds words that a changed clause looks for everywhere. */
  readonly hasWords: (text: string) => boolean;
  /** Paths that either query looks at: shown before others. */
  readonly mentioned: ReadonlySet<string>;
}

export function showWitness(
  document: QueryDocument,
  { decisive, hasWords, mentioned }: WitnessFocus,
): Witness {
  const all = linesOf(document).map((line) => ({
    ...line,
    decides: isAmong(line.path, decisive) || (isSearched(line.path) && hasWords(line.value ?? '')),
  }));
  const missing = [...decisive]
    .filter((path) => /^(?:@|[\w-]+$)/.test(path) && path !== 'tags')
    .filter((path) => !all.some((line) => isAmong(line.path, new Set([path]))))
    .map((path): WitnessLine => ({ path, decides: true }));
  const isSignal = all.some(({ path }) => path.startsWith('@workflow.'));
  const told = all.filter(
    (line) => line.decides || isAmong(line.path, mentioned) || isTold(line.path, isSignal),
  );
  const rank = (line: WitnessLine): number => (line.decides ? 0 : isAmong(line.path, mentioned) ? 1 : 2);
  const chosen = new Set(told.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_WITNESS_LINES));
  return {
    // In the order of the event: service and env first, then what was sent.
    lines: [...told.filter((line) => chosen.has(line)), ...missing],
    omitted: told.length - chosen.size,
  };
}

/** `path: value`; unseen characters are spelled out, so that it is one line. */
export function witnessText({ path, value }: WitnessLine): string {
  return value === undefined ? `${spellOut(path)}  (not there)` : `${spellOut(path)}: ${spellOut(value)}`;
}

/**
 * What a person recognises. Of a signal not its own record of itself, nor the tags and the message of its
 * rule: the name of the rule says it.
 */
function isTold(path: string, isSignal: boolean): boolean {
  if (!isSignal) return true;
  if (path === '@workflow.rule.name') return true;
  if (path.startsWith('@workflow.')) return false;
  return SIGNAL_FIELDS.has(path) || (path.startsWith('@') && !SIGNAL_RECORDS.has(path));
}

/** What `*:x` looks at. */
function isSearched(path: string): boolean {
  return path === 'message' || path.startsWith('@');
}

const SIGNAL_FIELDS = new Set(['status', 'service', 'env', 'host']);
const SIGNAL_RECORDS = new Set(['@title', '@entities', '@groupByPaths']);

/** The path itself, or one below it: `@http` looks at `@http.url` too. */
function isAmong(path: string, paths: ReadonlySet<string>): boolean {
  if (paths.has(path)) return true;
  for (const other of paths) if (path.startsWith(`${other}.`)) return true;
  return false;
}

function linesOf(document: QueryDocument): readonly WitnessLine[] {
  const lines: WitnessLine[] = [];
  const add = (path: string, value: string): void => {
    if (lines.length < MAX_LINES_READ) lines.push({ path, value: short(value), decides: false });
  };
  for (const [name, value] of Object.entries(document.reserved)) {
    if (name === 'timestamp' || (Array.isArray(value) && value.length === 0)) continue;
    add(name, Array.isArray(value) ? listText(value) : String(value));
  }
  for (const tag of document.tags) {
    const colon = tag.indexOf(':');
    const [key, value] = colon < 0 ? ['tag', tag] : [tag.slice(0, colon), tag.slice(colon + 1)];
    // A signal carries service and env as tags too.
    if (!lines.some((line) => line.path === key && line.value === value)) add(key, value);
  }
  addAttributes('@', document.attributes, 0, add);
  if (document.message !== '') add('message', document.message);
  return lines;
}

function addAttributes(
  path: string,
  value: unknown,
  depth: number,
  add: (path: string, value: string) => void,
): void {
  if (value === null || value === undefined || depth > MAX_DEPTH) return;
  if (Array.isArray(value) && value.length === 0) return;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null)) {
    add(path, listText(value));
  } else if (Array.isArray(value)) {
    // An array stands for its elements, as for the matcher.
    for (const item of value) addAttributes(path, item, depth + 1, add);
  } else if (typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) {
      addAttributes(path === '@' ? `@${key}` : `${path}.${key}`, inner, depth + 1, add);
    }
  } else {
    add(path, String(value));
  }
}

function listText(values: readonly unknown[]): string {
  if (values.length === 1) return String(values[0]);
  const shown = values.slice(0, MAX_LIST_VALUES).map(String).join(', ');
  return `[${shown}${values.length > MAX_LIST_VALUES ? ', …' : ''}]`;
}

function short(text: string): string {
  return text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS - 1)}…` : text;
}
