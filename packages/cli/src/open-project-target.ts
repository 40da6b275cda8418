/** From the options of a command to the target it works on, without reading any content. */

import { loadConfig } from './load-content.ts';
import { findProject } from './project.ts';
import { openTarget, type Target } from './target.ts';
import type { WorkContext } from './command.ts';

export interface TargetChoice {
  readonly dir?: string;
  readonly env?: string;
}

/** @returns undefined when `signalwright.yaml` has errors; they were printed */
export async function openProjectTarget(
  options: TargetChoice,
  { world, reporter }: WorkContext,
): Promise<Target | undefined> {
  const root = findProject(world.cwd, options.dir);
  const config = loadConfig(root, reporter);
  if (config === undefined) return undefined;
  return openTarget({ root, config, ...(options.env !== undefined && { env: options.env }) }, world);
}
