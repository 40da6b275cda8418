/**
 * What cloud and infrastructure configuration rules have besides: the policy, and when its findings become signals.
 * Source: rules API, `options.complianceRuleOptions` and `complianceSignalOptions`, and published rules.
 * A part that is undefined is left to the service.
 */

export interface ComplianceRule {
  /** The resource type that the rule is about; stands in `regoRule.resourceTypes` as well. */
  readonly resourceType: string;
  readonly regoRule?: RegoRule;
  /** Needed when the policy reads several resource types. */
  readonly complexRule?: boolean;
  readonly complianceFrameworks?: readonly ComplianceFramework[];
  /** Of rules that Datadog wrote: kept as they are. */
  readonly validationQuery?: string;
  readonly filter?: string;
  readonly descriptionSummary?: string;
  readonly remediationSummary?: string;
  readonly resourceAttributes?: readonly string[];
  readonly defaultSecurityInbox?: boolean;
}

export interface RegoRule {
  /** In the policy language Rego. */
  readonly policy: string;
  readonly resourceTypes: readonly string[];
}

export interface ComplianceFramework {
  /** `cis-aws`, `pci-dss`, … */
  readonly framework: string;
  readonly version: string;
  readonly requirement: string;
  readonly control: string;
  readonly message?: string;
  /** Datadog put it there. */
  readonly isDefault?: boolean;
}

/** When findings become signals; what the user says wins over the default. */
export interface ComplianceSignals {
  readonly defaultActivationStatus?: boolean;
  readonly defaultGroupByFields?: readonly string[];
  readonly userActivationStatus?: boolean;
  readonly userGroupByFields?: readonly string[];
}
