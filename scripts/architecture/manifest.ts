/** The parts of package.json and tsconfig.json that the rules look at. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { subfolders } from './read-sources.ts';

export interface Manifest {
  /** Folder name below packages/. */
  readonly room: string;
  /** Path of package.json from the root. */
  readonly path: string;
  readonly name: string;
  readonly json: Readonly<Record<string, unknown>>;
  /** Needed at run time: `dependencies`, `optionalDependencies` and `peerDependencies`. */
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
}

export interface Manifests {
  /** Outside packages that tests and scripts everywhere may use. */
  readonly rootDependencies: ReadonlySet<string>;
  readonly rooms: readonly Manifest[];
  /** Folders below tests/ that are installed by themselves, `tests/official-client/`, and what each declares. */
  readonly apart: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Reads package.json of the root and of each folder in packages/ that has one. */
export function readManifests(root: string): Manifests {
  const rooms = subfolders(join(root, 'packages'))
    .filter((room) => existsSync(join(root, 'packages', room, 'package.json')))
    .map((room) => readManifest(root, room));
  const rootJson = readJson(join(root, 'package.json'));
  const apart = subfolders(join(root, 'tests'))
    .map((folder) => `tests/${folder}/`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map(
      (folder) => [folder, names(readJson(join(root, folder, 'package.json')), ['dependencies'])] as const,
    );
  return {
    rootDependencies: names(rootJson, ['dependencies', 'devDependencies']),
    rooms,
    apart: new Map(apart),
  };
}

/** Parses a JSON file that holds an object. Throws with the path when it does not. */
export function readJson(path: string): Record<string, unknown> {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isObject(value)) throw new Error(`${path} does not hold an object`);
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readManifest(root: string, room: string): Manifest {
  const path = `packages/${room}/package.json`;
  const json = readJson(join(root, path));
  return {
    room,
    path,
    name: String(json['name']),
    json,
    dependencies: names(json, ['dependencies', 'optionalDependencies', 'peerDependencies']),
    devDependencies: names(json, ['devDependencies']),
  };
}

function names(json: Readonly<Record<string, unknown>>, keys: readonly string[]): ReadonlySet<string> {
  return new Set(keys.flatMap((key) => (isObject(json[key]) ? Object.keys(json[key]) : [])));
}
