/** One object of the content as the others know it: enough to say that two are alike without reading either. */

import type { ContentObject, Kind, NotificationRuleType, NotificationSeverity } from '@signalwright/model';
import type { WrittenObject } from '../decode/decode.ts';
import type { FileAnswers } from '../load/check-cache.ts';
import type { WrittenTunedRule } from '../schema/written.ts';
import { gistOf } from './alike-rules.ts';
import type { ParsedTexts } from './parsed-texts.ts';

export interface LoadedObject {
  readonly object: ContentObject;
  readonly written: WrittenObject | WrittenTunedRule;
}

export interface ContentEntry {
  /** Path relative to the root. */
  readonly file: string;
  readonly outline: Outline;
  /** Of all that the object is made of; empty where nothing is kept. */
  readonly digest: string;
  readonly answers: FileAnswers;
  /** Reads it when it has not been read yet. */
  load(): LoadedObject;
  /** Of a rule: two of one shape raise the same signals. To be asked of rules that have their gist in common. */
  shape(): string | undefined;
}

/** JSON, so that it can be kept. */
export interface Outline {
  readonly kind: Kind;
  readonly id: string;
  /** As people tell names apart: without blanks around it and capitals. */
  readonly name: string;
  /** What stands behind `remoteId:`. */
  readonly remoteId?: string;
  /** Of a rule of Datadog that the file tunes. */
  readonly tunes?: string;
  /** Of a rule: two that raise the same signals have it in common. */
  readonly gist?: number;
  /** Of a workflow that has one. */
  readonly handle?: string;
  /** Of a notification rule that is switched on: an empty list means any. */
  readonly tells?: {
    readonly ruleTypes: readonly NotificationRuleType[];
    readonly severities: readonly NotificationSeverity[];
  };
}

export function outlineOf({ object: content }: LoadedObject, texts: ParsedTexts): Outline {
  const { kind, object } = content;
  const common = {
    kind,
    id: object.id,
    name: object.name.trim().toLowerCase(),
    ...(kind !== 'saved-view' && object.remoteId !== undefined && { remoteId: object.remoteId }),
  };
  switch (kind) {
    case 'detection-rule':
      return {
        ...common,
        gist: gistOf(object, texts),
        ...(object.tunes !== undefined && { tunes: object.tunes.ruleId }),
      };
    case 'workflow':
      return { ...common, ...(object.handle !== '' && { handle: object.handle }) };
    case 'notification-rule': {
      const { ruleTypes, severities } = object.selectors;
      return { ...common, ...(object.enabled && { tells: { ruleTypes, severities } }) };
    }
    default:
      return common;
  }
}
