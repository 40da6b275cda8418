/** Where a plan goes. */

export interface PlanTarget {
  /** Name of the environment, `local` or `prod`. */
  readonly name: string;
  /** Where the API is. */
  readonly url: string;
  /** Page of the Signals Explorer. */
  readonly explorerUrl: string;
  readonly stack: string;
  /** Public id of the organisation whose keys were used; undefined where it is not known. */
  readonly org?: string;
}

/** Tells targets apart in a journal: the stack and where the API is; the name may change. */
export function targetKey(target: PlanTarget): string {
  return `${target.stack}@${target.url.replace(/\/+$/, '')}`;
}

/** The embedded org serves its own explorer; at Datadog the API and the pages have hosts of their own. */
export function isEmbeddedTarget({ url, explorerUrl }: PlanTarget): boolean {
  return explorerUrl.startsWith(url);
}
