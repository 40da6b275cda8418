import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isId } from '@signalwright/model';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { CommandFailure, usageFailure } from '../failure.ts';
import { initFiles } from '../init-files.ts';
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
  for (const file of files) {
    mkdirSync(dirname(join(root, file.path)), { recursive: true });
    // Exclusive: somebody who was faster keeps the file.
    writeFileSync(join(root, file.path), file.text, { flag: 'wx' });
    reporter.say(`${reporter.colours.green('+')} ${file.path}`);
  }
  const where = relative(world.cwd, root);
  reporter.say('');
  reporter.say(`Next: ${where === '' ? '' : `cd ${where} && `}signalwright check && signalwright test`);
  reporter.data({ ok: true, stack, files: files.map((file) => file.path) });
  return Promise.resolve(EXIT.ok);
}

function stackOfFolder(root: string): string {
  const name = basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'my-stack' : name;
}
