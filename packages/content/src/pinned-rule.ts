/**
 * Bodies of rules that Datadog owns, pinned beside the files that tune them: `api-scan.upstream.yaml` beside
 * `api-scan.yaml`. Written by import and read as a whole rule, so that tests run offline and what Datadog changes in
 * its rule comes as a reviewable difference. Not objects of their own.
 */

import type { DetectionRule, Diagnostic, Origin } from '@signalwright/model';
import { decodeRule } from './decode/detection-rule.ts';
import { diagnostic, quoted } from './diagnostic.ts';
import { FOLDERS, baseName } from './folders.ts';
import { Report } from './link/link-context.ts';
import { checkRuleQueries } from './link/rule-queries.ts';
import { readYaml } from './parse/read-yaml.ts';
import { validate } from './schema/locate.ts';
import type { WrittenRule } from './schema/written.ts';
import { sourceText } from './source-text.ts';

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

/** The pinned bodies of a workspace, by id. */
export class PinnedRules {
  readonly diagnostics: Diagnostic[] = [];
  readonly #pinned = new Map<string, PinnedRule>();
  /** Ids whose body is there and cannot be read: that has been reported. */
  readonly #broken = new Set<string>();
  readonly #used = new Set<string>();

  add(file: string, text: string): void {
    const source = sourceText(file, text);
    const parsed = readYaml(source);
    if (!parsed.ok) return this.#break(file, parsed.diagnostics);
    const { origin } = parsed;
    const problems = validate('detection-rule', parsed.data, origin);
    if (problems.length > 0) return this.#break(file, [...parsed.warnings, ...problems]);
    const rule = decodeRule(parsed.data as unknown as WrittenRule);
    const mistakes = mistakesIn(rule, origin);
    if (mistakes.length > 0) return this.#break(file, [...parsed.warnings, ...mistakes]);
    this.diagnostics.push(...parsed.warnings);
    if (baseName(file) !== `${rule.id}${SUFFIX}`) {
      const message = `The file is called ${quoted(baseName(file))}, and the id is ${quoted(rule.id)}.`;
      this.diagnostics.push(
        diagnostic('file/name-differs', origin.rangeOf(['id']), message, {
          hint: `Rename the file to ${rule.id}${SUFFIX}.yaml.`,
        }),
      );
    }
    const first = this.#pinned.get(rule.id);
    if (first === undefined) {
      this.#pinned.set(rule.id, { rule, origin });
      return;
    }
    const message = `The body of ${quoted(rule.id)} is pinned by ${first.origin.file} already.`;
    this.diagnostics.push(
      diagnostic('link/duplicate-id', origin.rangeOf(['id']), message, { hint: 'Keep one of them.' }),
    );
  }

  /** @returns 'broken' when the body is there and cannot be read */
  take(id: string): PinnedRule | 'broken' | undefined {
    this.#used.add(id);
    return this.#pinned.get(id) ?? (this.#broken.has(id) ? 'broken' : undefined);
  }

  /** Bodies that no file tunes. */
  orphans(): readonly Diagnostic[] {
    return [...this.#pinned]
      .filter(([id]) => !this.#used.has(id))
      .map(([id, { origin }]) =>
        diagnostic('tuning/orphan-body', origin.rangeOf(['id']), `No file tunes ${quoted(id)}.`, {
          hint: `It belongs beside ${id}.yaml with default:; remove it when the rule is not tuned any more.`,
        }),
      );
  }

  #break(file: string, diagnostics: readonly Diagnostic[]): void {
    this.diagnostics.push(...diagnostics);
    this.#broken.add(baseName(file).slice(0, -SUFFIX.length));
  }
}
