/**
 * The floor rules: imports point down only, through doors only, and only at what package.json declares.
 * Type imports count: a type from above is a dependency like any other.
 */

import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { Finding } from './finding.ts';
import { isObject, type Manifest, type Manifests } from './manifest.ts';
import type { ImportFact, SourceFile } from './read-sources.ts';
import { FLOORS, OWNERS, ROOMS_WITHOUT_DEPENDENCIES, SIDE_DOORS, type Floor } from './rooms.ts';

interface Known {
  readonly manifests: Manifests;
  readonly byName: ReadonlyMap<string, Manifest>;
  readonly byRoom: ReadonlyMap<string, Manifest>;
  readonly testPaths: ReadonlySet<string>;
}

/** Judges every import of every file. Pure: the facts come in, findings go out. */
export function checkImports(files: readonly SourceFile[], manifests: Manifests): Finding[] {
  const known: Known = {
    manifests,
    byName: new Map(manifests.rooms.map((room) => [room.name, room])),
    byRoom: new Map(manifests.rooms.map((room) => [room.room, room])),
    testPaths: new Set(files.filter((file) => file.isTest).map((file) => file.path)),
  };
  return [
    ...manifests.rooms.flatMap((manifest) => checkRoom(manifest, known)),
    ...files.flatMap((file) =>
      file.imports.flatMap((fact) => judge(file, fact, known).map((verdict) => place(file, fact, verdict))),
    ),
  ];
}

type Verdict = Pick<Finding, 'code' | 'message' | 'hint'>;

function place(file: SourceFile, fact: ImportFact, verdict: Verdict): Finding {
  return { ...verdict, file: file.path, line: fact.line };
}

function judge(file: SourceFile, fact: ImportFact, known: Known): Verdict[] {
  if (fact.form === 'computed') return judgeComputed(file, fact, known);
  if (fact.specifier.startsWith('.')) return judgeRelative(file, fact, known);
  if (isBuiltin(fact.specifier)) return judgeBuiltin(fact);
  const name = packageName(fact.specifier);
  const ours = known.byName.get(name);
  if (ours !== undefined || name.startsWith('@signalwright/'))
    return judgeOurs(file, fact, name, ours, known);
  return judgeOutside(file, name, known);
}

function judgeComputed(file: SourceFile, fact: ImportFact, known: Known): Verdict[] {
  if (!file.isPackage || file.isTest) return [];
  if (isJsonBeside(fact.specifier)) {
    return judgePublished(file, posix.join(posix.dirname(file.path), fact.specifier.slice(1)), known);
  }
  return [
    {
      code: 'imports/computed',
      message: `The name of the module is computed: ${fact.specifier.slice(0, 60)}.`,
      hint: 'Name the module as a literal, so that the floors can be checked and nothing outside can choose code.',
    },
  ];
}

/** A template that starts with a folder of ours and ends in `.json`: data, whatever stands between. */
function isJsonBeside(text: string): boolean {
  return /^`\.{1,2}\/[^$]*\$\{\w+\}\.json`$/.test(text);
}

function judgeBuiltin(fact: ImportFact): Verdict[] {
  if (fact.specifier.startsWith('node:')) return [];
  return [
    {
      code: 'imports/node-prefix',
      message: `"${fact.specifier}" is a module of Node.`,
      hint: `Write "node:${fact.specifier}", which no package can take the place of.`,
    },
  ];
}

function judgeRelative(file: SourceFile, fact: ImportFact, known: Known): Verdict[] {
  const target = posix.join(posix.dirname(file.path), fact.specifier);
  const verdicts: Verdict[] = [];
  const home = file.isPackage ? `packages/${file.room}/` : undefined;
  if (home !== undefined && !target.startsWith(home)) {
    verdicts.push({
      code: 'imports/leaves-package',
      message: `"${fact.specifier}" reaches out of packages/${file.room}.`,
      hint: 'Import the other room by its package name, through its door.',
    });
  } else if (home === undefined && target.startsWith('packages/')) {
    verdicts.push(pastTheDoor(fact.specifier));
  }
  verdicts.push(...judgePublished(file, target, known));
  if (!file.isTest && known.testPaths.has(target)) {
    verdicts.push({
      code: 'imports/test-file',
      message: `"${fact.specifier}" is a test file, and ${file.path} is not.`,
      hint: 'Move what both need into a file of its own.',
    });
  }
  if (file.path.endsWith('.ts') && /\.jsx?$|\/[^.]*$/.test(fact.specifier)) {
    verdicts.push({
      code: 'imports/extension',
      message: `"${fact.specifier}" does not end in the extension of the source.`,
      hint: 'Write the path with ".ts"; the compiler rewrites it.',
    });
  }
  return verdicts;
}

/** What lies beside `src/` is missing after an install, unless package.json lists it in `files`. */
function judgePublished(file: SourceFile, target: string, known: Known): Verdict[] {
  const home = `packages/${file.room}/`;
  if (!file.isPackage || file.isTest || !target.startsWith(home)) return [];
  const top = target.slice(home.length).split('/')[0] ?? '';
  const manifest = known.byRoom.get(file.room);
  const published = manifest?.json['files'];
  if (['src', 'bin', 'dist'].includes(top) || (Array.isArray(published) && published.includes(top)))
    return [];
  return [
    {
      code: 'imports/unpublished',
      message: `"${top}" is not in the "files" of ${manifest?.path ?? 'package.json'}.`,
      hint: 'List it there, or who installs the package does not have it.',
    },
  ];
}

