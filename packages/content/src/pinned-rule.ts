/**
 * Bodies of rules that Datadog owns, pinned beside the files that tune them: `api-scan.upstream.yaml` beside
 * `api-scan.yaml`. Written by import and read as a whole rule, so that tests run offline and what Datadog changes in
 * its rule comes as a reviewable difference. Not objects of their own.
 */

import type { DetectionRule, Diagnostic, Origin, SourceRange } from '@signalwright/model';
import { decodeRule } from './decode/detection-rule.ts';
import { diagnostic, quoted } from './diagnostic.ts';
import { FOLDERS, baseName } from './folders.ts';
import { Report } from './link/link-context.ts';
import { checkRuleQueries } from './link/rule-queries.ts';
import { readYaml } from './parse/read-yaml.ts';
import { validate } from './schema/locate.ts';
import type { WrittenRule } from './schema/written.ts';
import type { FileAnswers } from './load/check-cache.ts';
import { once } from './once.ts';
import { sourceText, startOfFile } from './source-text.ts';

const SUFFIX = '.upstream';

export interface PinnedRule {
  /** As the service had it when it was pinned, under the id of the file that tunes it. */
  readonly rule: DetectionRule;
  readonly origin: Origin;
}

export function isPinnedFile(path: string): boolean {
  return path.startsWith(`${FOLDERS['detection-rule']}/`) && baseName(path).endsWith(SUFFIX);
}

/** Where the body of a tuned rule stands, from the rule's own file. */
export function pinnedFileOf(path: string): string {
  return `${path.slice(0, path.lastIndexOf('/') + 1)}${baseName(path)}${SUFFIX}.yaml`;
}

/** What nobody could run or compare. Warnings are not ours to mend in what Datadog wrote. */
function mistakesIn(rule: DetectionRule, origin: Origin): readonly Diagnostic[] {
  const report = new Report(origin);
  checkRuleQueries(rule, report);
  return report.diagnostics.filter(({ severity }) => severity === 'error');
}

/** One file of a pinned body. */
interface PinnedFile {
  readonly file: string;
  readonly digest: string;
  readonly read: () => PinnedRule | undefined;
}

/** JSON, so that it can be kept. */
interface PinnedFacts {
  readonly diagnostics: readonly Diagnostic[];
  readonly id: string;
  /** The body is there and cannot be read, which has been reported. */
  readonly isBroken: boolean;
}

/** The pinned bodies of a workspace, by id. */
export class PinnedRules {
  readonly diagnostics: Diagnostic[] = [];
  readonly #pinned = new Map<string, PinnedFile>();
  readonly #broken = new Set<string>();

  add(file: string, text: string, answers: FileAnswers): void {
    const read = once(() => readPinned(file, text));
    const { diagnostics, id, isBroken } = answers.answer('pin', () => read().facts);
    this.diagnostics.push(...diagnostics);
    if (isBroken) {
      this.#broken.add(id);
      return;
    }
    const pinned = { file, digest: answers.digest, read: () => read().pinned };
    const first = this.#pinned.get(id);
    if (first === undefined) {
      this.#pinned.set(id, pinned);
      return;
    }
    const message = `The body of ${quoted(id)} is pinned by ${first.file} already.`;
    this.diagnostics.push(
      diagnostic('link/duplicate-id', idRange(pinned), message, { hint: 'Keep one of them.' }),
    );
  }

  /** @returns 'broken' when the body is there and cannot be read */
  get(id: string): PinnedRule | 'broken' | undefined {
    return this.#pinned.get(id)?.read() ?? (this.#broken.has(id) ? 'broken' : undefined);
  }

  /** Of what `get` gives. */
  digestOf(id: string): string {
    return this.#pinned.get(id)?.digest ?? (this.#broken.has(id) ? 'broken' : '');
  }

  /**
   * Bodies that no file tunes.
   *
   * @param used ids of the files that tune one, readable or not
   */
  orphans(used: ReadonlySet<string>): readonly Diagnostic[] {
    return [...this.#pinned]
      .filter(([id]) => !used.has(id))
      .map(([id, pinned]) =>
        diagnostic('tuning/orphan-body', idRange(pinned), `No file tunes ${quoted(id)}.`, {
          hint: `It belongs beside ${id}.yaml with default:; remove it when the rule is not tuned any more.`,
        }),
      );
  }
}

function idRange({ file, read }: PinnedFile): SourceRange {
  return read()?.origin.rangeOf(['id']) ?? startOfFile(file);
}

function readPinned(
  file: string,
  text: string,
): { readonly facts: PinnedFacts; readonly pinned?: PinnedRule } {
  const broken = (diagnostics: readonly Diagnostic[]): { readonly facts: PinnedFacts } => ({
    facts: { diagnostics, id: baseName(file).slice(0, -SUFFIX.length), isBroken: true },
  });
  const parsed = readYaml(sourceText(file, text));
  if (!parsed.ok) return broken(parsed.diagnostics);
  const { origin, warnings } = parsed;
  const problems = validate('detection-rule', parsed.data, origin);
  if (problems.length > 0) return broken([...warnings, ...problems]);
  const rule = decodeRule(parsed.data as unknown as WrittenRule);
  const mistakes = mistakesIn(rule, origin);
  if (mistakes.length > 0) return broken([...warnings, ...mistakes]);
  const diagnostics = [...warnings, ...misnamed(file, rule.id, origin)];
  return { facts: { diagnostics, id: rule.id, isBroken: false }, pinned: { rule, origin } };
}

function misnamed(file: string, id: string, origin: Origin): readonly Diagnostic[] {
  if (baseName(file) === `${id}${SUFFIX}`) return [];
  const message = `The file is called ${quoted(baseName(file))}, and the id is ${quoted(id)}.`;
  const hint = `Rename the file to ${id}${SUFFIX}.yaml.`;
  return [diagnostic('file/name-differs', origin.rangeOf(['id']), message, { hint })];
}
