import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isId } from '@signalwright/model';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandFailure, usageFailure } from '../failure.ts';
import { initFiles, type InitFile } from '../init-files.ts';
import { makeFolder } from '../make-folder.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';

export interface InitOptions extends OutputOptions {
  readonly stack?: string;
}

export function init(options: InitOptions, { world, reporter, args }: WorkContext): Promise<ExitCode> {
  const root = resolve(world.cwd, args[0] ?? '.');
  const stack = options.stack ?? stackOfFolder(root);
  if (!isId(stack)) {
    throw usageFailure(
      `"${stack}" cannot name a stack.`,
      'Use small letters, digits and dashes: --stack acme-appsec',
    );
  }
  const files = initFiles(stack);
  const there = files.filter((file) => existsSync(join(root, file.path)));
  if (there.length > 0) {
    throw new CommandFailure(
      EXIT.findings,
      `${there.map((file) => file.path).join(', ')} would be overwritten; nothing was written.`,
      'Choose an empty folder: signalwright init <folder>',
    );
  }
  writeAll(root, files);
  for (const file of files) reporter.say(`${reporter.colours.green('+')} ${file.path}`);
  const where = relative(world.cwd, root);
  reporter.say('');
  reporter.say(`Next: ${where === '' ? '' : `cd ${where} && `}signalwright check && signalwright test`);
  reporter.data({ ok: true, stack, files: files.map((file) => file.path) });
  return Promise.resolve(EXIT.ok);
}

/** All or none: what was written before the machine refused is taken away again, so that the next try can start. */
function writeAll(root: string, files: readonly InitFile[]): void {
  const written: string[] = [];
  try {
    for (const file of files) {
      const path = join(root, file.path);
      makeFolder(dirname(path));
      // Exclusive: somebody who was faster keeps the file.
      const handle = openSync(path, 'wx');
      written.push(path);
      try {
        writeFileSync(handle, file.text);
      } finally {
        closeSync(handle);
      }
    }
  } catch (error) {
    for (const path of written) rmSync(path, { force: true });
    throw error;
  }
}

function stackOfFolder(root: string): string {
  const name = basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'my-stack' : name;
}
