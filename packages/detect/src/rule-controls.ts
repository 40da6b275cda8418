/** What changes the signals of a rule from outside of it; of all of that only what is about this rule. */

import { assetsOfRule, type CompiledCriticalAsset } from './critical-asset.ts';
import { appliesToRule, type CompiledSuppression, type KnownRule } from './suppression.ts';

export interface RuleControls {
  readonly suppressions: readonly CompiledSuppression[];
  readonly criticalAssets: readonly CompiledCriticalAsset[];
}

export function controlsOf(
  content: {
    readonly suppressions: readonly CompiledSuppression[];
    readonly criticalAssets?: readonly CompiledCriticalAsset[];
  },
  rule: KnownRule,
): RuleControls {
  return {
    suppressions: content.suppressions.filter((suppression) => appliesToRule(suppression, rule)),
    criticalAssets: assetsOfRule(content.criticalAssets ?? [], rule),
  };
}
