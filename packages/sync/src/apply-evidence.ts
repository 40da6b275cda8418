/**
 * What an apply says about itself for those who ask later: who started it, where, and who agreed to what. All of it is
 * what the machine said, not proven; the chain proves only that nobody changed it since.
 * Source: reliability T25.
 */

export interface ApplyEvidence {
  readonly by?: AppliedBy;
  /** Page of the run in CI. */
  readonly run?: string;
  readonly consent?: ApplyConsent;
}

export interface AppliedBy {
  readonly name: string;
  readonly mail?: string;
  /** Who says so. */
  readonly source: 'github-actions' | 'gitlab-ci' | 'git';
}

export interface ApplyConsent {
  /** `answered`: a person said yes on a terminal; `option`: --yes; `unasked`: there was nothing to agree to. */
  readonly given: 'answered' | 'option' | 'unasked';
  /** Digest of the plan that was approved in a file (`--plan`). */
  readonly plan?: string;
  /** The plan whose removals were agreed to (`--allow-destroy`). */
  readonly destroy?: string;
  /** A rewritten history was accepted (`--accept-history`). */
  readonly acceptedHistory?: true;
}
