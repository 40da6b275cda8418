/** Checks objects against each other: references, texts in their own languages, graphs. */

import {
  unreachable,
  type ActionManifest,
  type Address,
  type AuthoredRule,
  type AuthoredWorkflow,
  type ContentObject,
  type Diagnostic,
  type Kind,
  type ProjectConfig,
  type SourceRange,
} from '@signalwright/model';
import type { WrittenObject } from '../decode/decode.ts';
import { diagnostic, quoted } from '../diagnostic.ts';
import { baseName } from '../folders.ts';
import type {
  WrittenNotificationRule,
  WrittenRule,
  WrittenSuppression,
  WrittenTunedRule,
  WrittenWorkflow,
} from '../schema/written.ts';
import { checkDetectionRule } from './detection-rule.ts';
import { Report, type LinkContext } from './link-context.ts';
import { checkNotificationRule } from './notification-rule.ts';
import { ParsedTexts } from './parsed-texts.ts';
import { checkSavedView } from './saved-view.ts';
import { checkSuppression } from './suppression.ts';
import { checkTunedRule } from './tuned-rule.ts';
import { checkUnknownFields } from './unknown-fields.ts';
import { checkWorkflow } from './workflow.ts';

export interface LoadedObject {
  readonly object: ContentObject;
  readonly written: WrittenObject | WrittenTunedRule;
}

export interface LinkOptions {
  readonly config?: ProjectConfig | undefined;
  readonly manifest?: ActionManifest | undefined;
  /** Ids of objects that could not be read in full: references to them are not reported as well. */
  readonly brokenIds: ReadonlyMap<Kind, ReadonlySet<string>>;
  /** Objects that the environment changes: the tests of their files are about something else. */
  readonly overridden?: ReadonlySet<Address>;
}

/** @param loaded sorted by file */
export function link(loaded: readonly LoadedObject[], context: LinkContext): readonly Diagnostic[] {
  return [
    ...duplicateIds(loaded),
    ...tunedTwice(loaded),
    ...importedTwice(loaded),
    ...duplicateHandles(loaded),
    ...loaded.flatMap(({ object, written }) => checkObject(object, written, context)),
  ];
}

/** What checks of one object may ask about the others. */
export function contextOf(loaded: readonly LoadedObject[], options: LinkOptions): LinkContext {
  const rules = new Map<string, AuthoredRule>();
  const workflows = new Map<string, AuthoredWorkflow>();
  const handles = new Map<string, AuthoredWorkflow>();
  const ids = new Map<Kind, Set<string>>();
  const texts = new ParsedTexts();
  for (const { object } of loaded) {
    const { kind } = object;
    const known = ids.get(kind) ?? new Set(options.brokenIds.get(kind));
    ids.set(kind, known.add(object.object.id));
    if (kind === 'detection-rule') rules.set(object.object.id, object);
    if (kind === 'workflow') {
      workflows.set(object.object.id, object);
      if (object.object.handle !== '') handles.set(object.object.handle, object);
    }
  }
  const objects = loaded.map(({ object }) => object);
  return {
    ...(options.config !== undefined && { config: options.config }),
    ...(options.manifest !== undefined && { manifest: options.manifest }),
    rule: (id) => rules.get(id),
    workflow: (id) => workflows.get(id),
    isOverridden: (address) => options.overridden?.has(address) === true,
    workflowOfHandle: (handle) => handles.get(handle),
    ids: (kind) => ids.get(kind) ?? options.brokenIds.get(kind) ?? new Set(),
    objects,
    ofKind: objectsByKind(objects),
    texts,
    query: (text) => {
      const parsed = texts.query(text);
      return parsed.ok ? parsed.query : undefined;
    },
  };
}

function objectsByKind(objects: readonly ContentObject[]): LinkContext['ofKind'] {
  const known = new Map<Kind, readonly ContentObject[]>();
  const isOf =
    <K extends Kind>(kind: K) =>
    (object: ContentObject): object is Extract<ContentObject, { readonly kind: K }> =>
      object.kind === kind;
  return <K extends Kind>(kind: K) => {
    const found = known.get(kind) ?? objects.filter(isOf(kind));
    known.set(kind, found);
    return found as readonly Extract<ContentObject, { readonly kind: K }>[];
  };
}