function judgeOurs(
  file: SourceFile,
  fact: ImportFact,
  name: string,
  target: Manifest | undefined,
  known: Known,
): Verdict[] {
  const verdicts: Verdict[] = [];
  if (fact.specifier !== name && !isSideDoor(file, fact, target)) verdicts.push(pastTheDoor(fact.specifier));
  if (!file.isPackage) return verdicts;
  if (target !== undefined) verdicts.push(...judgeFloors(file.room, target.room));
  const from = known.byRoom.get(file.room);
  // A room that may not be used at all need not be reported as undeclared too.
  if (verdicts.length > 0 || from === undefined || isDeclared(file, name, from, false, known))
    return verdicts;
  return [undeclared(name, from)];
}

function judgeOutside(file: SourceFile, name: string, known: Known): Verdict[] {
  const verdicts: Verdict[] = [];
  const owners = ownersOf(name);
  if (owners !== undefined && !owners.includes(file.room)) {
    verdicts.push({
      code: 'imports/owned',
      message: `"${name}" belongs to ${owners.length === 0 ? 'no room' : owners.join(', ')}.`,
      hint: 'Use what the owning room offers at its door, or move the work there.',
    });
  }
  const from = file.isPackage ? known.byRoom.get(file.room) : undefined;
  if (!isDeclared(file, name, from, true, known)) verdicts.push(undeclared(name, from));
  return verdicts;
}

/** A tool's door, or a JSON file that the package hands out as data. */
function isSideDoor(file: SourceFile, fact: ImportFact, target: Manifest | undefined): boolean {
  if (target === undefined) return false;
  const { exports } = target.json;
  const entry = `.${fact.specifier.slice(target.name.length)}`;
  if (isObject(exports) && entry.endsWith('.json') && exports[entry] === entry) return true;
  if (file.isPackage) return false;
  return (SIDE_DOORS[target.room] ?? []).some((door) => fact.specifier === `${target.name}/${door}`);
}

/** The floor law between two rooms: empty when `from` may use `to`. */
function judgeFloors(from: string, to: string): Verdict[] {
  const [low, high] = [FLOORS[to], FLOORS[from]];
  if (low === undefined || high === undefined) return [];
  if (from === to) {
    return [
      {
        code: 'imports/own-door',
        message: `${from} imports itself by name.`,
        hint: 'Import the file by its relative path.',
      },
    ];
  }
  if (isBelow(low, high)) return [];
  const sideways = low === high;
  return [
    {
      code: sideways ? 'imports/sideways' : 'imports/upward',
      message: `${from} (floor ${high}) imports ${to} (floor ${low}).`,
      hint: 'A room may use rooms on lower floors only: pass the value in, or move the noun down.',
    },
  ];
}

function isBelow(low: Floor, high: Floor): boolean {
  return typeof low === 'number' && typeof high === 'number' && low < high;
}

function isDeclared(
  file: SourceFile,
  name: string,
  from: Manifest | undefined,
  orAtRoot: boolean,
  known: Known,
): boolean {
  const { rootDependencies, apart } = known.manifests;
  if (from === undefined) {
    const own = [...apart].find(([folder]) => file.path.startsWith(folder))?.[1];
    return rootDependencies.has(name) || own?.has(name) === true;
  }
  if (from.dependencies.has(name)) return true;
  if (!file.isTest) return false;
  return from.devDependencies.has(name) || (orAtRoot && rootDependencies.has(name));
}

function undeclared(name: string, from: Manifest | undefined): Verdict {
  return {
    code: 'imports/undeclared',
    message: `"${name}" is not in the dependencies of ${from?.path ?? 'package.json'}.`,
    hint: 'Declare it there, or do without it.',
  };
}

function pastTheDoor(specifier: string): Verdict {
  return {
    code: 'imports/past-the-door',
    message: `"${specifier}" goes past the door of a room.`,
    hint: "Import the package by its bare name; if the name is missing there, add it to the room's src/index.ts.",
  };
}

/** Laws about the room as a whole: it is in the table, and its declared dependencies point down too. */
function checkRoom(manifest: Manifest, known: Known): Finding[] {
  const at = (code: string, message: string, hint: string): Finding => ({
    code,
    file: manifest.path,
    line: 1,
    message,
    hint,
  });
  if (FLOORS[manifest.room] === undefined) {
    return [
      at(
        'rooms/unknown',
        `"${manifest.room}" has no floor.`,
        'Give it one in scripts/architecture/rooms.ts.',
      ),
    ];
  }
  const declared = [...manifest.dependencies, ...manifest.devDependencies];
  if (ROOMS_WITHOUT_DEPENDENCIES.has(manifest.room)) {
    return declared.map((name) =>
      at(
        'rooms/no-dependency',
        `${manifest.room} depends on "${name}".`,
        'This room has no dependency at all.',
      ),
    );
  }
  return declared.flatMap((name) => {
    const target = known.byName.get(name);
    return target === undefined
      ? []
      : judgeFloors(manifest.room, target.room).map((verdict) =>
          at(verdict.code, verdict.message, verdict.hint),
        );
  });
}

function ownersOf(name: string): readonly string[] | undefined {
  const exact = OWNERS[name];
  if (exact !== undefined) return exact;
  const scope = Object.keys(OWNERS).find((key) => key.endsWith('/') && name.startsWith(key));
  return scope === undefined ? undefined : OWNERS[scope];
}

/** `@scope/name` of `@scope/name/sub`, `name` of `name/sub`. */
function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
