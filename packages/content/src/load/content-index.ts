/** The objects of one environment, and what a check of one of them asked about the others. */

import type {
  ActionManifest,
  Address,
  AuthoredNotificationRule,
  AuthoredRule,
  AuthoredWorkflow,
  ContentObject,
  Kind,
  ProjectConfig,
  RuleType,
  Severity,
} from '@signalwright/model';
import type { Query } from '@signalwright/query';
import type { ContentEntry } from '../link/content-entry.ts';
import type { LinkContext } from '../link/link-context.ts';
import type { ParsedTexts } from '../link/parsed-texts.ts';
import { digestOf } from './check-cache.ts';

/** Something that a check of one object asked about the others. JSON, so that it can be asked again. */
export type Question =
  | readonly ['rule', id: string]
  | readonly ['workflow', id: string]
  | readonly ['handle', handle: string]
  | readonly ['taken', kind: Kind, id: string]
  | readonly ['ids', kind: Kind]
  | readonly ['notification-rules']
  | readonly ['told', type: RuleType, severity: Severity];

/** A question with what its answer was made of. */
export type Asked = readonly [question: Question, madeOf: string];

/** What is the same for all objects of an environment. */
export interface SharedContext {
  readonly config: ProjectConfig | undefined;
  readonly manifest: ActionManifest | undefined;
  readonly overridden: ReadonlySet<Address>;
  readonly texts: ParsedTexts;
}

export class ContentIndex {
  readonly #rules = new Map<string, ContentEntry>();
  readonly #workflows = new Map<string, ContentEntry>();
  readonly #handles = new Map<string, ContentEntry>();
  readonly #ids = new Map<Kind, Set<string>>();
  readonly #notificationRules: ContentEntry[] = [];
  readonly #madeOf = new Map<string, string>();

  /**
   * @param entries sorted by file
   * @param brokenIds of objects that cannot be read in full: references to them are not reported as well
   */
  constructor(entries: readonly ContentEntry[], brokenIds: ReadonlyMap<Kind, ReadonlySet<string>>) {
    for (const [kind, ids] of brokenIds) this.#ids.set(kind, new Set(ids));
    for (const entry of entries) {
      const { kind, id, handle } = entry.outline;
      this.ids(kind).add(id);
      if (kind === 'detection-rule') this.#rules.set(id, entry);
      if (kind === 'workflow') this.#workflows.set(id, entry);
      if (kind === 'notification-rule') this.#notificationRules.push(entry);
      if (handle !== undefined) this.#handles.set(handle, entry);
    }
  }

  ids(kind: Kind): Set<string> {
    const ids = this.#ids.get(kind) ?? new Set();
    this.#ids.set(kind, ids);
    return ids;
  }

  rule(id: string): AuthoredRule | undefined {
    return objectOf(this.#rules.get(id), 'detection-rule');
  }

  workflow(id: string): AuthoredWorkflow | undefined {
    return objectOf(this.#workflows.get(id), 'workflow');
  }

  workflowOfHandle(handle: string): AuthoredWorkflow | undefined {
    return objectOf(this.#handles.get(handle), 'workflow');
  }

  notificationRules(): readonly AuthoredNotificationRule[] {
    return this.#notificationRules.flatMap((entry) => objectOf(entry, 'notification-rule') ?? []);
  }

  isTold(type: RuleType, severity: Severity): boolean {
    return this.#notificationRules.some(({ outline: { tells } }) => {
      if (tells === undefined) return false;
      const { ruleTypes, severities } = tells;
      return (
        (ruleTypes.length === 0 || ruleTypes.includes(type)) &&
        (severities.length === 0 || severities.includes(severity))
      );
    });
  }

  /** Whether everything that was asked would be answered alike. */
  isUnchanged(asked: readonly Asked[]): boolean {
    return asked.every(([question, madeOf]) => this.madeOf(question) === madeOf);
  }

  /** Two answers that are made of the same are the same. Each is worked out once. */
  madeOf(question: Question): string {
    const key = question.join(' ');
    const known = this.#madeOf.get(key) ?? this.#findMadeOf(question);
    this.#madeOf.set(key, known);
    return known;
  }

  #findMadeOf(question: Question): string {
    switch (question[0]) {
      case 'rule':
        return madeOfEntry(this.#rules.get(question[1]));
      case 'workflow':
        return madeOfEntry(this.#workflows.get(question[1]));
      case 'handle':
        return madeOfEntry(this.#handles.get(question[1]));
      case 'taken':
        return String(this.ids(question[1]).has(question[2]));
      case 'ids':
        return digestOf([...this.ids(question[1])].join(' '));
      case 'notification-rules':
        return digestOf(this.#notificationRules.map(madeOfEntry).join('\n'));
      case 'told':
        return String(this.isTold(question[1], question[2]));
    }
  }
}

/** Where it stands is a part of what is said of it. */
function madeOfEntry(entry: ContentEntry | undefined): string {
  return entry === undefined ? '' : `${entry.digest} ${entry.file}`;
}

function objectOf<K extends Kind>(
  entry: ContentEntry | undefined,
  kind: K,
): Extract<ContentObject, { readonly kind: K }> | undefined {
  const isOfKind = (object: ContentObject): object is Extract<ContentObject, { readonly kind: K }> =>
    object.kind === kind;
  const object = entry?.load().object;
  return object !== undefined && isOfKind(object) ? object : undefined;
}

/** What the check of one object sees, and notes down. */
export class AskingContext implements LinkContext {
  readonly config: ProjectConfig | undefined;
  readonly manifest: ActionManifest | undefined;
  readonly texts: ParsedTexts;
  readonly #index: ContentIndex;
  readonly #overridden: ReadonlySet<Address>;
  readonly #asked = new Map<string, Asked>();

  constructor(index: ContentIndex, { config, manifest, overridden, texts }: SharedContext) {
    this.#index = index;
    this.#overridden = overridden;
    this.config = config;
    this.manifest = manifest;
    this.texts = texts;
  }

  get asked(): readonly Asked[] {
    return [...this.#asked.values()];
  }

  rule(id: string): AuthoredRule | undefined {
    this.#note(['rule', id]);
    return this.#index.rule(id);
  }

  workflow(id: string): AuthoredWorkflow | undefined {
    this.#note(['workflow', id]);
    return this.#index.workflow(id);
  }

  workflowOfHandle(handle: string): AuthoredWorkflow | undefined {
    this.#note(['handle', handle]);
    return this.#index.workflowOfHandle(handle);
  }

  isTaken(kind: Kind, id: string): boolean {
    this.#note(['taken', kind, id]);
    return this.#index.ids(kind).has(id);
  }

  ids(kind: Kind): ReadonlySet<string> {
    this.#note(['ids', kind]);
    return this.#index.ids(kind);
  }

  notificationRules(): readonly AuthoredNotificationRule[] {
    this.#note(['notification-rules']);
    return this.#index.notificationRules();
  }

  isTold(type: RuleType, severity: Severity): boolean {
    this.#note(['told', type, severity]);
    return this.#index.isTold(type, severity);
  }

  /** Written in the configuration, which all answers depend on. */
  isOverridden(address: Address): boolean {
    return this.#overridden.has(address);
  }

  query(text: string): Query | undefined {
    const parsed = this.texts.query(text);
    return parsed.ok ? parsed.query : undefined;
  }

  #note(question: Question): void {
    const key = question.join(' ');
    if (!this.#asked.has(key)) this.#asked.set(key, [question, this.#index.madeOf(question)]);
  }
}
