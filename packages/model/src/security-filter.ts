/** Security filters: which logs detection looks at. Source: `…/configuration/security_filters`. */

export interface SecurityFilter {
  readonly name: string;
  /** Logs that it finds are looked at, unless an exclusion finds them too. */
  readonly query: string;
  readonly isEnabled: boolean;
  readonly exclusions: readonly { readonly name: string; readonly query: string }[];
}
