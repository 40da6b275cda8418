/** One content file: read as YAML once, and turned into an object for each environment that says something of its own. */

import {
  KINDS,
  type ContentObject,
  type Diagnostic,
  type Kind,
  type Origin,
  type SourceRange,
} from '@signalwright/model';
import { asWritten, decode } from '../decode/decode.ts';
import { decodeTunedRule } from '../decode/tuned-rule.ts';
import { diagnostic, quoted } from '../diagnostic.ts';
import { expandVariables, type ExpandedFile, type VariableScope } from '../environment/expand-variables.ts';
import { layOverride, type Override } from '../environment/lay-over.ts';
import { FOLDERS, baseName, kindOfFolder } from '../folders.ts';
import { checkRefused } from '../link/check-refused.ts';
import type { LoadedObject } from '../link/content-entry.ts';
import type { DataMap } from '../parse/node-reader.ts';
import { readYaml } from '../parse/read-yaml.ts';
import { once } from '../once.ts';
import type { PinnedRules } from '../pinned-rule.ts';
import { validate } from '../schema/locate.ts';
import type { WrittenTunedRule } from '../schema/written.ts';
import { sourceText } from '../source-text.ts';
import type { FileAnswers } from './check-cache.ts';

/** A content file as YAML. */
export interface ContentFile extends FileFacts {
  readonly file: string;
  readonly folderKind: Kind;
  readonly answers: FileAnswers;
  /** Reads it when it has not been read yet. Undefined when it is no YAML that can be read. */
  parsed(): ParsedContent | undefined;
}

/** What is asked of every file at each check. JSON, so that it can be kept. */
interface FileFacts {
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined when it is no YAML that can be read. */
  readonly written?: {
    readonly kind: Kind;
    /** As far as there is one. */
    readonly id?: string;
  };
}

export interface ParsedContent {
  readonly kind: Kind;
  readonly folderKind: Kind;
  readonly id?: string;
  readonly data: DataMap;
  readonly origin: Origin;
  /** False when no text of the file can hold a variable: then none is looked for. */
  readonly mayHoldVariables: boolean;
}

export function contentFile(file: string, text: string, answers: FileAnswers): ContentFile {
  const parse = once(() => parseContentFile(file, text));
  const find = (): FileFacts => {
    const { diagnostics, parsed } = parse();
    if (parsed === undefined) return { diagnostics };
    const { kind, id } = parsed;
    return { diagnostics, written: { kind, ...(id !== undefined && { id }) } };
  };
  const { diagnostics, written } = answers.answer('yaml', find);
  return {
    diagnostics,
    ...(written !== undefined && { written }),
    file,
    folderKind: kindInFolder(file),
    answers,
    parsed: () => parse().parsed,
  };
}

function parseContentFile(
  file: string,
  text: string,
): { readonly diagnostics: readonly Diagnostic[]; readonly parsed?: ParsedContent } {
  const parsed = readYaml(sourceText(file, text));
  if (!parsed.ok) return { diagnostics: parsed.diagnostics };
  const { data, origin } = parsed;
  const folderKind = kindInFolder(file);
  return {
    diagnostics: parsed.warnings,
    parsed: {
      kind: KINDS.find((kind) => kind === data['kind']) ?? folderKind,
      folderKind,
      ...(typeof data['id'] === 'string' && { id: data['id'] }),
      data,
      origin,
      // Only an escape could spell it in another way.
      mayHoldVariables: text.includes('var.') || text.includes('\\'),
    },
  };
}

function kindInFolder(file: string): Kind {
  return kindOfFolder(file) ?? 'detection-rule';
}

/** What a file is in one environment. */
export interface ReadObject {
  readonly diagnostics: readonly Diagnostic[];
  readonly loaded?: LoadedObject;
  /** Whether the environment has a say in it; what it has none in is the same everywhere. */
  readonly isVaried: boolean;
  /** The rule of Datadog, by our id, whose pinned body the object is made of or needs. */
  readonly bodyId?: string;
}

export interface ReadOptions {
  readonly override: Override | undefined;
  readonly variables: VariableScope;
  readonly pins: PinnedRules;
}

