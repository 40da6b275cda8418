/** A suppression that is in force for more than a year outlives those who know why. Chosen: 366 days. */

import { formatDuration } from '@signalwright/model';
import type { Lint } from '../lint-contract.ts';

const MAX_SUPPRESSION_MS = 366 * 24 * 60 * 60_000;

export const suppressionTooLong: Lint = (object, report) => {
  if (object.kind !== 'suppression') return;
  const { startsAtMs, expiresAtMs } = object.object;
  if (startsAtMs === undefined || expiresAtMs === undefined) return;
  const lastsMs = expiresAtMs - startsAtMs;
  if (lastsMs <= MAX_SUPPRESSION_MS) return;
  const message = `This suppression is in force for ${formatDuration(lastsMs)}.`;
  report.at(['expires'], 'lint/suppression-too-long', message, {
    hint: 'Let it end within a year, and renew it in a pull request.',
  });
};
