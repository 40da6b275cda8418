/**
 * What can be said of a file that its schema refuses: its queries and conditions are texts of their own, and who mends a
 * misspelt key should not meet a broken query only afterwards.
 */

import type { ContentPath, Diagnostic, Kind, Origin } from '@signalwright/model';
import { QUERY_KEYS } from '../parse/guard-tokens.ts';
import type { DataMap } from '../parse/node-reader.ts';
import { checkCondition, checkQuery, checkTemplate } from './check-text.ts';
import { Report } from './link-context.ts';

/** Events, signals and answers name attributes as they like. */
const DATA_KEYS: ReadonlySet<string> = new Set(['sample', 'tests', 'with']);
/** A file that is refused may hold anything. */
const MAX_TEXTS = 100;

export function checkRefused(kind: Kind, data: DataMap, origin: Origin): readonly Diagnostic[] {
  const report = new Report(origin);
  // A workflow has no texts of these languages: what stands in its steps belongs to the actions.
  if (kind !== 'workflow') new Texts(report, kind).look(data, []);
  return report.diagnostics.filter(({ severity }) => severity === 'error');
}

class Texts {
  readonly #report: Report;
  readonly #kind: Kind;
  #texts = 0;

  constructor(report: Report, kind: Kind) {
    this.#report = report;
    this.#kind = kind;
  }

  /** Depth is bounded by the guard of the file. */
  look(value: unknown, path: ContentPath): void {
    if (typeof value !== 'object' || value === null || this.#texts > MAX_TEXTS) return;
    for (const [name, child] of Object.entries(value)) {
      const step = Array.isArray(value) ? Number(name) : name;
      if (typeof step === 'string' && DATA_KEYS.has(step)) continue;
      if (typeof child === 'string') this.#check(step, [...path, step], child);
      else this.look(child, [...path, step]);
    }
  }

  #check(key: string | number, path: ContentPath, text: string): void {
    this.#texts += 1;
    if (typeof key === 'string' && QUERY_KEYS.has(key)) {
      // That it is empty has been said in words of its own.
      if (text.trim() !== '') checkQuery(this.#report, path, text);
    } else if (this.#kind !== 'detection-rule') return;
    else if (key === 'condition') checkCondition(this.#report, path, text);
    else if (key === 'message') checkTemplate(this.#report, path, text);
  }
}