export function readObject(content: ParsedContent, { override, variables, pins }: ReadOptions): ReadObject {
  const { kind, folderKind } = content;
  const laid = override === undefined ? content : layOverride(content.data, content.origin, override);
  const mayDiffer = override !== undefined || content.mayHoldVariables;
  const expanded = mayDiffer ? expandVariables(laid.data, laid.origin, variables) : undefined;
  const { data, origin } = expanded ?? laid;
  const isVaried = override !== undefined || expanded?.isVaried === true;
  const isTuned = kind === 'detection-rule' && data['default'] !== undefined;
  const broken = expanded?.broken ?? [];
  const problems = [
    ...(expanded?.problems ?? []),
    ...withoutBroken(validate(isTuned ? 'default-rule' : kind, data, origin), broken),
  ];
  if (problems.length > 0 || broken.length > 0) {
    // A text whose variable is unknown is none yet.
    if (broken.length === 0) problems.push(...checkRefused(kind, data, origin));
    const shown =
      expanded === undefined ? problems : problems.map((each) => inVariable(each, expanded, variables));
    return {
      diagnostics: shown,
      isVaried,
      ...(isTuned && content.id !== undefined && { bodyId: content.id }),
    };
  }
  if (!isTuned) return whole(wholeObject(kind, data, origin), folderKind, isVaried);
  const written = data as unknown as WrittenTunedRule;
  const found = tunedRule(written, origin, pins);
  const bodyId = written.id;
  if (!('object' in found)) return { diagnostics: found, isVaried, bodyId };
  return { ...whole(found, folderKind, isVaried), bodyId };
}

function whole(loaded: LoadedObject, folderKind: Kind, isVaried: boolean): ReadObject {
  return { diagnostics: placeDiagnostics(loaded.object, folderKind), loaded, isVaried };
}

function wholeObject(kind: Kind, data: DataMap, origin: Origin): LoadedObject {
  const written = asWritten(kind, data);
  return { object: decode(written, origin), written };
}

/** @returns what keeps it from being laid over the body that is pinned for it */
function tunedRule(
  written: WrittenTunedRule,
  origin: Origin,
  pins: PinnedRules,
): LoadedObject | readonly Diagnostic[] {
  const body = pins.get(written.id);
  if (body === 'broken') return [];
  if (body !== undefined) return { object: decodeTunedRule(written, body.rule, origin), written };
  const message = `The body of ${quoted(written.default)} is not pinned beside this file.`;
  const hint = `Import the rule: ${written.id}.upstream.yaml holds what Datadog wrote.`;
  return [diagnostic('tuning/no-body', origin.rangeOf(['default']), message, { hint })];
}

/** What would mend the value of a variable is written where that stands. */
function inVariable(
  { fix: _fix, ...problem }: Diagnostic,
  { wholes }: ExpandedFile,
  variables: VariableScope,
): Diagnostic {
  const name = wholes.find(({ range }) => isSamePlace(range, problem.range))?.name;
  const range = name === undefined ? undefined : variables.placeOf(name);
  if (name === undefined || range === undefined) return problem;
  const hint = problem.hint?.startsWith('Quote it') === true ? `In ${name}: ${problem.hint}` : problem.hint;
  return {
    ...problem,
    ...(hint !== undefined && { hint }),
    related: [
      ...(problem.related ?? []),
      { message: `The value of ${name} in ${variables.environment}.`, range },
    ],
  };
}

/** A text whose variable is unknown is no text yet: what a schema says of it is no second mistake. */
function withoutBroken(
  problems: readonly Diagnostic[],
  broken: readonly SourceRange[],
): readonly Diagnostic[] {
  return problems.filter(({ range }) => !broken.some((place) => isSamePlace(place, range)));
}

function isSamePlace(a: SourceRange, b: SourceRange): boolean {
  return a.file === b.file && a.start.line === b.start.line && a.start.col === b.start.col;
}

/** The id is the identity; the file name and folder are only hints, so a difference is a warning. */
function placeDiagnostics(object: ContentObject, folderKind: Kind): readonly Diagnostic[] {
  const { kind, origin } = object;
  const { id } = object.object;
  const diagnostics: Diagnostic[] = [];
  if (kind !== folderKind) {
    const message = `This is a ${kind}, and the folder is that of a ${folderKind}.`;
    diagnostics.push(
      diagnostic('file/wrong-folder', origin.rangeOf(['kind']), message, {
        hint: `Move it to ${FOLDERS[kind]}/.`,
      }),
    );
  }
  if (baseName(origin.file) !== id) {
    const message = `The file is called ${quoted(baseName(origin.file))}, and the id is ${quoted(id)}.`;
    diagnostics.push(
      diagnostic('file/name-differs', origin.rangeOf(['id']), message, {
        hint: `Rename the file to ${id}.yaml; an id never changes.`,
      }),
    );
  }
  return diagnostics;
}
