/**
 * Findings as SARIF 2.1.0, which code scanning services read. Source: OASIS SARIF 2.1.0 (sections named at their lines);
 * GitHub, "SARIF support for code scanning".
 */

import { createHash } from 'node:crypto';
import {
  CODES,
  type Diagnostic,
  type DiagnosticCode,
  type SourceRange,
  type TextEdit,
} from '@signalwright/model';
import { maskSecrets } from '@signalwright/template';
import { CONFIG_FILE } from '../folders.ts';
import type { IgnoredDiagnostic } from '../policy/apply-policy.ts';

export interface SarifInput {
  readonly diagnostics: readonly Diagnostic[];
  readonly ignored: readonly IgnoredDiagnostic[];
  readonly sources: ReadonlyMap<string, string>;
  /** Folder of the content in the repository: empty, or with a `/` at its end. */
  readonly prefix: string;
  readonly toolVersion: string;
  /** Page of a code in Markdown. */
  readonly pageOf: (code: DiagnosticCode) => string | undefined;
  /** Where the pages can be read, with a `/` at its end; left out, rules have no address. */
  readonly docsUrl?: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** One document, pretty enough to be read in a review. */
export function renderSarif(input: SarifInput): string {
  const found = [
    ...input.diagnostics.map((diagnostic) => ({ diagnostic, ignored: undefined })),
    ...input.ignored.map((ignored) => ({ diagnostic: ignored.diagnostic, ignored })),
  ];
  const codes = [...new Set(found.map(({ diagnostic }) => diagnostic.code))].toSorted();
  const fingerprints = new Fingerprints(input.sources);
  const results = found.map(({ diagnostic, ignored }) => ({
    ruleId: diagnostic.code,
    ruleIndex: codes.indexOf(diagnostic.code),
    level: LEVELS[diagnostic.severity],
    message: { text: textOf(diagnostic) },
    locations: [{ physicalLocation: locationOf(diagnostic.range, input.prefix) }],
    // GitHub reads this one name, and no other. Source: "Preventing duplicate alerts using fingerprints".
    partialFingerprints: { primaryLocationLineHash: fingerprints.of(diagnostic) },
    ...relatedOf(diagnostic, input.prefix),
    ...fixesOf(diagnostic, input.prefix),
    ...(ignored !== undefined && { suppressions: [suppressionOf(ignored, input.prefix)] }),
  }));
  const driver = {
    name: 'Signalwright',
    semanticVersion: input.toolVersion,
    rules: codes.map((code) => ruleOf(code, input)),
  };
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 1)}\n`;
}

/** Section 3.49. */
function ruleOf(code: DiagnosticCode, { pageOf, docsUrl }: SarifInput): Json {
  const { severity, summary } = CODES[code];
  const page = pageOf(code);
  return {
    id: code,
    shortDescription: { text: summary },
    ...(page !== undefined && { help: { text: page, markdown: page } }),
    ...(docsUrl !== undefined && { helpUri: `${docsUrl}${code}.md` }),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: [code.slice(0, code.indexOf('/'))], 'problem.severity': problemSeverity(severity) },
  };
}

/** As GitHub names them. */
function problemSeverity(severity: Diagnostic['severity']): string {
  return severity === 'info' ? 'recommendation' : severity;
}

function textOf({ message, hint }: Diagnostic): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

/** Section 3.29. */
function locationOf(range: SourceRange, prefix: string): Json {
  return { artifactLocation: artifactOf(range.file, prefix), region: regionOf(range) };
}

/** Relative to the root of the repository, each part percent-encoded. A finding about the folder as a whole has no file. */
function artifactOf(file: string, prefix: string): Json {
  const path = `${prefix}${file === '.' ? CONFIG_FILE : file}`;
  return { uri: path.split('/').map(encodePart).join('/') };
}

/** Half of a surrogate pair has no encoding; the name of the file holds it all the same. */
function encodePart(part: string): string {
  return encodeURIComponent(part.replaceAll(/\p{Cs}/gu, '\uFFFD'));
}

/** Section 3.30: from 1, the end is behind the last character, columns in UTF-16 units as ours are. */
function regionOf({ start, end }: SourceRange): Json {
  return { startLine: start.line, startColumn: start.col, endLine: end.line, endColumn: end.col };
}

/** Section 3.27.22. */
function relatedOf({ related = [] }: Diagnostic, prefix: string): Json {
  if (related.length === 0) return {};
  const locations = related.map(({ message, range }, id) => ({
    id,
    message: { text: message },
    physicalLocation: locationOf(range, prefix),
  }));
  return { relatedLocations: locations };
}

/** Section 3.55. */
function fixesOf({ fix, range }: Diagnostic, prefix: string): Json {
  if (fix === undefined) return {};
  const replacements = fix.edits.map((edit: TextEdit) => ({
    deletedRegion: regionOf(edit.range),
    insertedContent: { text: edit.text },
  }));
  const change = { artifactLocation: artifactOf(range.file, prefix), replacements };
  return { fixes: [{ description: { text: fix.title }, artifactChanges: [change] }] };
}

/** Section 3.35. */
function suppressionOf({ reason, comment }: IgnoredDiagnostic, prefix: string): Json {
  return {
    kind: 'inSource',
    status: 'accepted',
    justification: reason,
    location: { physicalLocation: locationOf(comment, prefix) },
  };
}

/** Of longer lines only this much tells them apart. */
const MAX_LINE = 8_000;

/**
 * Names of findings that stay when lines move: what was said, and the text of its line. Equal ones of one file are
 * numbered. The path is left out, since readers keep it beside the name.
 */
class Fingerprints {
  readonly #lines = new Map<string, readonly string[]>();
  readonly #counts = new Map<string, number>();
  readonly #sources: ReadonlyMap<string, string>;

  constructor(sources: ReadonlyMap<string, string>) {
    this.#sources = sources;
  }

  of({ code, range }: Diagnostic): string {
    // Who knows the rest of the line could try passwords against its hash.
    const line = maskSecrets(
      this.#linesOf(range.file)[range.start.line - 1]?.slice(0, MAX_LINE) ?? '',
    ).trim();
    const hash = createHash('sha256').update(`${code}\n${line}`).digest('hex').slice(0, 32);
    const key = `${range.file}\n${hash}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return `${hash}:${count}`;
  }

  #linesOf(file: string): readonly string[] {
    const known = this.#lines.get(file);
    if (known !== undefined) return known;
    const lines = (this.#sources.get(file) ?? '').split('\n');
    this.#lines.set(file, lines);
    return lines;
  }
}
