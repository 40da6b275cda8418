/** What the client offers for each kind of content. */

import type { Payload } from '@signalwright/model';
import type { OnPage } from './list-pages.ts';
import type { ApiOutcome, BeforeSend } from './transport.ts';
import type { RemoteObject } from './update-body.ts';

/** The objects of one kind. Writes are sent once; see `ApiOutcome` for what an outcome means, `BeforeSend` for the hook. */
export interface ObjectsApi {
  /** All of them, over every page. Workflows come without their spec unless it was asked for and given. */
  list(onPage?: OnPage<RemoteObject>): Promise<ApiOutcome<readonly RemoteObject[]>>;
  /** An answer that speaks of another object is unknown; so it is of an update. */
  get(id: string): Promise<ApiOutcome<RemoteObject>>;
  create(body: Payload, beforeSend?: BeforeSend): Promise<ApiOutcome<RemoteObject>>;
  update(id: string, body: Payload, beforeSend?: BeforeSend): Promise<ApiOutcome<RemoteObject>>;
  /** An object that is not there any more counts as deleted. */
  delete(id: string, beforeSend?: BeforeSend): Promise<ApiOutcome<void>>;
}
