/** Critical assets: signals about them are more or less severe. Source: `…/configuration/critical_assets`. */

/** A severity of its own, one step up or down, or none. */
export const CRITICAL_ASSET_SEVERITIES = [
  'info',
  'low',
  'medium',
  'high',
  'critical',
  'increase',
  'decrease',
  'no-op',
] as const;

export interface CriticalAsset {
  readonly isEnabled: boolean;
  /** Over signals. */
  readonly query: string;
  /** Over rules. */
  readonly ruleQuery: string;
  readonly severity: (typeof CRITICAL_ASSET_SEVERITIES)[number];
  readonly tags: readonly string[];
}