/** The file that is named after the id is taken for the rightful one, else the first. */
function duplicateIds(loaded: readonly LoadedObject[]): readonly Diagnostic[] {
  const ownerOf = new Map<string, ContentObject>();
  for (const { object } of loaded) {
    const owner = ownerOf.get(object.address);
    const isNamed = baseName(object.origin.file) === object.object.id;
    if (owner === undefined || (isNamed && baseName(owner.origin.file) !== owner.object.id)) {
      ownerOf.set(object.address, object);
    }
  }
  return loaded.flatMap(({ object }) => {
    const owner = ownerOf.get(object.address);
    if (owner === undefined || owner === object) return [];
    const message = `The id ${quoted(object.object.id)} is already taken by ${owner.origin.file}.`;
    return diagnostic('link/duplicate-id', object.origin.rangeOf(['id']), message, {
      hint: 'Each object of a kind has an id of its own.',
      related: [{ message: 'Written here as well.', range: owner.origin.rangeOf(['id']) }],
    });
  });
}

/** Two files that tune one rule would undo each other's work at each apply. */
function tunedTwice(loaded: readonly LoadedObject[]): readonly Diagnostic[] {
  const firstOf = new Map<string, ContentObject>();
  return loaded.flatMap(({ object }) => {
    const ruleId = object.kind === 'detection-rule' ? object.object.tunes?.ruleId : undefined;
    if (ruleId === undefined) return [];
    const first = firstOf.get(ruleId);
    if (first === undefined) {
      firstOf.set(ruleId, object);
      return [];
    }
    const message = `The rule ${quoted(ruleId)} is tuned by ${first.origin.file} already.`;
    return diagnostic('tuning/tuned-twice', object.origin.rangeOf(['default']), message, {
      hint: 'Tune each rule in one file.',
      related: [{ message: 'Tuned here as well.', range: first.origin.rangeOf(['default']) }],
    });
  });
}

/** One of the two takes the object over, and the other can never be applied. */
function importedTwice(loaded: readonly LoadedObject[]): readonly Diagnostic[] {
  const firstOf = new Map<string, ContentObject>();
  return loaded.flatMap(({ object }) => {
    const remoteId = object.kind === 'saved-view' ? undefined : object.object.remoteId;
    if (remoteId === undefined) return [];
    const key = `${object.kind}/${remoteId}`;
    const first = firstOf.get(key);
    if (first === undefined) firstOf.set(key, object);
    // Two of one id are a mistake of their own.
    if (first === undefined || first.address === object.address) return [];
    const message = `${quoted(remoteId)} is what ${first.origin.file} came from already.`;
    return diagnostic('link/imported-twice', object.origin.rangeOf(['remoteId']), message, {
      hint: 'Leave remoteId: out of the one that was copied: it is an object of its own.',
      related: [{ message: 'Written here as well.', range: first.origin.rangeOf(['remoteId']) }],
    });
  });
}

/** Notifications name a workflow by its handle, so two workflows cannot share one. */
function duplicateHandles(loaded: readonly LoadedObject[]): readonly Diagnostic[] {
  const ownerOf = new Map<string, AuthoredWorkflow>();
  return loaded.flatMap(({ object }) => {
    if (object.kind !== 'workflow' || object.object.handle === '') return [];
    const { handle, id } = object.object;
    const owner = ownerOf.get(handle);
    if (owner === undefined) ownerOf.set(handle, object);
    // Two of one id are a mistake of their own.
    if (owner === undefined || owner.object.id === id) return [];
    const message = `The handle ${quoted(handle)} is already taken by ${owner.origin.file}.`;
    return diagnostic('link/duplicate-handle', handleRange(object), message, {
      hint: 'A notification could start either: give this workflow another handle.',
      related: [{ message: 'The other workflow.', range: handleRange(owner) }],
    });
  });
}

function handleRange({ object, origin }: AuthoredWorkflow): SourceRange {
  return origin.rangeOf([object.handle === object.id ? 'id' : 'handle']);
}

function checkObject(
  object: ContentObject,
  written: WrittenObject | WrittenTunedRule,
  context: LinkContext,
): readonly Diagnostic[] {
  const report = new Report(object.origin, context.texts);
  switch (object.kind) {
    case 'detection-rule':
      if (object.object.tunes === undefined)
        checkDetectionRule(object, written as WrittenRule, context, report);
      else checkTunedRule(object, written as WrittenTunedRule, context, report);
      break;
    case 'notification-rule':
      checkNotificationRule(object, written as WrittenNotificationRule, context, report);
      break;
    case 'suppression':
      checkSuppression(object, written as WrittenSuppression, context, report);
      break;
    case 'saved-view':
      checkSavedView(object, context, report);
      break;
    case 'workflow':
      checkWorkflow(object, written as WrittenWorkflow, context, report);
      break;
    default:
      unreachable(object);
  }
  checkUnknownFields(object, report);
  return report.diagnostics;
}
