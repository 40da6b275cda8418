/** Tells when files of the content change, until the user or the system ends it. */

import { relative, sep } from 'node:path';
import { CONFIG_FILE, FOLDERS } from '@signalwright/content';
import { watch } from 'chokidar';
import type { World } from './world.ts';

/** An editor writes several times, git checks out many files: one round for all that comes within this time. */
const QUIET_MS = 120;

/**
 * Calls `onChange` with the paths that changed, one call at a time; what changes meanwhile goes into the next one.
 *
 * @param onReady called once, when every change from then on is seen
 * @throws what the system or `onChange` throws
 */
export async function watchContent(
  root: string,
  world: Pick<World, 'untilStopped'>,
  onReady: () => void,
  onChange: (files: readonly string[]) => Promise<void>,
): Promise<void> {
  const watcher = watch(root, { ignoreInitial: true, ignored: (path) => !isWatched(pathIn(root, path)) });
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const runRound = (): void => {
        // The files stay until the round before has ended, which calls this again.
        if (running !== undefined || changed.size === 0) return;
        const files = [...changed].toSorted();
        changed.clear();
        running = onChange(files).then(() => {
          running = undefined;
          runRound();
        }, reject);
      };
      watcher.on('all', (event, path) => {
        if (event === 'addDir' || event === 'unlinkDir') return;
        changed.add(pathIn(root, path));
        clearTimeout(timer);
        timer = setTimeout(runRound, QUIET_MS);
      });
      watcher.on('ready', onReady);
      watcher.on('error', reject);
      world.untilStopped().then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    await watcher.close();
    await running;
  }
}

function pathIn(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

/** The configuration, the folders of the kinds, and the folders above them. */
function isWatched(path: string): boolean {
  if (path === '' || path === CONFIG_FILE) return true;
  return Object.values(FOLDERS).some(
    (folder) => path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`),
  );
}
