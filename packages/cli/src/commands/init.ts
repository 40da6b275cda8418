import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isId } from '@signalwright/model';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandFailure, environmentFailure, usageFailure } from '../failure.ts';
import { writeEditorFiles } from '../editor-files.ts';
import { initFiles, type InitFile } from '../init-files.ts';
import { makeFolder } from '../make-folder.ts';
import { CONFIG_FILE } from '../project.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions, Reporter } from '../reporter.ts';

export interface InitOptions extends OutputOptions {
  readonly stack?: string;
  readonly editor?: boolean;
}

export function init(options: InitOptions, { world, reporter, args }: WorkContext): Promise<ExitCode> {
  const root = resolve(world.cwd, args[0] ?? '.');
  if (options.editor === true) return Promise.resolve(refreshEditor(root, reporter));
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
  const editor = sayEditorFiles(root, reporter);
  const where = relative(world.cwd, root);
  reporter.say('');
  reporter.say(`Next: ${where === '' ? '' : `cd ${where} && `}signalwright check && signalwright test`);
  reporter.data({ ok: true, stack, files: [...files.map((file) => file.path), ...editor] });
  return Promise.resolve(EXIT.ok);
}

/** In a project that is there already: the schemas of this version, and the settings. */
function refreshEditor(root: string, reporter: Reporter): ExitCode {
  if (!existsSync(join(root, CONFIG_FILE))) {
    throw environmentFailure(
      `There is no ${CONFIG_FILE} in ${root}.`,
      'Run `signalwright init` without --editor.',
    );
  }
  reporter.data({ ok: true, files: sayEditorFiles(root, reporter) });
  return EXIT.ok;
}

function sayEditorFiles(root: string, reporter: Reporter): readonly string[] {
  const { written, toAdd } = writeEditorFiles(root);
  const shown = [...new Set(written.map((path) => path.replace(/^schemas\/.*/, 'schemas/')))];
  for (const path of shown) reporter.say(`${reporter.colours.green('+')} ${path}`);
  if (toAdd !== undefined)
    reporter.warn(`.vscode/settings.json is no plain JSON and was left as it is. Add to it:\n${toAdd}`);
  return written;
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
