/** Reads the list of known addresses from the disk, if there is one. */

import { join } from 'node:path';

import { StoreError } from '@signalwright/store';

import { readFileIfAny } from './identity/read-file.ts';
import type { Log } from './log.ts';
import { ThreatIntel, parseThreatIntel } from './threat-intel.ts';

/** A list that cannot be read stops the start when it was named, since somebody counts on it. */
export function readThreatIntel(
  options: { readonly dataDir: string; readonly threatIntelPath?: string },
  log: Log,
): ThreatIntel {
  const path = options.threatIntelPath ?? join(options.dataDir, 'threat-intel.csv');
  const csv = readFileIfAny(path);
  if (csv === undefined) {
    if (options.threatIntelPath !== undefined)
      throw new StoreError(
        'environment',
        'store/missing',
        path,
        `There is no threat-intelligence list at ${path}.`,
      );
    return new ThreatIntel();
  }
  const parsed = parseThreatIntel(csv);
  if (!parsed.ok) {
    const message = `The threat-intelligence list cannot be read: ${path}:${parsed.line}: ${parsed.reason}`;
    throw new StoreError('damaged', 'store/file-damaged', path, message);
  }
  log({ level: 'info', message: 'Read the threat-intelligence list.', rows: parsed.rows });
  return parsed.list;
}
