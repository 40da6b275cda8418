/** What a check of one object may ask about the others. */

import type {
  ActionManifest,
  Address,
  AuthoredNotificationRule,
  AuthoredRule,
  AuthoredWorkflow,
  ContentPath,
  Diagnostic,
  DiagnosticCode,
  Kind,
  Origin,
  ProjectConfig,
  RuleType,
  Severity,
  SourceRange,
} from '@signalwright/model';
import type { Query } from '@signalwright/query';
import { diagnostic, type DiagnosticDetails } from '../diagnostic.ts';
import { ParsedTexts } from './parsed-texts.ts';

export interface LinkContext {
  /** Undefined when there is no readable signalwright.yaml; then nothing is checked against it. */
  readonly config?: ProjectConfig | undefined;
  /** Undefined when nobody said which actions exist; then steps are not checked against them. */
  readonly manifest?: ActionManifest | undefined;
  rule(id: string): AuthoredRule | undefined;
  workflow(id: string): AuthoredWorkflow | undefined;
  /** Whether the environment changes the object. */
  isOverridden(address: Address): boolean;
  /** The one that `@workflow-<handle>` starts. */
  workflowOfHandle(handle: string): AuthoredWorkflow | undefined;
  /** Also by an object with errors: a reference to that is no second mistake. */
  isTaken(kind: Kind, id: string): boolean;
  /** Ids that are taken, to find the one that was meant. */
  ids(kind: Kind): ReadonlySet<string>;
  /** Sorted by file. */
  notificationRules(): readonly AuthoredNotificationRule[];
  /** Whether a notification rule is switched on whose lists let such a signal through. */
  isTold(type: RuleType, severity: Severity): boolean;
  readonly texts: ParsedTexts;
  /** Undefined when the text is no query, which is said where it stands. */
  query(text: string): Query | undefined;
}

/** Collects the diagnostics about one object. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];
  readonly origin: Origin;
  readonly texts: ParsedTexts;

  constructor(origin: Origin, texts: ParsedTexts = new ParsedTexts()) {
    this.origin = origin;
    this.texts = texts;
  }

  /** At the value of `path`. */
  at(path: ContentPath, code: DiagnosticCode, message: string, details: DiagnosticDetails = {}): void {
    this.on(this.origin.rangeOf(path), code, message, details);
  }

  /** At the key of `path`. */
  atKey(path: ContentPath, code: DiagnosticCode, message: string, details: DiagnosticDetails = {}): void {
    this.on(this.origin.keyRangeOf(path), code, message, details);
  }

  /** At the characters `start` to `end` of the text at `path`. */
  inText(
    path: ContentPath,
    span: { readonly start: number; readonly end: number },
    code: DiagnosticCode,
    message: string,
    details: DiagnosticDetails = {},
  ): void {
    this.on(this.origin.rangeInScalar(path, span.start, span.end), code, message, details);
  }

  on(range: SourceRange, code: DiagnosticCode, message: string, details: DiagnosticDetails = {}): void {
    this.diagnostics.push(diagnostic(code, range, message, details));
  }
}
