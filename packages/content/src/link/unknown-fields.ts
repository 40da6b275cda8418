/** `unknownFields`: what import could not understand is said aloud, and each path must lead somewhere. */

import { unreachable, type ContentObject, type Payload } from '@signalwright/model';
import {
  attributesOf,
  encodeNotificationRule,
  encodeRule,
  encodeSuppression,
  encodeWorkflow,
  misplacedField,
  type MisplacedField,
} from '@signalwright/wire';
import { quoted } from '../diagnostic.ts';
import type { Report } from './link-context.ts';

/** More names in one message say nothing new. */
const MAX_SHOWN = 5;

/** Called last: a payload can be made only of what has no errors. */
export function checkUnknownFields(authored: ContentObject, report: Report): void {
  const fields = authored.object.unknownFields ?? {};
  const names = Object.keys(fields);
  if (names.length === 0) return;
  if (!isPinned(authored, report)) tellAll(authored, names, report);
  const body = report.diagnostics.some((each) => each.severity === 'error') ? undefined : bodyOf(authored);
  for (const name of names) {
    const problem = misplacedField(body ?? {}, name, fields[name]);
    if (problem !== undefined && (problem !== 'leads-nowhere' || body !== undefined)) {
      reportMisplaced(report, name, problem);
    } else if (isMark(authored, name)) {
      report.atKey(
        ['unknownFields', name],
        'schema/misplaced-field',
        `${quoted(name)} holds the mark of ownership.`,
        {
          hint: 'Write it as a key of its own.',
        },
      );
    }
  }
}

/** Whether they stand in the body of a rule that Datadog owns: what Datadog wrote is not ours to mend (decision 0036). */
function isPinned({ kind, object }: ContentObject, { origin }: Report): boolean {
  if (kind !== 'detection-rule' || object.tunes === undefined) return false;
  const { start } = origin.keyRangeOf(['unknownFields']);
  // No such key in the file itself: its range is that of the whole.
  const whole = origin.rangeOf([]).start;
  return start.line === whole.line && start.col === whole.col;
}

function tellAll(authored: ContentObject, names: readonly string[], report: Report): void {
  const kept = names.filter((name) => !name.startsWith('-'));
  const removed = names.filter((name) => name.startsWith('-')).map((name) => name.slice(1));
  const parts = [...listed('Kept as they are', kept), ...listed('Left out', removed)];
  const hint = isWithoutReason(authored, names) ? NO_REASON_HINT : SENT_HINT;
  report.atKey(['unknownFields'], 'schema/unknown-fields', parts.join(' '), { hint });
}

const SENT_HINT = 'They are sent as they stand, and nothing else here takes them into account.';
const NO_REASON_HINT =
  'Datadog has no reason for it: write one in reason:, and remove description here, so that it is sent.';

function listed(label: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > MAX_SHOWN ? ` and ${names.length - MAX_SHOWN} more` : '';
  return [`${label}: ${names.slice(0, MAX_SHOWN).join(', ')}${more}.`];
}

/** Import has put something in its place, which nobody at Datadog sees. */
function isWithoutReason({ kind }: ContentObject, names: readonly string[]): boolean {
  return kind === 'suppression' && names.some((name) => name === 'description' || name === '-description');
}

function reportMisplaced(report: Report, name: string, problem: MisplacedField): void {
  const path = ['unknownFields', name];
  switch (problem) {
    case 'not-a-path':
      return report.atKey(path, 'schema/misplaced-field', `${quoted(name)} is no path in a payload.`, {
        hint: 'Paths look like options.newThing, queries[0].foo or options["a.b"]; -name: null takes a field away.',
      });
    case 'unsafe':
      return report.atKey(path, 'yaml/unsafe-key', `The path ${quoted(name)} is not allowed.`, {
        hint: 'It has a meaning of its own in JavaScript objects.',
      });
    case 'leads-nowhere':
      return report.atKey(path, 'schema/misplaced-field', `${quoted(name)} leads nowhere.`, {
        hint: 'A part of the path is text, a number, or behind the end of a list.',
      });
    default:
      return unreachable(problem);
  }
}

/** What ends the name of a notification rule says whose it is: without it, the object would be made anew each time. */
function isMark(authored: ContentObject, name: string): boolean {
  return authored.kind === 'notification-rule' && name === 'name';
}

/** What the other keys compile to; undefined for views, which have no payload. */
function bodyOf(authored: ContentObject): Payload | undefined {
  const context = { stack: 'unknown-fields' };
  switch (authored.kind) {
    case 'detection-rule':
      return attributesOf(encodeRule(withoutFields(authored.object), context));
    case 'suppression':
      return attributesOf(encodeSuppression(withoutFields(authored.object), context));
    case 'notification-rule':
      return attributesOf(encodeNotificationRule(withoutFields(authored.object), context));
    case 'workflow':
      return attributesOf(encodeWorkflow(withoutFields(authored.object), context));
    case 'saved-view':
      return undefined;
    default:
      return unreachable(authored);
  }
}

function withoutFields<T extends { readonly unknownFields?: unknown }>(object: T): T {
  const { unknownFields: _fields, ...rest } = object;
  return rest as T;
}
