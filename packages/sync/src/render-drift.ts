/** Drift as text for people. */

import type { Address } from '@signalwright/model';
import { showText } from '@signalwright/template';
import type { Attribution } from './attribute-drift.ts';
import type { Drift, DriftedObject, DriftState } from './drift.ts';
import { OUTPUT_WIDTH, countOf, createPaint, showValue, wrapText, type Paint } from './paint.ts';
import { attributionText } from './render-attribution.ts';
import { keptLines, placeText, renderField } from './render-field.ts';

const INDENT = '    ';

export interface DriftView {
  readonly attributions: ReadonlyMap<Address, Attribution>;
  /** As it stands behind `signalwright` in the commands that are proposed: ` --env prod`. */
  readonly choice: string;
}

const STATES: Readonly<Record<DriftState, string>> = {
  changed: 'changed at the target since the last apply',
  gone: 'gone from the target',
  unmarked:
    'there without the mark of this file, so that no apply touches it. Put the mark back, or delete it there',
  doubled: 'there more than once, or with several marks. Take the mark from all but one, or delete them',
  unrecorded: 'differs from content; no apply of it is on record, so who moved is not known',
};

/** What stands before an object, in text and in Markdown. */
export const DRIFT_SIGNS: Readonly<Record<DriftState, '~' | '-' | '!'>> = {
  changed: '~',
  unrecorded: '~',
  gone: '-',
  unmarked: '!',
  doubled: '!',
};

export function renderDrift(drift: Drift, view: DriftView & { readonly color: boolean }): string {
  const paint = createPaint(view.color);
  const { name, url, stack } = drift.target;
  return `${[
    paint('bold', `Drift of ${showText(name)} (${showText(url)}), stack ${showText(stack)}`),
    '',
    ...drift.objects.flatMap((object) => renderObject(object, view.attributions.get(object.address), paint)),
    ...drift.accepted.flatMap(({ address, fields }) => [
      `${paint('cyan', '=')} ${address}`,
      ...keptLines(fields, paint),
    ]),
    ...(drift.objects.length + drift.accepted.length > 0 ? [''] : []),
    ...driftSummary(drift).flatMap((line) => wrapText(line, '')),
    ...driftAdvice(drift, view),
  ].join('\n')}\n`;
}

function renderObject(
  object: DriftedObject,
  attribution: Attribution | undefined,
  paint: Paint,
): readonly string[] {
  const { place, remoteIds } = object;
  const where = [...(place === undefined ? [] : [placeText(place)]), ...remoteIds.map(showText)].join('  ');
  return [
    `${paint('yellow', DRIFT_SIGNS[object.state])} ${object.address}  ${paint('dim', where)}`,
    `${INDENT}${showValue(object.name, OUTPUT_WIDTH - INDENT.length)}`,
    ...[...driftNotes(object), ...(attribution === undefined ? [] : [attributionText(attribution)])].flatMap(
      (note) => wrapText(note, INDENT).map((line) => paint('yellow', line)),
    ),
    ...object.fields.flatMap((field) => renderField(field, undefined, paint)),
  ];
}

/** What has become of an object, in sentences without an end. */
export function driftNotes({ state, isPending, comparedWith }: DriftedObject): readonly string[] {
  if (!isPending) return [STATES[state]];
  return [
    comparedWith === 'left'
      ? `${STATES[state]}; content has changed too, which is not counted`
      : `${STATES[state]}, and content has changed too: the fields are compared with content, and whose change is whose is not known`,
  ];
}

/** How much of it there is, in sentences. */
export function driftSummary({ hasRecord, objects, accepted, pending }: Drift): readonly string[] {
  return [
    objects.length === 0 ? 'No drift.' : `${countOf(objects.length, 'object')} drifted.`,
    ...(accepted.length > 0
      ? [`${countOf(accepted.length, 'object')} with accepted drift, which is not counted.`]
      : []),
    ...(pending.length > 0
      ? [`${countOf(pending.length, 'change')} of content not applied yet, which is no drift.`]
      : []),
    ...(hasRecord
      ? []
      : [
          'Nothing is on record for this target: content was compared with it, and changes of content that nobody has applied count, too.',
        ]),
  ];
}

/** What to do with it: lines with commands of ours in them. */
export function driftAdvice({ objects }: Drift, { choice }: Pick<DriftView, 'choice'>): readonly string[] {
  const isEdited = objects.some(({ state }) => state === 'changed' || state === 'unrecorded');
  // What carries no mark, or two, waits for a person.
  const isRestorable = objects.some(({ state }) => state !== 'unmarked' && state !== 'doubled');
  const until = 'acceptDrift: in signalwright.yaml leaves fields as they are until a day.';
  return [
    ...(isEdited ? [`To keep what is there, in the files:   signalwright drift${choice} --adopt-all`] : []),
    ...(isRestorable ? [`To have it again as content says:      signalwright apply${choice}`] : []),
    ...(isEdited ? [`To accept it for a while:              ${until}`] : []),
  ];
}
