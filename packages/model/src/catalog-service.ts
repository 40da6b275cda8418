/** What a service catalog knows of a service: the value of `service` of events and signals. */

export interface CatalogService {
  readonly name: string;
  readonly description: string;
  readonly team: string;
  /** Who is on call, as people write it: a name, a handle, a schedule. */
  readonly onCall: string;
  readonly links: readonly CatalogLink[];
}

export interface CatalogLink {
  readonly kind: 'page' | 'repository' | 'runbook' | 'other';
  /** Empty: it has none. */
  readonly title: string;
  /** http or https. */
  readonly url: string;
}
