/** Runs of workflows as the API answers them. Source: recorded `GET /api/v2/workflows/{id}/instances/{id}`. */

import { attributesOf, remoteIdOf } from './ownership.ts';
import { isJsonObject } from './payload-reader.ts';

/** Open: other kinds exist (`WAITING`), and more may come. */
export type InstanceStatus = 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'CANCELED' | (string & {});

export interface InstanceAnswer {
  readonly id: string;
  readonly status: InstanceStatus;
  /** `Running`, `Canceled`: for people. */
  readonly statusName: string;
  /** As answered: steps, source, trigger, outputs. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Reads one instance, with or without `data` around; a create answer holds the id alone. */
export function decodeInstance(payload: unknown): InstanceAnswer | undefined {
  const attributes = attributesOf(payload);
  // The get answer of the specification has its id inside the attributes.
  const inner = attributes['id'];
  const id = remoteIdOf(payload) ?? (typeof inner === 'string' && inner !== '' ? inner : undefined);
  if (id === undefined) return undefined;
  const status = isJsonObject(attributes['instanceStatus']) ? attributes['instanceStatus'] : {};
  const kind = status['detailsKind'];
  const name = status['displayName'];
  return {
    id,
    status: typeof kind === 'string' ? kind : 'UNKNOWN',
    statusName: typeof name === 'string' ? name : '',
    attributes,
  };
}
