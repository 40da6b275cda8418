/**
 * The hidden first line by which our comment of a pull request is found again. It is no secret, so it is never
 * enough: the author must be us. With a key it also tells our comment from those of other workflows that write
 * as the same bot and could be made to repeat a marker.
 */

import { createHash, createHmac } from 'node:crypto';
import type { PullName } from './repository-name.ts';

/** An HTML comment of fixed length: nothing that was written by anybody stands in it. */
export function commentMarker({ owner, repo, number }: PullName, key: string | undefined): string {
  const name = `signalwright review ${owner}/${repo}#${number}`.toLowerCase();
  const digest = key === undefined || key === '' ? createHash('sha256') : createHmac('sha256', key);
  return `<!-- signalwright:review ${digest.update(name).digest('hex').slice(0, 40)} -->`;
}
