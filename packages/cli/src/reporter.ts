/** What a command says: text for people on stdout, one JSON document with `--json`, progress on stderr. */

import pc from 'picocolors';
import type { World } from './world.ts';

export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

export type Colours = ReturnType<typeof pc.createColors>;

export interface Reporter {
  readonly colours: Colours;
  readonly isColoured: boolean;
  readonly isJson: boolean;
  /** Columns of text for people. */
  readonly width: number;
  /** A line for people; nothing with `--json` or `--quiet`. */
  say(line?: string): void;
  /** A line on stderr that `--quiet` keeps. What others wrote in it is made inert. */
  warn(line: string): void;
  /** The same for text that was made inert before it was painted. */
  warnPainted(text: string): void;
  /** A line on stderr with `--verbose` only, made inert. */
  detail(line: string): void;
  /** The result for machines: printed with `--json`, as one line with `schemaVersion` first. */
  data(document: Readonly<Record<string, unknown>>): void;
  /** Progress on longer work. Shown on a terminal in place, elsewhere as a line every few seconds. */
  progress(label: string): Progress;
}

export interface Progress {
  /** @param total left out where nobody knows */
  update(done: number, total?: number): void;
  end(): void;
}

/** Every JSON document of the command line; grows only when a field changes its meaning or goes. */
export const OUTPUT_SCHEMA_VERSION = 1;
const OUTPUT_WIDTH = 100;
const MIN_WIDTH = 40;
const PROGRESS_AFTER_MS = 700;
const PROGRESS_LINE_EVERY_MS = 5_000;
const PROGRESS_DRAW_EVERY_MS = 100;

/** @param showText of `template`, which is loaded where work is done, and not for a page of help */
export function createReporter(
  world: World,
  options: OutputOptions,
  showText: (text: string) => string,
): Reporter {
  const isColoured = usesColour(world);
  const isJson = options.json === true;
  const isSilent = isJson || options.quiet === true;
  return {
    colours: pc.createColors(isColoured),
    isColoured,
    isJson,
    width: outputWidth(world),
    say: (line = '') => {
      if (!isSilent) world.out(`${line}\n`);
    },
    warn: (line) => world.err(`${showText(line)}\n`),
    warnPainted: (text) => world.err(`${text}\n`),
    detail: (line) => {
      if (options.verbose === true) world.err(`${showText(line)}\n`);
    },
    data: (document) => {
      if (isJson) world.out(`${JSON.stringify({ schemaVersion: OUTPUT_SCHEMA_VERSION, ...document })}\n`);
    },
    progress: (label) => (options.quiet === true ? NO_PROGRESS : createProgress(world, label)),
  };
}

const NO_PROGRESS: Progress = { update: () => undefined, end: () => undefined };

/** A narrower terminal gets narrower text; a wider one no wider, since long lines are hard to read. */
export function outputWidth(world: World): number {
  return Math.max(MIN_WIDTH, Math.min(OUTPUT_WIDTH, world.columns ?? OUTPUT_WIDTH));
}

/** Source: no-color.org and the FORCE_COLOR convention. */
export function usesColour(world: World): boolean {
  if (world.env['NO_COLOR'] !== undefined && world.env['NO_COLOR'] !== '') return false;
  if (world.env['FORCE_COLOR'] !== undefined && world.env['FORCE_COLOR'] !== '0') return true;
  return world.isTerminal && world.env['TERM'] !== 'dumb';
}

function createProgress(world: World, label: string): Progress {
  const startedMs = world.nowMs();
  let shownMs = startedMs;
  let isDrawn = false;
  return {
    update(done, total) {
      const nowMs = world.nowMs();
      if (nowMs - startedMs < PROGRESS_AFTER_MS) return;
      if (nowMs - shownMs < (world.isTerminal ? PROGRESS_DRAW_EVERY_MS : PROGRESS_LINE_EVERY_MS)) return;
      shownMs = nowMs;
      isDrawn = world.isTerminal;
      const line = `${label} ${done}${total === undefined ? '' : `/${total}`}`;
      world.err(world.isTerminal ? `\r\u001B[K  ${line}` : `${line}\n`);
    },
    end() {
      if (isDrawn) world.err('\r\u001B[K');
    },
  };
}
