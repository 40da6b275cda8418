/**
 * Critical assets: a signal about one of them is more or less severe than its rule says.
 * Source: SecurityMonitoringCriticalAssetAttributes. Chosen (docs/decisions/0391): the signal is judged as its rule
 * has it, after it was lowered outside production; of several assets the most severe outcome counts.
 */

import {
  SEVERITIES,
  higherSeverity,
  lowerSeverity,
  severityRank,
  type CriticalAsset,
  type DetectedSignal,
  type SearchDocument,
  type Severity,
} from '@signalwright/model';
import { compileQueryText, type ContentProblem } from './content-problem.ts';
import { newSignalDocument, ruleDocument, type KnownRule } from './suppression.ts';

type Matches = (document: SearchDocument) => boolean;

export interface CompiledCriticalAsset {
  readonly asset: CriticalAsset;
  readonly matchesSignal: Matches;
  readonly matchesRule: Matches;
}

export type CompileCriticalAssetResult =
  | { readonly ok: true; readonly asset: CompiledCriticalAsset }
  | { readonly ok: false; readonly problems: readonly ContentProblem[] };

/** Never throws. */
export function compileCriticalAsset(asset: CriticalAsset): CompileCriticalAssetResult {
  const problems: ContentProblem[] = [];
  const matchesSignal = compileQueryText(asset.query, ['query'], problems)?.matches;
  const matchesRule = compileQueryText(asset.ruleQuery, ['ruleQuery'], problems)?.matches;
  if (matchesSignal === undefined || matchesRule === undefined) return { ok: false, problems };
  return { ok: true, asset: { asset, matchesSignal, matchesRule } };
}

/** The assets that a rule's signals may be about. */
export function assetsOfRule(
  assets: readonly CompiledCriticalAsset[],
  { rule, identity }: KnownRule,
): readonly CompiledCriticalAsset[] {
  const enabled = assets.filter(({ asset }) => asset.isEnabled);
  if (enabled.length === 0) return [];
  const document = ruleDocument(rule, identity.id);
  return enabled.filter(({ matchesRule }) => matchesRule(document));
}

/** @param signal as its rule has it */
export function severityOnAssets(
  assets: readonly CompiledCriticalAsset[],
  signal: DetectedSignal,
  atMs: number,
): Severity {
  const document = newSignalDocument(signal, atMs);
  const outcomes = assets
    .filter(({ matchesSignal }) => matchesSignal(document))
    .map(({ asset }) => adjust(signal.severity, asset.severity));
  const [first, ...others] = outcomes;
  return first === undefined ? signal.severity : others.reduce(higherSeverity, first);
}

function adjust(severity: Severity, change: CriticalAsset['severity']): Severity {
  switch (change) {
    case 'no-op':
      return severity;
    case 'increase':
      return SEVERITIES[severityRank(severity) + 1] ?? severity;
    case 'decrease':
      return lowerSeverity(severity);
    default:
      return change;
  }
}
