/** Normal form to written form: the inverse of `decode`. Defaults are left out, so that what is written is meant. */

import { unreachable, type ContentObject } from '@signalwright/model';
import type { WrittenObject } from '../decode/decode.ts';
import { pinnedFileOf } from '../pinned-rule.ts';
import { layoutFileOf, writeLayout } from '../workflow-layout-file.ts';
import { writeDetectionRule } from './detection-rule.ts';
import { writeNotificationRule } from './notification-rule.ts';
import type { WrittenMap } from './print-yaml.ts';
import { writeSavedView } from './saved-view.ts';
import { writeSuppression } from './suppression.ts';
import { writeTunedRule } from './tuned-rule.ts';
import { writeWorkflow } from './workflow.ts';

/** One file of an object: its own, and one beside it for what nobody edits. */
export interface WrittenFile {
  readonly file: string;
  readonly data: WrittenMap;
}

/** The object alone: samples and tests are a person's. */
export function write(object: ContentObject['object']): WrittenObject {
  switch (object.kind) {
    case 'detection-rule':
      return writeDetectionRule(object);
    case 'notification-rule':
      return writeNotificationRule(object);
    case 'suppression':
      return writeSuppression(object);
    case 'saved-view':
      return writeSavedView(object);
    case 'workflow':
      return writeWorkflow(object);
    default:
      return unreachable(object);
  }
}

/**
 * All files of an object, its own first: the pinned body of a rule that Datadog owns, the layout of a workflow.
 *
 * @param file path of its own file
 */
export function writeFiles(
  object: ContentObject['object'],
  file: string,
): readonly [WrittenFile, ...WrittenFile[]] {
  if (object.kind === 'detection-rule' && object.tunes !== undefined) {
    const { tuned, body } = writeTunedRule(object, object.tunes);
    return [
      { file, data: asMap(tuned) },
      { file: pinnedFileOf(file), data: asMap(writeDetectionRule(body)) },
    ];
  }
  const layout = object.kind === 'workflow' ? writeLayout(object) : undefined;
  const own = { file, data: asMap(write(object)) };
  return layout === undefined ? [own] : [own, { file: layoutFileOf(file), data: layout }];
}

/** Written forms are plain maps. */
function asMap(written: object): WrittenMap {
  return written as WrittenMap;
}
