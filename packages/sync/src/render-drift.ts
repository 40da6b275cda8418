/** Drift as text for people, and as Markdown for an issue or a summary page. */

import type { Address } from '@signalwright/model';
import { inertMarkdown, inertMarkdownCode, showText } from '@signalwright/template';
import type { Attribution } from './attribute-drift.ts';
import type { Drift, DriftedObject, DriftState } from './drift.ts';
import { OUTPUT_WIDTH, countOf, createPaint, showValue, wrapText, type Paint } from './paint.ts';
import { attributionText } from './render-attribution.ts';
import { keptLines, placeText, renderField, sidesOf } from './render-field.ts';

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

const SIGNS: Readonly<Record<DriftState, string>> = {
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
    ...summaryOf(drift).flatMap((line) => wrapText(line, '')),
    ...adviceOf(drift, view),
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
    `${paint('yellow', SIGNS[object.state])} ${object.address}  ${paint('dim', where)}`,
    `${INDENT}${showValue(object.name, OUTPUT_WIDTH - INDENT.length)}`,
    ...[...notesOf(object), ...(attribution === undefined ? [] : [attributionText(attribution)])].flatMap(
      (note) => wrapText(note, INDENT).map((line) => paint('yellow', line)),
    ),
    ...object.fields.flatMap((field) => renderField(field, undefined, paint)),
  ];
}

function notesOf({ state, isPending, comparedWith }: DriftedObject): readonly string[] {
  if (!isPending) return [STATES[state]];
  return [
    comparedWith === 'left'
      ? `${STATES[state]}; content has changed too, which is not counted`
      : `${STATES[state]}, and content has changed too: the fields are compared with content, and whose change is whose is not known`,
  ];
}

function summaryOf({ hasRecord, objects, accepted, pending }: Drift): readonly string[] {
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

function adviceOf({ objects }: Drift, { choice }: DriftView): readonly string[] {
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

/** Everything from outside stands in code spans or is spelled out. */
export function renderDriftMarkdown(drift: Drift, view: DriftView): string {
  const { name, url } = drift.target;
  return `${[
    `### Drift of ${inertMarkdownCode(name)} (${inertMarkdownCode(url)})`,
    '',
    ...drift.objects.flatMap((object) => [
      `- ${inertMarkdownCode(object.address)}: ${[
        ...notesOf(object),
        inertMarkdown(attributionText(view.attributions.get(object.address) ?? {})),
      ].join('; ')}`,
      ...object.fields.map((field) => {
        const { removed, added } = sidesOf(field);
        const side = (values: readonly unknown[]): string =>
          values.map((value) => inertMarkdownCode(showValue(value, OUTPUT_WIDTH))).join(', ');
        return `  - ${inertMarkdownCode(field.path)}: ${side(removed)} → ${side(added)}`;
      }),
    ]),
    ...drift.accepted.flatMap(({ address, fields }) =>
      fields.map(
        ({ path, until, reason }) =>
          `- ${inertMarkdownCode(address)}: ${inertMarkdownCode(path)} was accepted until ${until}: ${inertMarkdown(reason)}`,
      ),
    ),
    '',
    ...summaryOf(drift),
    '',
    ...adviceOf(drift, view).map((line) => `    ${line}`),
  ].join('\n')}\n`;
}
