/** Correlation rules name other rules by remote id, which ours have once they are applied. */

import { addressOf, type Address } from '@signalwright/model';
import { normalisePayload, resolveReferences } from '@signalwright/wire';
import { contentDigest, type DesiredObject } from './desired.ts';

/** @param remoteIdOf remote id of the rule of an address, as far as it is known */
export function resolveDesired(
  object: DesiredObject,
  remoteIdOf: (address: Address) => string | undefined,
): DesiredObject {
  if (object.kind !== 'detection-rule' || object.dependsOn.length === 0) return object;
  const body = resolveReferences(object.body, (id) => remoteIdOf(addressOf('detection-rule', id)));
  if (body === object.body) return object;
  const content = normalisePayload(object.kind, body);
  return { ...object, body, content, digest: contentDigest(content) };
}
