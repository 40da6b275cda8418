/** What changed in `signalwright.yaml`: the guards that hold for all content. */

import { isDeepStrictEqual } from 'node:util';
import {
  CODES,
  isDiagnosticCode,
  type Environment,
  type LintLevel,
  type ProjectConfig,
  type SourceRange,
} from '@signalwright/model';
import { CONFIG_FILE } from '@signalwright/content';
import { say } from '../phrase.ts';
import { listNotes, note } from './note.ts';
import type { Note } from './report.ts';

/** A guard that is loosened needs attention: content of the same change may already use the room it gives. */
export function compareConfigs(before: ProjectConfig, after: ProjectConfig): readonly Note[] {
  return [
    ...(before.stack === after.stack
      ? []
      : [
          note(
            'stack',
            'attention',
            say`stack ${before.stack} became ${after.stack}: objects at the target stop being ours`,
            PLACE,
          ),
        ]),
    ...listNotes(before.neverBlock, after.neverBlock, NEVER_BLOCK, PLACE),
    ...handleNotes(before.allowedHandles, after.allowedHandles),
    ...listNotes(before.allowedHosts, after.allowedHosts, HOSTS, PLACE),
    ...environmentNotes(before.environments, after.environments),
    ...lintNotes(before.lints, after.lints),
  ];
}

/** The file as a whole: its values have no positions of their own. */
const PLACE: SourceRange = {
  file: CONFIG_FILE,
  start: { line: 1, col: 1 },
  end: { line: 1, col: 1 },
};

const NEVER_BLOCK = {
  topic: 'never block',
  added: 'may never be blocked any more:',
  removed: 'may be blocked now:',
  addedWeight: 'notice',
  removedWeight: 'attention',
} as const;

const HANDLES = {
  topic: 'handles',
  added: 'rules may now notify',
  removed: 'rules may no longer notify',
  addedWeight: 'attention',
  removedWeight: 'notice',
} as const;

const HOSTS = {
  topic: 'hosts',
  added: 'connectors may now reach',
  removed: 'connectors may no longer reach',
  addedWeight: 'attention',
  removedWeight: 'notice',
} as const;

function handleNotes(
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): readonly Note[] {
  if (after === undefined) {
    return before === undefined
      ? []
      : [note('handles', 'attention', say`rules may now notify anybody`, PLACE)];
  }
  if (before === undefined) {
    return [note('handles', 'notice', say`rules may notify only those that are listed now`, PLACE)];
  }
  return listNotes(before, after, HANDLES, PLACE);
}

function environmentNotes(
  before: ProjectConfig['environments'],
  after: ProjectConfig['environments'],
): readonly Note[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => !isDeepStrictEqual(own(before, name), own(after, name)));
  return changed.flatMap((name) => {
    const [old, young] = [own(before, name), own(after, name)];
    const whats = old === undefined ? ['is new'] : young === undefined ? ['is gone'] : changesOf(old, young);
    return whats.map((what) => note('environments', 'attention', say`environment ${name} ${[what]}`, PLACE));
  });
}

/** What variables and overrides mean for an object is told at the object, for the environment that is compared. */
function changesOf(before: Environment, after: Environment): readonly string[] {
  const { variables: oldVariables, overrides: oldOverrides, prune: oldPrune, ...oldTarget } = before;
  const { variables, overrides, prune, ...target } = after;
  return [
    ...(isDeepStrictEqual(oldTarget, target) ? [] : ['has another target']),
    ...(isDeepStrictEqual(oldVariables, variables) ? [] : ['has other variables']),
    ...(isDeepStrictEqual(oldOverrides, overrides) ? [] : ['has other overrides']),
    ...(oldPrune === prune ? [] : [`prunes ${PRUNES[prune]} now`]),
  ];
}

const PRUNES = { never: 'never', confirm: 'once somebody agrees', always: 'unasked' } as const;

/** A lint that is lowered needs attention: the same change may be the one it would have found. */
function lintNotes(before: ProjectConfig['lints'], after: ProjectConfig['lints']): readonly Note[] {
  const codes = [...Object.keys(before), ...Object.keys(after)].filter(isDiagnosticCode);
  return [...new Set(codes)].toSorted().flatMap((code) => {
    const [was, is] = [before, after].map((lints) => lints[code] ?? CODES[code].severity);
    if (was === is || was === undefined || is === undefined) return [];
    const isLowered = LEVELS.indexOf(is) < LEVELS.indexOf(was);
    const text = say`findings of ${code} count as ${is}, no longer as ${was}`;
    return [note('lints', isLowered ? 'attention' : 'notice', text, PLACE)];
  });
}

const LEVELS: readonly LintLevel[] = ['off', 'info', 'warning', 'error'];

function own(environments: ProjectConfig['environments'], name: string): Environment | undefined {
  return Object.hasOwn(environments, name) ? environments[name] : undefined;
}
