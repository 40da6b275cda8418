/**
 * Suppressions: which events do not count for a rule, and which signals are not opened.
 * Source: Datadog "Suppressions" and the suppressions API.
 *
 * Start and expiry are judged by event time: of the event that would count, or of the firing that would
 * open the signal. A suppressed signal is never lost: it is reported as a change of its own.
 */

import {
  UNTOUCHED_TRIAGE,
  isInForce,
  signalDocument,
  type DetectedSignal,
  type DetectionRule,
  type SearchDocument,
  type Suppression,
} from '@signalwright/model';
import { compileQueryText, type ContentProblem } from './content-problem.ts';

type Matches = (document: SearchDocument) => boolean;

export interface CompiledSuppression {
  readonly suppression: Suppression;
  /** Undefined when it names rules by id. */
  readonly matchesRule?: Matches;
  /** Undefined when signals are not suppressed. */
  readonly matchesSignal?: Matches;
  /** Undefined when events are not excluded. */
  readonly matchesEvent?: Matches;
}

export type CompileSuppressionResult =
  | { readonly ok: true; readonly suppression: CompiledSuppression }
  | { readonly ok: false; readonly problems: readonly ContentProblem[] };

/** Never throws. At least one of the two queries must say something; a blank one hides nothing. */
export function compileSuppression(suppression: Suppression): CompileSuppressionResult {
  const problems: ContentProblem[] = [];
  const compile = (text: string, key: string): Matches | undefined =>
    text.trim() === '' ? undefined : compileQueryText(text, [key], problems)?.matches;
  const matchesSignal = compile(suppression.suppressSignals, 'suppressSignals');
  const matchesEvent = compile(suppression.excludeEvents, 'excludeEvents');
  const { rules } = suppression;
  const matchesRule =
    rules.kind === 'query' ? compileQueryText(rules.query, ['ruleQuery'], problems) : undefined;
  if (suppression.suppressSignals.trim() === '' && suppression.excludeEvents.trim() === '') {
    const message = 'The suppression hides nothing: it has neither suppressSignals nor excludeEvents.';
    problems.push({ path: [], code: 'suppression/empty', message });
  }
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    suppression: {
      suppression,
      ...(matchesRule !== undefined && { matchesRule: matchesRule.matches }),
      ...(matchesSignal !== undefined && { matchesSignal }),
      ...(matchesEvent !== undefined && { matchesEvent }),
    },
  };
}

/** A rule, and the id that the org knows it by. */
export interface KnownRule {
  readonly rule: DetectionRule;
  readonly identity: { readonly id: string };
}

/** Ids name a rule as its file does or as the org does. */
export function appliesToRule(compiled: CompiledSuppression, rule: KnownRule): boolean {
  const { rules } = compiled.suppression;
  if (rules.kind === 'ids') return rules.ids.includes(rule.rule.id) || rules.ids.includes(rule.identity.id);
  return compiled.matchesRule?.(ruleDocument(rule.rule, rule.identity.id)) === true;
}

/** True when the event does not count for the rules that the suppression applies to. */
export function excludesEvent(
  compiled: CompiledSuppression,
  document: SearchDocument,
  atMs: number,
): boolean {
  return (
    compiled.matchesEvent !== undefined &&
    isInForce(compiled.suppression, atMs) &&
    compiled.matchesEvent(document)
  );
}

/** True when the signal is not opened, for the rules that the suppression applies to. */
export function hidesSignal(compiled: CompiledSuppression, signal: DetectedSignal, atMs: number): boolean {
  if (compiled.matchesSignal === undefined || !isInForce(compiled.suppression, atMs)) return false;
  return compiled.matchesSignal(newSignalDocument(signal, atMs));
}

/** The document behind a query over a signal that nobody has touched yet. */
export function newSignalDocument(signal: DetectedSignal, atMs: number): SearchDocument {
  return signalDocument({ ...signal, version: 1, createdAtMs: atMs, triage: UNTOUCHED_TRIAGE });
}

/**
 * The document behind a query over the list of detection rules: `type:`, `ruleId:`, `source:`, `severity:`
 * of any case, and tags. Source: Terraform provider, `rule_query`; recorded suppressions.
 */
export function ruleDocument(rule: DetectionRule, ruleId: string): SearchDocument {
  return {
    reserved: {
      type: rule.type,
      ruleId: ruleId === rule.id ? [rule.id] : [ruleId, rule.id],
      severity: [...new Set(rule.cases.map((ruleCase) => ruleCase.severity))],
    },
    tags: rule.tags,
    attributes: {},
    message: rule.name,
  };
}
