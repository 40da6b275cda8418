/** One broken rule of the repository's own laws, at an exact place. */

export interface Finding {
  /** `area/kebab-name`, stable, so that a test can ask for exactly this rule. */
  readonly code: string;
  /** Path from the repository root, with forward slashes. */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  /** What is wrong, quoting what was found. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

/** Orders findings by place, so that output does not depend on the order of the checks. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].toSorted(
    (a, b) => compareText(a.file, b.file) || a.line - b.line || compareText(a.code, b.code),
  );
}

/** Two lines a finding: where and what, then what to do. */
export function renderFinding(finding: Finding): string {
  return `${finding.file}:${finding.line} ${finding.code} ${finding.message}\n    ${finding.hint}`;
}

/** Code unit order: the same on every machine and in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
