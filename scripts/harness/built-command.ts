/** The command as it is built: what npm links as `signalwright`, brought up to date before it is tried. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

export const BUILT_COMMAND = fileURLToPath(
  new URL('../../packages/cli/bin/signalwright.js', import.meta.url),
);

/** Builds what is older than its sources. @throws Error with what the compiler says */
export async function buildCommand(): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [TSC, '-b'], { cwd: ROOT });
  } catch (error) {
    const said = String((error as { readonly stdout?: unknown }).stdout ?? error);
    throw new Error(`The command cannot be built, see \`npx tsc -b\`:\n${said}`, { cause: error });
  }
}
