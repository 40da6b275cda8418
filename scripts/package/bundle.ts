/** All code of the command, ours and of the libraries that it uses, as a folder of few files. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { REPLACED_MODULE, standaloneValidators } from '@signalwright/content/standalone';

/** Native code cannot be bundled: who needs it installs it. */
export const NATIVE_PARTS = ['libsql', '@datadog/native-appsec'];

/** The module that `bin/` starts; everything else is imported by it, or when a command needs it. */
const ENTRY = 'packages/cli/src/run-process.ts';

/** Libraries in CommonJS call `require` for modules of Node, and we for native parts; an ES module has none. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);";

/**
 * Bundles from the sources: no build is needed. Names stay readable, so that a stack that somebody reports can be read.
 *
 * @param root of the repository
 * @param outdir gets one file an entry and shared part, all beside each other
 * @returns which files went into which
 */
export async function bundleCommand(root: string, outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [ENTRY],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['signalwright-source'],
    external: NATIVE_PARTS,
    banner: { js: REQUIRE },
    plugins: [validatorsWrittenOut(root), requireFromHere],
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

/**
 * `createRequire(import.meta.url)` is `require` from where the module stands. esbuild follows only calls of `require`
 * itself: then the data and CommonJS that we load this way are bundled like all the rest.
 */
const requireFromHere: Plugin = {
  name: 'require-from-here',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]packages[\\/]\w+[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('createRequire(')) return undefined;
      const contents = text
        .replace('const require = createRequire(import.meta.url);', '')
        .replaceAll('createRequire(import.meta.url)', 'require');
      return { contents, loader: 'ts' };
    });
  },
};

/** What compiles the schemas is replaced by what comes of it. */
function validatorsWrittenOut(root: string): Plugin {
  const replaced = join(root, 'packages/content/src', REPLACED_MODULE);
  return {
    name: 'validators-written-out',
    setup: ({ onLoad, onEnd }) => {
      let isDone = false;
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path !== replaced) return undefined;
        isDone = true;
        return { contents: standaloneValidators(), loader: 'js' };
      });
      onEnd(() => (isDone ? {} : { errors: [{ text: `Nothing imports ${replaced}.` }] }));
    },
  };
}
