/** Some objects through the command line, in a folder of their own, and what came of each. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { runCommand } from '../../harness/run-command.ts';
import { differencesOf } from './compare-payloads.ts';
import type { JsonObject, RealObject } from './real-objects.ts';

export interface Outcome {
  readonly object: RealObject;
  /** Empty when it came through. */
  readonly problems: readonly string[];
  /** Paths that the file keeps as they are. */
  readonly unknownFields: readonly string[];
}

/** Versions of one remote object are imported one after the other: together, the newest would win. */
export async function runBatch(objects: readonly RealObject[]): Promise<readonly Outcome[]> {
  const rounds: RealObject[][] = [];
  const counts = new Map<string, number>();
  for (const object of objects) {
    const id = String(
      ((object.payload['data'] ?? object.payload) as JsonObject)['id'] ?? JSON.stringify(object.payload),
    );
    const key = `${object.kind} ${id}`;
    const round = counts.get(key) ?? 0;
    counts.set(key, round + 1);
    (rounds[round] ??= []).push(object);
  }
  const outcomes: Outcome[] = [];
  for (const round of rounds) outcomes.push(...(await runTogether(round)));
  return outcomes;
}

async function runTogether(objects: readonly RealObject[]): Promise<readonly Outcome[]> {
  const root = mkdtempSync(join(tmpdir(), 'roundtrip-'));
  try {
    writeFileSync(join(root, 'signalwright.yaml'), 'stack: proof\n');
    mkdirSync(join(root, 'payloads'));
    objects.forEach(({ payload }, index) =>
      writeFileSync(join(root, 'payloads', `${index}.json`), JSON.stringify(payload)),
    );
    return await runIn(root, objects);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

interface Imported {
  readonly objects: readonly {
    readonly address: string;
    readonly from: string;
    readonly status: string;
    readonly files: readonly { readonly file: string }[];
  }[];
  readonly refused: readonly { readonly where: string; readonly reason: string }[];
}

async function runIn(root: string, objects: readonly RealObject[]): Promise<readonly Outcome[]> {
  const problems = objects.map((): string[] => []);
  const blame = (index: number | undefined, problem: string): void => {
    (problems[index ?? Number.NaN] ?? problems[0])?.push(problem);
  };
  const imported = (await run(root, ['import', 'payloads', '--json'])) as unknown as Imported;
  const owners = imported.objects.map(({ from, ...object }) => ({ ...object, index: positionOf(from) }));
  const paths = owners.flatMap(({ files, index }) => files.map(({ file }) => ({ file, index })));
  const indexOf = new Map(paths.map(({ file, index }) => [file, index]));
  const readAll = (): ReadonlyMap<string, string> =>
    new Map(paths.map(({ file }) => [file, readFileSync(join(root, file), 'utf8')]));
  for (const { where, reason } of imported.refused) blame(positionOf(where), `was refused: ${reason}`);
  const texts = readAll();
  const checked = (await run(root, ['check', '--json'])) as Checked;
  for (const { severity, code, message, range } of checked.diagnostics ?? [])
    if (severity === 'error') blame(indexOf.get(range.file), `has the error ${code}: ${message}`);
  const formatted = (await run(root, ['fmt', '--check', '--json'])) as { changed?: readonly string[] };
  for (const file of formatted.changed ?? []) blame(indexOf.get(file), `${file} is changed by fmt`);
  const compiled = (await run(root, ['compile', '--json'])) as Compiled;
  const payloads = new Map((compiled.objects ?? []).map(({ address, payload }) => [address, payload]));
  for (const { address, index } of owners) {
    const object = objects[index];
    const payload = payloads.get(address);
    if (object === undefined || payload === undefined) blame(index, 'was not compiled');
    else for (const each of differencesOf(object.kind, object.payload, payload)) blame(index, each);
  }
  const again = (await run(root, ['import', 'payloads', '--json'])) as unknown as Imported;
  for (const { from, status } of again.objects)
    if (status !== 'unchanged') blame(positionOf(from), `was ${status} by a second import`);
  for (const [file, text] of readAll())
    if (texts.get(file) !== text) blame(indexOf.get(file), `${file} was changed by a second import`);
  const kept = new Map<number, string[]>();
  for (const { file, index } of paths)
    kept.set(index, [...(kept.get(index) ?? []), ...keptFields(texts.get(file) ?? '')]);
  return objects.map((object, index) => ({
    object,
    problems: problems[index] ?? [],
    unknownFields: kept.get(index) ?? [],
  }));
}

interface Checked {
  readonly diagnostics?: readonly {
    readonly severity: string;
    readonly code: string;
    readonly message: string;
    readonly range: { readonly file: string };
  }[];
}

interface Compiled {
  readonly objects?: readonly { readonly address: string; readonly payload: JsonObject }[];
}

function keptFields(text: string): readonly string[] {
  const { unknownFields = {} } = parse(text) as { unknownFields?: JsonObject };
  return Object.keys(unknownFields);
}

/** `payloads/17.json` */
function positionOf(where: string): number {
  return Number(/payloads\/(\d+)\.json/.exec(where)?.[1] ?? Number.NaN);
}

async function run(root: string, args: readonly string[]): Promise<JsonObject> {
  const { exitCode, out, err } = await runCommand(root, args);
  // Findings are what is looked at; a command that could not do its work has none.
  if (exitCode > 1) throw new Error(`${args.join(' ')} ended with ${exitCode}: ${out}${err}`);
  return JSON.parse(out) as JsonObject;
}
