/** All architecture rules over one reading of the tree. */

import { checkBans } from './check-bans.ts';
import { checkCycles } from './check-cycles.ts';
import { checkDoors } from './check-doors.ts';
import { checkEffects } from './check-effects.ts';
import { checkImports } from './check-imports.ts';
import { sortFindings, type Finding } from './finding.ts';
import { readManifests } from './manifest.ts';
import { readSources } from './read-sources.ts';

/** Judges the sources of the repository at `root`; sorted by place. */
export function checkArchitecture(root: string): Finding[] {
  const files = readSources(root);
  return sortFindings([
    ...checkImports(files, readManifests(root)),
    ...checkCycles(files),
    ...checkDoors(files),
    ...checkEffects(files),
    ...checkBans(files),
  ]);
}
