/** Reads an object of one of the four kinds from an answer: its id, what marks its version, and its payload. */

import { attributesOf, remoteIdOf, type RemoteKind } from './ownership.ts';
import { isJsonObject } from './payload-reader.ts';
import type { RemoteObject } from './update-body.ts';

/** @returns undefined when the answer has no id: then nothing can be said about it */
export function readRemoteObject(kind: RemoteKind, answer: unknown): RemoteObject | undefined {
  const id = remoteIdOf(answer);
  if (id === undefined || !isJsonObject(answer)) return undefined;
  const payload = isJsonObject(answer['data']) ? answer['data'] : answer;
  const attributes = attributesOf(payload);
  const version = attributes['version'];
  const updatedAt = attributes['updatedAt'];
  return {
    kind,
    id,
    ...(typeof version === 'number' && Number.isSafeInteger(version) && { version }),
    ...(typeof updatedAt === 'string' && { updatedAt }),
    payload,
  };
}
