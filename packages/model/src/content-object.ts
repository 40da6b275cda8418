/**
 * What a content file becomes: the normal form of its object, its tests, and where each part was written.
 */

import type { Address } from './address.ts';
import type { SourceRange } from './diagnostic.ts';
import type { FindingType, NotificationRule, NotificationSeverity } from './notification-rule.ts';
import type { DetectionRule } from './rule.ts';
import type { SavedView } from './saved-view.ts';
import type { Severity } from './severity.ts';
import type { Suppression } from './suppression.ts';
import type { TriageState } from './triage.ts';
import type { Workflow } from './workflow.ts';

/** Where an object was written. Positions are worked out only when asked for. */
export interface Origin {
  readonly file: string;
  /** Range of the value at `path` (`['cases', 0, 'condition']`), or of the nearest written ancestor. */
  rangeOf(path: ContentPath): SourceRange;
  /** Range of the key that leads to `path`. */
  keyRangeOf(path: ContentPath): SourceRange;
  /** Range of characters `start` to `end` (half-open, UTF-16) of the text of the scalar at `path`. */
  rangeInScalar(path: ContentPath, start: number, end: number): SourceRange;
}

export type ContentPath = readonly (string | number)[];

interface Written<K extends string, O, T> {
  readonly kind: K;
  readonly address: Address;
  readonly object: O;
  /** Who answers for it, without the `team:` prefix. */
  readonly owner?: string;
  readonly tests: readonly T[];
  readonly origin: Origin;
}

export interface AuthoredRule extends Written<'detection-rule', DetectionRule, RuleTest> {
  readonly sample: TestFields;
  /** Tried in silence: what is sent is the shadow of the object, which is the rule as it will be. Left out is live. */
  readonly stage?: 'shadow';
}
export type AuthoredNotificationRule = Written<'notification-rule', NotificationRule, NotificationTest>;
export type AuthoredSuppression = Written<'suppression', Suppression, SuppressionTest>;
export type AuthoredView = Written<'saved-view', SavedView, ViewTest>;
export interface AuthoredWorkflow extends Written<'workflow', Workflow, WorkflowTest> {
  readonly sample: TestSignal;
}

export type ContentObject =
  | AuthoredRule
  | AuthoredNotificationRule
  | AuthoredSuppression
  | AuthoredView
  | AuthoredWorkflow;

/** Keys as in queries: `@http.client_ip`, `service`, `env`, `message`; any other bare key is a tag. */
export type TestFields = Readonly<Record<string, unknown>>;

export type RuleTest =
  | {
      readonly kind: 'stream';
      readonly name: string;
      readonly events: readonly TestEvents[];
      /** The complete list, in order of first seen. */
      readonly signals: readonly ExpectedSignal[];
    }
  /** Which queries one event matches, by label: the contract of `POST …/rules/test`. */
  | {
      readonly kind: 'match';
      readonly name: string;
      readonly event: TestFields;
      readonly matches: readonly string[];
    };

/** `repeat` events, the first `atMs` after the start of the test, each `everyMs` after the one before. */
export interface TestEvents {
  readonly repeat: number;
  readonly everyMs: number;
  readonly atMs: number;
  /** `{n}`, `{n/k}` and `{n%k}` in strings count the repeats from 0. */
  readonly fields: TestFields;
}

/** A part that is undefined is not compared. */
export interface ExpectedSignal {
  readonly case?: string;
  readonly severity?: Severity;
  /** Severities it had before, oldest first. */
  readonly was?: readonly Severity[];
  readonly group?: TestFields;
  readonly title?: string;
  readonly eventsMatched?: number;
}

/** A signal in a test; what is not given is filled from the rule. */
export interface TestSignal {
  /** Id of a detection rule of the workspace. */
  readonly rule?: string;
  readonly severity?: Severity;
  readonly state?: TriageState;
  /** Name of a user; undefined is unassigned. */
  readonly assignee?: string;
  /** `service`, `env`, `@…` and tags, as in TestFields. */
  readonly fields: TestFields;
}

export interface SuppressionTest {
  readonly name: string;
  readonly atMs: number;
  readonly signal: TestSignal;
  readonly hidden: boolean;
}

/** A finding in a test: its type and severity, and `service`, `env`, `@…` and tags as in TestFields. */
export interface TestFinding {
  readonly type: FindingType;
  readonly severity: NotificationSeverity;
  readonly fields: TestFields;
}

export interface NotificationTest {
  readonly name: string;
  readonly about: NotificationTestSubject;
  /** Names of the targets that are told, see `targetName`; complete, in any order. */
  readonly targets: readonly string[];
}

export type NotificationTestSubject =
  | { readonly kind: 'signal'; readonly signal: TestSignal }
  | { readonly kind: 'finding'; readonly finding: TestFinding };

export interface ViewTest {
  readonly name: string;
  readonly signal: TestSignal;
  readonly shown: boolean;
}

export interface WorkflowTest {
  readonly name: string;
  /** Laid over the file's sample. */
  readonly signal: TestSignal;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly answers: Readonly<Record<string, StepAnswer>>;
  /** `<step>` or `<step>.<branch>` in order of completion; complete. */
  readonly path?: readonly string[];
  /** Inputs a step was called with; keys not given are not compared. */
  readonly calls?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Triage state of the signal in the end. */
  readonly state?: TriageState;
}

export type StepAnswer = { readonly kind: 'output'; readonly output: unknown } | { readonly kind: 'error' };
