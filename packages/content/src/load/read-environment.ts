/** The content of one environment: each file as an object, checked against the others. */

import { KINDS, addressOf, parseAddress, type Diagnostic, type Kind } from '@signalwright/model';
import { diagnostic, quoted } from '../diagnostic.ts';
import type { EnvironmentView } from '../environment/environments.ts';
import { baseName, kindOfFolder } from '../folders.ts';
import type { ContentEntry } from '../link/content-entry.ts';
import { link } from '../link/link.ts';
import { ParsedTexts } from '../link/parsed-texts.ts';
import { checkSharedClaims } from '../link/shared-claims.ts';
import { lint, lintContent } from '../lints/lint.ts';
import { didYouMean } from '../nearest.ts';
import type { ConfigFile } from './config-file.ts';
import { AskingContext, ContentIndex, type Asked, type SharedContext } from './content-index.ts';
import type { ContentTree } from './content-tree.ts';
import { entriesOf, readObjects, type EnvironmentObjects, type ObjectRead } from './read-objects.ts';

export interface EnvironmentContents {
  readonly name: string;
  readonly objects: EnvironmentObjects;
  /** Of its objects, each alone and together. */
  readonly diagnostics: readonly Diagnostic[];
  /** Sorted by file. */
  readonly entries: readonly ContentEntry[];
}

/** @param base another environment of the same tree: what neither has a say in is not read again */
export function readEnvironment(
  tree: ContentTree,
  view: EnvironmentView,
  base?: EnvironmentContents,
): EnvironmentContents {
  const texts = new ParsedTexts();
  const objects = readObjects(tree, view, texts, base?.objects);
  const { reads, overridden } = objects;
  const entries = entriesOf(objects);
  const index = new ContentIndex(entries, brokenIds(tree, reads));
  const shared = { config: tree.config, manifest: tree.manifest, overridden, texts };
  return {
    name: view.name,
    objects,
    diagnostics: [
      ...[...reads.values()].flatMap((each) => each.diagnostics),
      ...checkSharedClaims(entries),
      ...lintContent(entries),
      ...entries.flatMap((entry) => checkEntry(entry, index, shared, view.name)),
    ],
    entries,
  };
}

/** JSON, so that it can be kept. */
interface CheckedEntry {
  /** Of the object. */
  readonly digest: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly asked: readonly Asked[];
}

function checkEntry(
  entry: ContentEntry,
  index: ContentIndex,
  shared: SharedContext,
  environment: string,
): readonly Diagnostic[] {
  const find = (): CheckedEntry => {
    const loaded = entry.load();
    const context = new AskingContext(index, shared);
    const diagnostics = [...link(loaded, context), ...lint(loaded, context)];
    return { digest: entry.digest, diagnostics, asked: context.asked };
  };
  const isStillTrue = ({ digest, asked }: CheckedEntry): boolean =>
    digest === entry.digest && index.isUnchanged(asked);
  return entry.answers.answer(`check ${environment}`, find, isStillTrue).diagnostics;
}

/** An object that cannot be read still exists: references to it are no mistakes of their own. */
function brokenIds(
  { contents, readDiagnostics }: ContentTree,
  reads: ReadonlyMap<string, ObjectRead>,
): ReadonlyMap<Kind, ReadonlySet<string>> {
  const broken = new Map<Kind, Set<string>>(KINDS.map((kind) => [kind, new Set()]));
  const add = (file: string, kind = kindOfFolder(file), id?: string): void => {
    if (kind === undefined) return;
    broken.get(kind)?.add(baseName(file));
    if (id !== undefined) broken.get(kind)?.add(id);
  };
  for (const { range } of readDiagnostics) add(range.file);
  for (const { file, written } of contents) {
    if (reads.get(file)?.entry === undefined) add(file, written?.kind, written?.id);
  }
  return broken;
}

/** Overrides and accepted drift of what does not exist, overrides of what an object is known by, and what is over. */
export function checkOverrides(
  tree: ContentTree,
  configFile: ConfigFile['read'],
  nowMs: number | undefined,
): readonly Diagnostic[] {
  if (configFile === undefined) return [];
  const { config, origin } = configFile;
  const { readDiagnostics } = tree;
  const known = addressesOf(tree);
  const unknown = (address: string, range: Diagnostic['range']): Diagnostic => {
    const hint = didYouMean(address, known) ?? `${kindHint(address)}, such as suppression/pentest.`;
    return diagnostic('env/unknown-address', range, `There is no object ${quoted(address)}.`, { hint });
  };
  const accepted = Object.entries(config.environments).flatMap(([name, { acceptDrift }]) =>
    acceptDrift.flatMap(({ object, until, endsMs }, index): readonly Diagnostic[] => {
      const at = ['environments', name, 'acceptDrift', index];
      if (!known.has(object) && readDiagnostics.length === 0)
        return [unknown(object, origin.rangeOf([...at, 'object']))];
      if (nowMs === undefined || nowMs < endsMs) return [];
      const message = `What was accepted of ${quoted(object)} until ${until} is accepted no longer.`;
      return [
        diagnostic('env/accepted-too-long', origin.rangeOf([...at, 'until']), message, {
          hint: 'Write it into the file, let an apply have it as content says, or agree on a later day and say why.',
        }),
      ];
    }),
  );
  const overridden = Object.entries(config.environments).flatMap(([name, { overrides }]) =>
    Object.entries(overrides).flatMap(([address, override]) => {
      const at = ['environments', name, 'overrides', address];
      if (!known.has(address) && readDiagnostics.length === 0)
        return [unknown(address, origin.keyRangeOf(at))];
      return ['kind', 'id']
        .filter((key) => Object.hasOwn(override, key))
        .map((key) =>
          diagnostic(
            'env/override-of-identity',
            origin.keyRangeOf([...at, key]),
            `The ${key} of an object is the same everywhere.`,
            { hint: 'Remove it: the address says which object is meant.' },
          ),
        );
    }),
  );
  return [...overridden, ...accepted];
}

function addressesOf({ contents }: ContentTree): ReadonlySet<string> {
  return new Set(
    contents.flatMap(({ file, written }) => {
      const kind = written?.kind ?? kindOfFolder(file);
      return kind === undefined ? [] : [addressOf(kind, written?.id ?? baseName(file))];
    }),
  );
}

function kindHint(address: string): string {
  return parseAddress(address) === undefined ? 'An address is <kind>/<id>' : 'It needs a file of its own';
}
